"""The register of what was published, as a file: a line for the policy, and one for each table.

It holds counts that were hidden, so only its owner may read it, and it stays where the tables
it was made of are. It only grows; two who publish at once wait for each other.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Final, TextIO

from hembesok.analysis.disclosure.axes import Axis
from hembesok.analysis.disclosure.policy import DEFAULT, Policy
from hembesok.analysis.disclosure.register import Published, Register
from hembesok.analysis.disclosure.tables import Table

FORMAT: Final = 1


class RegisterProblem(Exception):
    """A register that cannot be used; the message names the file, the fault and the remedy."""


def publish(path: Path, table: Table, policy: Policy = DEFAULT) -> Published:
    """Return the table as it may leave, and note that it left.

    Raises Refusal where it may not, RegisterProblem where the register cannot be read.
    """
    with _alone(path) as file:
        register = _read(file, path, policy)
        before = len(register.published)
        published = register.publish(table)
        if len(register.published) > before:
            # One write for each line, and on the disk before anything leaves.
            first = [] if before else [_head(policy)]
            file.seek(0, os.SEEK_END)
            file.write("".join(line + "\n" for line in (*first, json.dumps(plain(published)))))
            file.flush()
            os.fsync(file.fileno())
    return published


def read(path: Path, policy: Policy = DEFAULT) -> Register:
    """Return what was published; raises RegisterProblem."""
    with _alone(path) as file:
        return _read(file, path, policy)


@contextmanager
def _alone(path: Path) -> Iterator[TextIO]:
    try:
        number = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise RegisterProblem(
            f"{path}: cannot be used: {error.strerror}. Give a file you may write."
        ) from None
    with os.fdopen(number, "r+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def _read(file: TextIO, path: Path, policy: Policy) -> Register:
    head, *lines = file.read().splitlines() or [""]
    if head not in ("", _head(policy)):
        raise RegisterProblem(
            f"{path}: line 1 is of another policy than {_head(policy)}. What was hidden by one rule"
            " could be told by another: use the same, or begin another register for other readers."
        )
    register = Register(policy)
    for number, line in enumerate(lines, start=2):
        try:
            register.published.append(published_of(json.loads(line)))
        except (ValueError, KeyError, TypeError, IndexError):
            raise RegisterProblem(
                f"{path}: line {number} is damaged. Put the file back from a backup: without it"
                " what was published before cannot be guarded."
            ) from None
    return register


def _head(policy: Policy) -> str:
    return json.dumps(
        {"register": FORMAT, "threshold": policy.threshold, "group": policy.group}, sort_keys=True
    )


def plain(published: Published) -> dict[str, Any]:
    """Return a published table as plain data; it holds what was hidden too."""
    table = published.table
    return {
        "measure": table.measure,
        "as_of": table.as_of.isoformat(),
        "axes": [_plain_axis(axis) for axis in table.axes],
        "asked": [_plain_axis(axis) for axis in published.asked],
        "counts": [[*position, count] for position, count in sorted(table.counts.items())],
        "shown": [list(position) for position in sorted(published.shown)],
    }


def _plain_axis(axis: Axis) -> dict[str, Any]:
    return {"name": axis.name, "top": axis.top, "cuts": axis.cuts}


def published_of(plain: Mapping[str, Any]) -> Published:
    """Read it again; raises ValueError, KeyError, TypeError or IndexError where it is damaged."""
    counts = {tuple(position): int(count) for *position, count in plain["counts"]}
    axes = tuple(_axis(one) for one in plain["axes"])
    table = Table(plain["measure"], date.fromisoformat(plain["as_of"]), axes, counts)
    shown = frozenset(tuple(position) for position in plain["shown"])
    return Published(table, shown, tuple(_axis(one) for one in plain["asked"]))


def _axis(plain: Mapping[str, Any]) -> Axis:
    cuts = {node: tuple(tuple(way) for way in ways) for node, ways in plain["cuts"].items()}
    return Axis(plain["name"], plain["top"], cuts)
