"""Who is already known, and whom a row of a list is like: exact, or near enough to ask.

Every look-up goes by a key, so that a list is judged in time proportional to
its length, however many children share a day or a name.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from hembesok.families.birth_list.candidates import Candidate, Likeness, Match
from hembesok.values.identity import IdentifierSystem

DAYS_APART: Final = 3
"""How far apart birth dates may be when a guardian is the same: a slip of the pen."""

_SHORTEST_VARIED: Final = 4
_LONGEST_VARIED: Final = 30


@dataclass(frozen=True, slots=True, repr=False)
class KnownChild:
    """A child that is stored, as far as likeness needs it.

    `name` is folded by `fold_name`; `guardian_keys` are what `guardian_keys` gives
    for the child's guardians, put through the same `Known.key`. `system` is that of
    the child's number now in force, None when it has none. `guardian_names` are
    folded as `name` is.
    """

    ref: str
    born: date
    name: str
    guardian_keys: frozenset[str]
    system: IdentifierSystem | None = None
    guardian_names: frozenset[str] = frozenset()


def _as_it_is(key: str) -> str:
    return key


@dataclass(frozen=True, slots=True, repr=False)
class Known:
    """What is stored already, told by the caller.

    `identifier` says whose a normalised number is: a reference, or None. `key`
    turns a guardian's key into what is stored of it, such as a blind index.
    """

    identifier: Callable[[str], str | None]
    children: Iterable[KnownChild] = ()
    key: Callable[[str], str] = _as_it_is


def fold_name(name: str) -> str:
    """Return a name for comparing: without accents, marks, capitals and doubled letters."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = re.sub(r"[^\w ]|[\d_]", "", re.sub(r"[-\s]+", " ", plain))
    return re.sub(r"(.)\1+", r"\1", letters).strip()


def guardian_keys(numbers: Iterable[str], phones: Iterable[str]) -> frozenset[str]:
    """Return what recognises a guardian: each identity number and each phone number."""
    return frozenset(f"number:{number}" for number in numbers if number) | frozenset(
        f"phone:{phone}" for phone in phones if phone
    )


@dataclass(frozen=True, slots=True, repr=False)
class _Child:
    """Either a known child or a row, in one shape."""

    born: date
    name: str
    keys: tuple[str, ...]
    number_keys: tuple[str, ...]
    system: IdentifierSystem | None
    guardian_names: tuple[str, ...]
    row: int | None = None
    ref: str | None = None


class Likenesses:
    """Everybody seen so far: known children first, then the rows that were let through."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._rows: dict[str, int] = {}
        self._buckets: dict[tuple[object, ...], dict[IdentifierSystem | None, _Child]] = {}
        self._siblings: dict[str, str] = {}
        for child in known.children:
            keys = tuple(sorted(child.guardian_keys))
            names = tuple(sorted(child.guardian_names))
            self._put(_Child(child.born, child.name, keys, (), child.system, names, ref=child.ref))
            for key in keys:
                self._siblings.setdefault(key, child.ref)

    def exact(self, candidate: Candidate) -> Match | None:
        """Return who has the same identity number."""
        if candidate.identifier is None:
            return None
        value = candidate.identifier.value
        if ref := self._known.identifier(value):
            return Match(Likeness.IDENTIFIER, ref=ref)
        if row := self._rows.get(value):
            return Match(Likeness.IDENTIFIER, row=row)
        return None

    def near(self, candidate: Candidate) -> Match | None:
        """Return who may be the same child, although no number says so.

        Two numbers of one system are two people, so twins are never near, unless the
        name, the day and a guardian are all the same.
        """
        child = self._child(candidate)
        for key in _same_in_all(child):
            for other in self._buckets.get(key, {}).values():
                return Match(Likeness.NAME, other.row, other.ref)
        for likeness, keys in (
            (Likeness.NAME, _names(child)),
            (Likeness.GUARDIAN, (*_days(child), *_guardian_names(child))),
        ):
            for key in keys:
                for system, other in self._buckets.get(key, {}).items():
                    if system is None or system is not child.system:
                        return Match(likeness, other.row, other.ref)
        return None

    def sibling(self, candidate: Candidate) -> str | None:
        """Return a known child with a guardian of the same identity number."""
        for key in self._child(candidate).number_keys:
            if ref := self._siblings.get(key):
                return ref
        return None

    def add(self, candidate: Candidate) -> None:
        """Remember a row that was let through, so that later ones are compared with it."""
        if candidate.identifier:
            self._rows[candidate.identifier.value] = candidate.row
        self._put(self._child(candidate))

    def _put(self, child: _Child) -> None:
        # The first of each system is enough: whoever is like a later one is like the first too.
        for key in _same_in_all(child):
            self._buckets.setdefault(key, {}).setdefault(child.system, child)
        for key in _names(child):
            self._buckets.setdefault(key, {}).setdefault(child.system, child)
        for guardian in child.keys:
            key = ("day", guardian, child.born)
            self._buckets.setdefault(key, {}).setdefault(child.system, child)
        for key in _guardian_names(child):
            self._buckets.setdefault(key, {}).setdefault(child.system, child)

    def _child(self, candidate: Candidate) -> _Child:
        guardians = candidate.guardians
        numbers = guardian_keys((g.identifier.value for g in guardians if g.identifier), ())
        phones = guardian_keys((), (g.phone for g in guardians))
        system = candidate.identifier.system if candidate.identifier else None
        key = self._known.key
        number_keys = tuple(key(plain) for plain in sorted(numbers))
        return _Child(
            candidate.born,
            fold_name(candidate.given_name),
            number_keys + tuple(key(plain) for plain in sorted(phones)),
            number_keys,
            system,
            tuple(fold_name(guardian.name) for guardian in guardians if guardian.name),
            row=candidate.row,
        )


def _same_in_all(child: _Child) -> Iterator[tuple[object, ...]]:
    for guardian in child.keys if child.name else ():
        yield ("all", child.born, child.name, guardian)


def _days(child: _Child) -> Iterator[tuple[object, ...]]:
    for guardian in child.keys:
        for step in sorted(range(-DAYS_APART, DAYS_APART + 1), key=abs):
            yield ("day", guardian, child.born + timedelta(step))


def _guardian_names(child: _Child) -> Iterator[tuple[object, ...]]:
    """A row may tell of a child nothing but its day and a parent's name."""
    for name in child.guardian_names:
        yield ("parent", child.born, name)


def _names(child: _Child) -> Iterator[tuple[object, ...]]:
    for variant in name_variants(child.name):
        yield ("name", child.born, variant)


def name_variants(name: str) -> list[str]:
    """Return keys of a folded name: two names a letter apart have a key in common.

    The first of several names counts, since lists differ in how many they give.
    Names of three letters and fewer must be the same.
    """
    first = name.split(" ", 1)[0][:_LONGEST_VARIED]
    if not first:
        return []
    if len(first) < _SHORTEST_VARIED:
        return [first]
    return [first, *sorted({first[:at] + first[at + 1 :] for at in range(len(first))})]
