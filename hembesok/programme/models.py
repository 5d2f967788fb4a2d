"""Published programme versions: the text, exactly as it was published."""

from functools import lru_cache

from django.db import models

from hembesok.programme import reader
from hembesok.programme.rules.protocol import Plan, Protocol, plan


class ProgrammeVersion(models.Model):
    """A programme in one version. Never changed and never removed: the database refuses."""

    key = models.CharField(max_length=60)
    version = models.CharField(max_length=60)
    content = models.TextField()
    base = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    published = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="version_published_once")
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.version}"

    @property
    def protocol(self) -> Protocol:
        """The programme, read from its text."""
        return _read(self.content)

    @property
    def plan(self) -> Plan:
        """The programme laid beside its base: what a child on this version is invited to."""
        return _plan(self.content, self.base.content if self.base else None)


# Read once for each text: a list of families asks for the same few plans again and again.
@lru_cache(maxsize=64)
def _read(content: str) -> Protocol:
    return reader.read(content.encode(), name="published version")


@lru_cache(maxsize=64)
def _plan(content: str, base: str | None) -> Plan:
    return plan(_read(content), None if base is None else _read(base))
