"""The job from end to end: a delivery in, a folder of figures out, whole or not at all.

It needs no Django and no database of ours: the tables may come from any system.
"""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from pathlib import Path
from threading import Event, Thread
from typing import Final

import ibis.expr.types as ir
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from hembesok.analysis.answers import USUAL, Grouping, figures, tidy
from hembesok.analysis.deliveries import Delivery, DeliveryError, read_delivery
from hembesok.analysis.engines import Engine, Tables
from hembesok.analysis.engines.choosing import EngineError, opened
from hembesok.analysis.engines.embedded import DuckDB
from hembesok.analysis.indicators import ALL, Indicator
from hembesok.analysis.indicators.own import MeasuresError, read_measures
from hembesok.analysis.indicators.visiting import COVERAGE
from hembesok.analysis.kept import events_kept
from hembesok.analysis.making import Asked, wide
from hembesok.analysis.open_steps import open_steps
from hembesok.analysis.report import report
from hembesok.analysis.states import Rule, column
from hembesok.analysis.steps import Steps, steps_from, steps_of
from hembesok.analysis.wide import GROUPS, Wide
from hembesok.exchange.tables.faults import FileError
from hembesok.exchange.tables.files import unwritable
from hembesok.programme.reader import ProtocolError, read_file
from hembesok.programme.rules.protocol import plan

Tell = Callable[[str], None]
OURS: Final = ("figures.csv", "figures.parquet", "report.md")
ON_DEMAND: Final = ("states.parquet", "open.csv")
_SELDOM: Final = 5.0
"""Seconds between two words about progress."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a run is asked for."""

    tables: Path
    as_of: date
    out: Path
    engine: str = "duckdb"
    server: str = ""
    programme: Path | None = None
    base: Path | None = None
    measures: Path | None = None
    also: Sequence[str] = ()
    by: Sequence[Grouping] = USUAL
    rule: Rule = Rule.TEN
    unit: str = ""
    states: bool = False
    keep: Path | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """What was read and written."""

    request: Request
    children: int
    events: int
    figures: int
    seconds: dict[str, float]

    def __str__(self) -> str:
        """Write it for whoever started the job."""
        spent = ", ".join(f"{name} {taken:.1f}" for name, taken in self.seconds.items())
        return "\n".join(
            [
                f"children {self.children}",
                f"events {self.events}",
                f"figures {self.figures}",
                f"written: {self.request.out}, in {sum(self.seconds.values()):.1f} seconds"
                f" ({spent})",
            ]
        )


def run(request: Request, tell: Tell = lambda words: None) -> Summary:
    """Do the job; raises FileError, and then nothing has been written."""
    _check_out(request.out)
    progress = _Progress(tell)
    try:
        delivery = read_delivery(request.tables)
        with _folder(request.out) as made, opened(request.engine, request.server, made) as engine:
            found = _compute(request, delivery, engine, made / "out", progress)
            _put_in_place(made / "out", request.out)
    except (DeliveryError, MeasuresError, EngineError) as error:
        raise FileError(str(error)) from None
    except OSError as error:
        raise unwritable(request.out, error) from None
    tables = delivery.tables
    return Summary(request, tables["children"].rows, tables["events"].rows, found, progress.seconds)


def _compute(
    request: Request, delivery: Delivery, engine: Engine, out: Path, progress: "_Progress"
) -> int:
    out.mkdir()
    with progress("reading"):
        tables = dict(engine.tables(delivery))
        steps = _steps(request, engine, tables)
        indicators = _indicators(request, delivery, steps)
        asked = Asked.of(
            steps, request.as_of, request.rule, indicators, all_windows=bool(request.unit)
        )
        if request.measures is not None:
            # Measures of steps ask nothing of the family; a million rows are quicker without it.
            asked = replace(asked, only=frozenset({"unit", *chain.from_iterable(request.by)}))
    done: ir.Table | None = None
    if request.keep is not None:
        with progress("folding new events in"):
            done = _kept(request, delivery, engine, asked, tables)
    with progress("a row for each child"):
        made = wide(engine, tables, asked, done)
    with progress("counting"):
        found = figures(engine, tables, made, indicators, request.by)
    with progress("writing"):
        table = tidy(found, indicators, request.as_of)
        pa_csv.write_csv(table, out / "figures.csv")
        pq.write_table(table, out / "figures.parquet")
        source = f"{delivery.folder.name}, made {delivery.made:%Y-%m-%d}"
        words = report(found, indicators, request.as_of, source)
        (out / "report.md").write_text(words, encoding="utf-8")
        _on_demand(request, engine, tables, made, out)
    return len(found)


