"""A kept state: the first day of each step, a row a child, into which new events fold.

A day's run then reads a row a child instead of thirty events. What is kept holds for any day
on which nothing lies ahead of it: a first day does not change when more days pass.

A delivery that only grows adds a file of events to those it names already; the new file is
folded in. When a file that was read is no longer the same (something was corrected or taken
back) the state is made anew. Children with new events are written to a small file beside the
large one, which is made anew when a twentieth of all children stand in small ones.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import ibis
import ibis.expr.types as ir

from hembesok.analysis.contract import DONE, VERSION
from hembesok.analysis.deliveries import Delivery
from hembesok.analysis.engines.embedded import DuckDB
from hembesok.analysis.firsts import firsts
from hembesok.analysis.steps import Steps

NOTE: Final = "kept.json"
FAR: Final = ibis.date(9999, 12, 31)
_SMALL_AT_MOST: Final = 0.05


@dataclass(frozen=True, slots=True)
class Kept:
    """What a folder keeps: which files of events were read, and in which files it stands."""

    read: Mapping[str, str]
    large: str
    small: Sequence[str]
    rare: Sequence[str]
    children: int
    in_small: int
    latest: date


def events_kept(
    engine: DuckDB, delivery: Delivery, steps: Steps, valued: Sequence[int], folder: Path, on: date
) -> tuple[ir.Table, ir.Table] | None:
    """Bring the state up to the delivery; return the firsts, and the events that are not done.

    None when the state says nothing of the day, which lies before some event it has read.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files, form = delivery.tables["events"], _form(steps, valued)
    now = {path.name: _print(path) for path in files.paths}
    kept = _read(folder, form)
    if kept is None or any(now.get(name) != seen for name, seen in kept.read.items()):
        kept = _make(engine, files.paths, steps, valued, folder, now)
    new = [path for path in files.paths if path.name not in kept.read]
    if new:
        kept = _fold(engine, kept, new, steps, valued, folder, now)
    _write(folder, form, kept)
    if on < kept.latest:
        return None
    return _firsts(engine, folder, kept), _parquet(engine, [folder / name for name in kept.rare])


def _form(steps: Steps, valued: Sequence[int]) -> str:
    """Return what must be the same for a kept state to be of use."""
    words = f"{VERSION} {[item.number for item in steps]} {sorted(valued)}"
    return hashlib.sha256(words.encode()).hexdigest()


def _print(path: Path) -> str:
    """Tell one version of a file from another, without reading it."""
    found = path.stat()
    return f"{found.st_size} {found.st_mtime_ns}"


def _read(folder: Path, form: str) -> Kept | None:
    try:
        told: dict[str, Any] = json.loads((folder / NOTE).read_text(encoding="utf-8"))
        if told.pop("form") != form:
            return None
        kept = Kept(**{**told, "latest": date.fromisoformat(told["latest"])})
    except (OSError, ValueError, KeyError, TypeError):
        return None
    whole = all((folder / name).is_file() for name in (kept.large, *kept.small, *kept.rare))
    return kept if whole else None


def _write(folder: Path, form: str, kept: Kept) -> None:
    told = {name: getattr(kept, name) for name in Kept.__slots__}
    told |= {"form": form, "latest": kept.latest.isoformat()}
    made = folder / f".{NOTE}"
    made.write_text(json.dumps(told), encoding="utf-8")
    # The note is moved into place last: until then the old state stands.
    made.replace(folder / NOTE)
    named = {NOTE, kept.large, *kept.small, *kept.rare}
    for path in folder.iterdir():
        if path.name not in named:
            path.unlink()


def _make(
    engine: DuckDB, paths: Sequence[Path], steps: Steps, valued: Sequence[int], folder: Path,
    now: Mapping[str, str],
) -> Kept:  # fmt: skip
    events = _parquet(engine, paths)
    large, rare = _free(folder, "firsts"), _free(folder, "rare")
    engine.write(firsts(events, steps, valued, FAR).order_by("child"), folder / large)
    engine.write(_not_done(events), folder / rare)
    children = engine.count(_parquet(engine, [folder / large]))
    read = {path.name: now[path.name] for path in paths}
    return Kept(read, large, [], [rare], children, 0, _latest(engine, events))


def _fold(
    engine: DuckDB, kept: Kept, new: Sequence[Path], steps: Steps, valued: Sequence[int],
    folder: Path, now: Mapping[str, str],
) -> Kept:  # fmt: skip
    events = _parquet(engine, new)
    added = engine.keep("added", firsts(events, steps, valued, FAR))
    before = _firsts(engine, folder, kept)
    before = before.semi_join(added, "child")
    both = ibis.union(before, added.select(before.columns))
    names = [name for name in before.columns if name != "child"]
    merged = both.group_by("child").agg(
        **{name: both[name].min() if name[0] == "a" else both[name].max() for name in names}
    )
    small, rare = _free(folder, "firsts"), _free(folder, "rare")
    engine.write(merged, folder / small)
    engine.write(_not_done(events), folder / rare)
    read = {**kept.read, **{path.name: now[path.name] for path in new}}
    folded = Kept(
        read, kept.large, [*kept.small, small], [*kept.rare, rare], kept.children,
        kept.in_small + engine.count(_parquet(engine, [folder / small])),
        max(kept.latest, _latest(engine, events)),
    )  # fmt: skip
    if folded.in_small <= _SMALL_AT_MOST * max(kept.children, 1):
        return folded
    large = _free(folder, "firsts")
    engine.write(_firsts(engine, folder, folded).order_by("child"), folder / large)
    children = engine.count(_parquet(engine, [folder / large]))
    return Kept(read, large, [], folded.rare, children, 0, folded.latest)


def _firsts(engine: DuckDB, folder: Path, kept: Kept) -> ir.Table:
    """Return the firsts: of each child the row of the newest file it stands in."""
    found = _parquet(engine, [folder / kept.large])
    for name in kept.small:
        newer = _parquet(engine, [folder / name])
        found = ibis.union(found.anti_join(newer, "child"), newer.select(found.columns))
    return found


def _not_done(events: ir.Table) -> ir.Table:
    return events.filter(events.status != DONE, events.step > 0)


def _latest(engine: DuckDB, events: ir.Table) -> date:
    found = engine.rows(events.agg(latest=events.actual.max())).to_pylist()[0]["latest"]
    return date.min if found is None else found


def _parquet(engine: DuckDB, paths: Sequence[Path]) -> ir.Table:
    return engine.parquet(paths)


def _free(folder: Path, stem: str) -> str:
    number = 1
    while (folder / f"{stem}-{number}.parquet").exists():
        number += 1
    return f"{stem}-{number}.parquet"
