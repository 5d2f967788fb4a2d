"""The job from end to end: read and check, store, walk, write, move into place.

It needs no Django and no database but its own. Nothing is written where the
output should be until all of it is there, and whatever stops the job, its
workspace is removed.
"""

import sqlite3
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from hembesok.exchange.schedule_job.inputs import (
    CHILD_COLUMNS,
    VISIT_COLUMNS,
    VisitCounts,
    read_children,
    read_visits,
)
from hembesok.exchange.schedule_job.store import Store
from hembesok.exchange.schedule_job.walk import COLUMNS, Walk, side_by_side
from hembesok.exchange.tables.faults import FileError
from hembesok.exchange.tables.files import (
    check_out,
    ending,
    open_table,
    put_in_place,
    unwritable,
    workspace,
)
from hembesok.exchange.tables.parquet_files import write_parquet
from hembesok.exchange.tables.reading import Table, some
from hembesok.programme.reader import ProtocolError, read_file
from hembesok.programme.rules.protocol import Plan, Protocol, plan
from hembesok.programme.rules.states import State

Tell = Callable[[str], None]

_SELDOM: Final = 1.0
"""Seconds between two words about progress."""

_NEVER: Final = (State.BOOKED, State.DECLINED)
"""States that no file of held visits can tell of."""


@dataclass(frozen=True, slots=True)
class Request:
    """The files of one run, and the day the states are asked for."""

    programme: Path
    children: Path
    visits: Path
    as_of: date
    out: Path
    base: Path | None = None

    @property
    def inputs(self) -> list[Path]:
        """All files that are read."""
        return [self.programme, self.children, self.visits, *([self.base] if self.base else [])]


@dataclass(frozen=True, slots=True)
class Summary:
    """What was read and written, in numbers."""

    request: Request
    children: int
    visits: VisitCounts
    after_leaving: int
    unplanned: int
    states: dict[State, int]
    ignored: dict[str, list[str]]
    base_not_given: str
    seconds: float

    def __str__(self) -> str:
        """Write it for whoever started the job."""
        lines = [
            f"children {self.children}",
            f"visits {self.visits.read}",
            f"  ignored, after {self.request.as_of} {self.visits.after_day}",
            f"  ignored, after the child left {self.after_leaving}",
            f"  unplanned {self.unplanned}",
            f"steps {sum(self.states.values())}",
            *(f"  {state} {count}" for state, count in self.states.items()),
            *(f"ignored columns of {name}: {some(names)}" for name, names in self.ignored.items()),
            *self._warning(),
            f"written: {self.request.out}, in {self.seconds:.1f} seconds",
        ]
        return "\n".join(lines)

    def _warning(self) -> list[str]:
        if not self.base_not_given:
            return []
        return [
            f"note: the programme is written for {self.base_not_given}. Without --base, visits of"
            " the base programme count as visits of this one where the day fits."
        ]


def run(request: Request, tell: Tell = lambda words: None) -> Summary:
    """Do the job; raises FileError, and then nothing has been written."""
    started = time.monotonic()
    programme = _plan(request)
    check_out(request.out, request.inputs)
    progress = _Progress(tell)
    with ExitStack() as opened:
        children = opened.enter_context(open_table(request.children))
        visits = opened.enter_context(open_table(request.visits))
        try:
            work = opened.enter_context(workspace(request.out))
            store = opened.enter_context(Store(work))
            number = read_children(children, store, progress)
            counts = read_visits(
                visits, store, programme, children.name, request.as_of.toordinal(), progress
            )
            walk = Walk(programme, request.as_of)
            pairs = side_by_side(store, visits.name, in_order=counts.in_order)
            made = work / "out.csv"
            _write(made, (walk.text(*pair) for pair in pairs), progress)
            if ending(request.out) == ".parquet":
                made = _as_parquet(made, progress)
            put_in_place(made, request.out)
        except (OSError, sqlite3.Error) as error:
            raise unwritable(request.out, error) from None
    return Summary(
        request=request,
        children=number,
        visits=counts,
        after_leaving=walk.after_leaving,
        unplanned=walk.unplanned,
        states={state: walk.states[state] for state in State if state not in _NEVER},
        ignored=_ignored((children, CHILD_COLUMNS), (visits, VISIT_COLUMNS)),
        base_not_given=_without_base(request),
        seconds=time.monotonic() - started,
    )


def _plan(request: Request) -> Plan:
    programme = _programme(request.programme)
    base = None if request.base is None else _programme(request.base)
    try:
        return plan(programme, base)
    except ValueError as error:
        raise FileError(f"{request.programme}: beside {request.base}: {error}.") from None


def _without_base(request: Request) -> str:
    """Return the base programme that the programme names and that was not given."""
    named = _programme(request.programme).base if request.base is None else None
    return " ".join(named) if named else ""


def _programme(path: Path) -> Protocol:
    try:
        return read_file(path)
    except ProtocolError as error:
        raise FileError(str(error)) from None


def _write(made: Path, texts: Iterable[str], progress: "_Progress") -> None:
    with made.open("w", encoding="utf-8", newline="", buffering=1024 * 1024) as file:
        file.write(",".join(COLUMNS) + "\n")
        for count, text in enumerate(texts, start=1):
            file.write(text)
            if count % 1000 == 0:
                progress("children written", count)


def _as_parquet(made: Path, progress: "_Progress") -> Path:
    progress("turning rows into Parquet")
    parquet = made.with_suffix(".parquet")
    write_parquet(made, parquet, COLUMNS)
    return parquet


def _ignored(*tables: tuple[Table, tuple[str, ...]]) -> dict[str, list[str]]:
    others = {table.name: table.others(known) for table, known in tables}
    return {name: columns for name, columns in others.items() if columns}


class _Progress:
    """Passes on how far the job has come, but only now and then."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._next = time.monotonic() + _SELDOM

    def __call__(self, what: str, count: int | None = None) -> None:
        """Tell what is being done, if nothing was told just now."""
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _SELDOM
            self._tell(what if count is None else f"{what}: {count:,}")
