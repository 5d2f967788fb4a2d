"""Publishing a programme version."""

from datetime import date
from importlib import resources

from django.db import transaction

from hembesok.programme import reader
from hembesok.programme.models import ProgrammeVersion
from hembesok.programme.rules.protocol import Protocol, plan
from hembesok.values.refusals import Reason, Refusal


@transaction.atomic
def publish(content: bytes, *, name: str, on: date) -> ProgrammeVersion:
    """Publish a programme version; publishing the very same text again changes nothing.

    Raises ProtocolError for a text that is no programme, and Refusal when the
    version is published with another text, or its base is not.
    """
    protocol = reader.read(content, name=name)
    text = content.decode()
    there = ProgrammeVersion.objects.filter(key=protocol.key, version=protocol.version).first()
    if there is not None:
        if there.content != text:
            raise Refusal(Reason("version_published", {"version": str(there)}))
        return there
    return ProgrammeVersion.objects.create(
        key=protocol.key,
        version=protocol.version,
        content=text,
        base=_base_of(protocol),
        published=on,
    )


def _base_of(protocol: Protocol) -> ProgrammeVersion | None:
    if protocol.base is None:
        return None
    key, version = protocol.base
    base = ProgrammeVersion.objects.filter(key=key, version=version).first()
    if base is None:
        raise Refusal(Reason("base_not_published", {"base": f"{key} {version}"}))
    try:
        plan(protocol, base.protocol)
    except ValueError as error:
        raise Refusal(Reason("base_does_not_fit", {"why": str(error)})) from None
    return base


def shipped() -> dict[str, bytes]:
    """Return the programmes that come with the product, base programmes first."""
    folder = resources.files("hembesok.programme") / "protocols"
    files = {f.name: f.read_bytes() for f in folder.iterdir() if f.name.endswith(".toml")}
    files.pop("template.toml", None)
    has_base = {name: reader.read(files[name], name=name).base is not None for name in files}
    return {name: files[name] for name in sorted(files, key=lambda name: (has_base[name], name))}
