"""Bringing in a birth or clinic list: keep it, look at it, write what a person confirms.

Between the steps the list is kept sealed, for its sender only; it is forgotten when it has
been brought in, thrown away, or kept too long.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import IntegrityError, transaction

from hembesok.access.models import Assignment, Site
from hembesok.access.rules.roles import Actor, Role
from hembesok.access.services.assignments import assignments_at
from hembesok.access.services.trail import note, note_all
from hembesok.families.birth_list import (
    Columns,
    Field,
    Judged,
    Plan,
    Sheet,
    Surroundings,
    judge,
    plan,
    propose,
    read_list,
    why_not_judge,
)
from hembesok.families.models import Family, SentList
from hembesok.families.models.lists import BIRTHS
from hembesok.families.rules.people import REGISTRARS
from hembesok.families.services.list_known import Stored, clinics_of, other_clinics
from hembesok.families.services.list_writing import ListWriter
from hembesok.families.services.sent import discard, keep, locked, sheet_of
from hembesok.values.refusals import Reason, Refusal, refuse

AREAS: Final = (Field.DESO, Field.REGSO)


@transaction.atomic
def send(content: bytes, name: str, *, by: Actor) -> SentList:
    """Keep a list in place of the sender's last, with a proposal of what its columns hold.

    Raises Refusal for what is no list.
    """
    _may_register(by)
    sheet = read_list(content, name)
    fields = [held.value if held else "" for held in propose(sheet.header).fields]
    return keep(content, fields, area_version=_version_in_use(by.site), by=by)


@transaction.atomic
def choose(sent: SentList, fields: Sequence[str], *, area_version: str, by: Actor) -> SentList:
    """Say what each column of a list holds; raises Refusal when the list is gone."""
    sent = _locked(sent, by)
    sent.fields = [Field(held).value if held else "" for held in fields]
    sent.area_version = area_version.strip()
    sent.save(update_fields=["fields", "area_version"])
    return sent


@transaction.atomic
def throw_away(sent: SentList, *, by: Actor) -> None:
    """Forget a list before its time; raises Refusal when it is gone already."""
    discard(_locked(sent, by), by=by)


def columns_of(sent: SentList) -> Columns:
    """Return what each column is said to hold."""
    return Columns(tuple(Field(held) if held else None for held in sent.fields))


def why_not_look(sent: SentList, sheet: Sheet) -> list[Reason]:
    """Return why nothing can be said of a list yet: what its columns hold has to be told first."""
    columns = columns_of(sent)
    reasons = why_not_judge(columns, sheet.header)
    if not sent.area_version and any(columns.of(area) for area in AREAS):
        # Codes of one year name other places than those of another.
        reasons.append(Reason("area_without_version"))
    return reasons


# repr=False: what is told of a person must not reach a log by way of an error.
@dataclass(frozen=True, slots=True, repr=False)
class Looked:
    """A list as it would be brought in now: each row's verdict, and what becomes of the whole.

    `within` are the references of those families that rows are like, and the sender may see.
    """

    judged: Judged
    plan: Plan
    within: set[str]


def look(sent: SentList, sheet: Sheet, *, near: Collection[int] = (), by: Actor) -> Looked:
    """Judge a list against what is stored. Raises Refusal when its columns cannot carry one.

    That a row is like somebody stored is told to the sender, and so noted for each such family.
    """
    _may_register(by)
    refuse(next(iter(why_not_look(sent, sheet)), None))
    stored = Stored(by)
    judged = judge(sheet, columns_of(sent), stored.known(), by.on)
    around = Surroundings(stored.holder, stored.codes(), other_clinics(by))
    found = plan(judged, near, around, role=by.role, on=by.on)
    told = stored.matched | {row.match.ref for row in judged.rows if row.match and row.match.ref}
    note_all(by, "list.matched", sorted(f"family:{ref}" for ref in told), sent.ref)
    return Looked(judged, found, told & stored.reach)


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """What a list became: counts of children, of new families, and of families without a nurse."""

    children: int
    families: int
    unnamed: int


@transaction.atomic
def bring_in(
    sent: SentList, *, near: Collection[int] = (), nurse: Assignment | None = None, by: Actor
) -> BroughtIn:
    """Write a list: all that can be brought in, or nothing; afterwards the list is forgotten.

    It is judged anew as things are now, so that what came in meanwhile is not written twice.
    A nurse is named for the new families: the sender, or whom a coordinator has chosen.
    Raises Refusal.
    """
    # Before the list: whoever registers at this site waits, and no code is given twice.
    site = Site.objects.select_for_update(of=("self",)).get(pk=by.site)
    sent = _locked(sent, by)
    found = look(sent, sheet_of(sent), near=near, by=by).plan
    named = _nurse(nurse, by)
    writer = ListWriter(
        site, area_version=sent.area_version, nurse=named, clinics=clinics_of(by), by=by
    )
    try:
        with transaction.atomic():
            families, with_nurse = writer.write(found)
    except IntegrityError:
        # A number was written at another site in this very moment.
        raise Refusal(Reason("list_changed")) from None
    note(by, "list.brought_in", sent.subject, f"{found.children}")
    sent.delete()
    return BroughtIn(found.children, families, families - with_nurse)


def nurses_of(site: int, *, by: Actor) -> list[Assignment]:
    """Return the nurses that can be named for the families of a list."""
    if by.role is not Role.COORDINATOR:
        return []
    found = assignments_at(site, on=by.on).filter(role=Role.CHILD_HEALTH_NURSE)
    return list(found.select_related("staff", "unit").order_by("staff__name", "pk"))


def _nurse(chosen: Assignment | None, by: Actor) -> tuple[int, int] | None:
    """Return who is named for the new families, and at which unit."""
    if by.role is Role.CHILD_HEALTH_NURSE:
        return by.staff, by.unit
    if chosen is None:
        return None
    if chosen.pk not in {one.pk for one in nurses_of(by.site, by=by)}:
        raise Refusal(Reason("not_assigned_here"))
    return chosen.staff_id, chosen.unit_id


def _may_register(by: Actor) -> None:
    if by.role not in REGISTRARS:
        raise Refusal(Reason("role_registers_nobody"))


def _version_in_use(site: int) -> str:
    """Return the version of the area codes that the site wrote last: a proposal."""
    written = Family.objects.filter(site=site).exclude(area_version="").order_by("pk").last()
    return written.area_version if written else ""


def _locked(sent: SentList, by: Actor) -> SentList:
    _may_register(by)
    return locked(sent, BIRTHS, by=by)
