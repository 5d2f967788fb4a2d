"""Siblings of one list put together into families."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from hembesok.families.birth_list.candidates import Candidate


def in_households(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the same children, each with the row number of its household's first child.

    One household: the same guardian by identity number; or the same phone number
    and either the same address or the same birth date (twins).
    """
    parent = {candidate.row: candidate.row for candidate in candidates}
    first: dict[tuple[str, ...], int] = {}
    for candidate in candidates:
        for key in _keys(candidate):
            _join(parent, first.setdefault(key, candidate.row), candidate.row)
    return [replace(child, household=_root(parent, child.row)) for child in candidates]


def with_protected_sibling(candidates: Sequence[Candidate]) -> set[int]:
    """Return the rows whose address must not be kept: one protected child of a family is enough."""
    children = in_households(candidates)
    hidden = {child.household for child in children if child.protection.hides_address}
    return {child.row for child in children if child.household in hidden}


def _keys(child: Candidate) -> Iterator[tuple[str, ...]]:
    # Capitals, spaces and commas differ between the lists of one family; house numbers must not.
    address = "".join(letter for letter in child.address.casefold() if letter.isalnum())
    for guardian in child.guardians:
        if guardian.identifier:
            yield ("number", guardian.identifier.value)
        if guardian.phone and address:
            yield ("address", guardian.phone, address)
        if guardian.phone:
            yield ("twin", guardian.phone, child.born.isoformat())


def _root(parent: dict[int, int], row: int) -> int:
    while parent[row] != row:
        parent[row] = parent[parent[row]]
        row = parent[row]
    return row


def _join(parent: dict[int, int], one: int, other: int) -> None:
    one, other = sorted((_root(parent, one), _root(parent, other)))
    parent[other] = one
