"""What people tell of their time: hours, busy times from a file, absence, closed days."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.timezone import now

from hembesok.access.models import Assignment, Staff
from hembesok.access.rules.roles import VISITORS, Actor
from hembesok.access.services.administration import subject_of
from hembesok.access.services.assignments import assignments_in_force
from hembesok.access.services.trail import note
from hembesok.values.refusals import Reason, Refusal, refuse
from hembesok.visits.ics.apart import read_apart
from hembesok.visits.ics.reading import DAYS_AHEAD, Busy
from hembesok.visits.models import Absence, BusyReading, BusyTime, ClosedDay, WorkHours
from hembesok.visits.rules.absence import why_not_absent, why_not_close, why_not_hours
from hembesok.visits.rules.times import Hours


@transaction.atomic
def write_hours(hours: Sequence[Hours], *, by: Actor) -> None:
    """Write one's own working week in place of the one before. Raises Refusal."""
    refuse(why_not_hours(hours))
    staff = _locked(by.staff)
    staff.work_hours.all().delete()
    WorkHours.objects.bulk_create(
        WorkHours(staff=staff, weekday=one.weekday, starts=one.starts, ends=one.ends)
        for one in hours
    )
    note(by, "hours.written", subject_of(staff))


def read_calendar(content: bytes, *, by: Actor) -> Busy:
    """Read one's own busy times from a file, in place of the earlier ones; nothing else is kept.

    Raises Refusal with what is wrong with the file; then the earlier times stand.
    """
    # Before the transaction: a heavy file must not hold a lock while it is read.
    busy = read_apart(content, on=by.on)
    with transaction.atomic():
        staff = _locked(by.staff)
        staff.busy_times.all().delete()
        BusyTime.objects.bulk_create(
            BusyTime(staff=staff, starts=span.starts, ends=span.ends) for span in busy.spans
        )
        until = date.fromordinal(by.on.toordinal() + DAYS_AHEAD - 1)
        BusyReading.objects.update_or_create(
            staff=staff, defaults={"read_at": by.at or now(), "until": until}
        )
        note(by, "busy.read", subject_of(staff))
    return busy


@transaction.atomic
def forget_calendar(*, by: Actor) -> None:
    """Forget one's own busy times."""
    staff = _locked(by.staff)
    staff.busy_times.all().delete()
    BusyReading.objects.filter(staff=staff).delete()
    note(by, "busy.forgotten", subject_of(staff))


@transaction.atomic
def write_absence(staff: Staff, *, starts: date, ends: date, by: Actor) -> Absence:
    """Write that somebody is away on some days; why is not asked. Raises Refusal."""
    here = assignments_in_force(staff, on=by.on).filter(site_id=by.site, role__in=VISITORS)
    refuse(
        why_not_absent(
            by_role=by.role,
            own=staff.pk == by.staff,
            here=here.exists(),
            starts=starts,
            ends=ends,
            on=by.on,
        )
    )
    made = Absence.objects.create(
        staff=staff,
        starts=starts,
        ends=ends,
        written_by_id=by.staff,
        written_at=by.at or now(),
    )
    note(by, "absence.written", subject_of(staff))
    return made


@transaction.atomic
def take_back_absence(absence: Absence, *, by: Actor) -> None:
    """Take away an absence: the person is at work after all. Raises Refusal."""
    here = Assignment.objects.filter(
        staff=absence.staff, site_id=by.site, role__in=VISITORS
    ).exists()
    refuse(
        why_not_absent(
            by_role=by.role,
            own=absence.staff_id == by.staff,
            here=here,
            starts=absence.starts,
            ends=absence.ends,
            on=by.on,
        )
    )
    note(by, "absence.taken_back", subject_of(absence.staff))
    absence.delete()


@transaction.atomic
def close_site(day: date, title: str, *, by: Actor) -> ClosedDay:
    """Write that the site visits nobody on a day. Raises Refusal."""
    refuse(why_not_close(by.role, title, day, on=by.on))
    if ClosedDay.objects.filter(site_id=by.site, day=day).exists():
        raise Refusal(Reason("closed_already", {"day": day}))
    made = ClosedDay.objects.create(site_id=by.site, day=day, title=title.strip())
    note(by, "site.closed_day", f"site:{made.site.key}", str(day))
    return made


@transaction.atomic
def open_site(closed: ClosedDay, *, by: Actor) -> None:
    """Take away a closed day of the own site. Raises Refusal."""
    refuse(why_not_close(by.role, closed.title, max(closed.day, by.on), on=by.on))
    if closed.site_id != by.site:
        raise Refusal(Reason("not_your_site"))
    note(by, "site.opened_day", f"site:{closed.site.key}", str(closed.day))
    closed.delete()


def _locked(staff: int) -> Staff:
    """Lock somebody's account, so that two who write of the same time come one after the other."""
    return Staff.objects.select_for_update().get(pk=staff)