def _on_demand(request: Request, engine: Engine, tables: Tables, made: Wide, out: Path) -> None:
    if request.states:
        names = [column(item) for item in made.steps]
        engine.write(made.table.select("child", *names), out / "states.parquet")
    if request.unit:
        pa_csv.write_csv(open_steps(engine, tables, made, request.unit), out / "open.csv")


def _kept(
    request: Request, delivery: Delivery, engine: Engine, asked: Asked, tables: dict[str, ir.Table]
) -> ir.Table | None:
    if not isinstance(engine, DuckDB) or request.keep is None:
        raise FileError("--keep is for the engine duckdb. Leave it out, or choose that engine.")
    if not delivery.tables["events"].parquet:
        raise FileError("--keep needs events as Parquet. Leave it out, or deliver them so.")
    found = events_kept(engine, delivery, asked.steps, asked.valued, request.keep, request.as_of)
    if found is None:
        return None
    done, tables["events"] = found
    return done


def _steps(request: Request, engine: Engine, tables: Tables) -> Steps:
    if request.programme is not None:
        try:
            own = read_file(request.programme)
            base = None if request.base is None else read_file(request.base)
            return steps_of(plan(own, base))
        except ProtocolError as error:
            raise FileError(str(error)) from None
        except ValueError as error:
            raise FileError(f"{request.programme}: {error}.") from None
    rows = engine.rows(tables["steps"]).to_pylist()
    if not rows:
        raise FileError(
            f"{request.tables}: the table steps is empty. Deliver the steps, or give --programme."
        )
    try:
        return steps_from(rows)
    except ValueError as error:
        raise FileError(f"{request.tables}: steps: {error}.") from None


def _indicators(request: Request, delivery: Delivery, steps: Steps) -> Sequence[Indicator]:
    """Return what is asked for, without what rests on tables that nobody delivers."""
    if request.measures is not None:
        return read_measures(request.measures, steps)
    known = {one.key: one for one in COVERAGE}
    unknown = [key for key in request.also if key not in known]
    if unknown:
        raise FileError(f"there is no indicator {unknown[0]!r}. Choose among {', '.join(known)}.")
    asked = (*ALL, *(known[key] for key in request.also))
    rows = {name: files.rows for name, files in delivery.tables.items()}
    return [one for one in asked if all(rows[name] for name in one.needs)]


def groupings(texts: Sequence[str]) -> tuple[Grouping, ...]:
    """Read groupings such as `site` or `area,quarter`; raises ValueError."""
    found: list[Grouping] = [()]
    for text in texts:
        names = tuple(text.split(","))
        for name in names:
            if name not in GROUPS:
                raise ValueError(f"{name!r} is none of {', '.join(GROUPS)}")
        found.append(tuple(name for name in GROUPS if name in names))
    return tuple(dict.fromkeys(found))


def _check_out(out: Path) -> None:
    """Refuse a place that is not free, and is not the outcome of an earlier run."""
    if not out.parent.is_dir():
        raise FileError(f"{out}: its folder does not exist. Make the folder first.")
    if out.exists() and not out.is_dir():
        raise FileError(f"{out}: is a file. Give the name of a folder.")
    others = {path.name for path in out.iterdir()} - {*OURS, *ON_DEMAND} if out.exists() else set()
    if others:
        raise FileError(
            f"{out}: holds {sorted(others)[0]!r}, which is not ours. Choose another folder."
        )


@contextmanager
def _folder(out: Path) -> Iterator[Path]:
    """Give a hidden folder beside the output, and remove it whatever happens."""
    folder = Path(tempfile.mkdtemp(prefix=".hembesok-", dir=out.resolve().parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _put_in_place(made: Path, out: Path) -> None:
    """Move a finished folder to its name; the old one goes with the hidden folder."""
    if out.exists():
        out.rename(made.parent / "before")
    made.rename(out)


class _Progress:
    """Tells what is being done and for how long, and adds up the seconds."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, what: str) -> Iterator[None]:
        """Do one part of the job; long parts are told of every few seconds."""
        started, ended = time.monotonic(), Event()

        def speak() -> None:
            while not ended.wait(_SELDOM):
                self._tell(f"{what}: {time.monotonic() - started:.0f} seconds")

        speaker = Thread(target=speak, daemon=True)
        speaker.start()
        try:
            yield
        finally:
            ended.set()
            speaker.join()
            self.seconds[what] = time.monotonic() - started
