"""A child's page with only what its reader may read; what may not be read is not there at all."""

from dataclasses import replace
from functools import partial

from hembesok.access.rules.roles import Actor
from hembesok.access.rules.secrecy import Field
from hembesok.secrecy.queries import Door
from hembesok.visits.rows import ChildPage


def limited(page: ChildPage, door: Door, by: Actor) -> ChildPage:
    """Return a page as this actor may read it on the actor's day.

    An address of somebody with a confidentiality flag is left out too: it is
    shown when it is asked for, and that is noted on its own.
    """
    shows = partial(door.shows, reader=by, on=by.on)
    family, child = page.family, page.child
    if not shows(Field.CONTACT):
        family = replace(family, address="", door_note="", meeting_place="")
    elif family.protected:
        family = replace(family, address="", door_note="", home_hidden=bool(family.address))
    if not shows(Field.LANGUAGE):
        family = replace(family, language="", interpreter_needed=False)
    if not shows(Field.NAMES):
        child = replace(child, given_name="")
        page = replace(page, guardians=())
    if not shows(Field.IDENTITY_NUMBER):
        child = replace(child, has_number=False)
    if not shows(Field.PARITY):
        page = replace(page, first_time_parents=False, first_child_in_sweden=False)
    base = shows(Field.BASE_VISITS)
    rows = page.rows if base else tuple(row for row in page.rows if row.own)
    if not shows(Field.LANGUAGE):
        rows = tuple(
            replace(row, readiness=row.readiness and row.readiness.without_interpreter())
            for row in rows
        )
    return replace(
        page,
        family=family,
        child=child,
        rows=rows,
        # An unplanned visit may be one of the base programme.
        unplanned=page.unplanned if base else (),
    )
