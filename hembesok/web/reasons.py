"""Why something is refused: the words for the keys that rules and services give.

The other words of the interface stand in words.py; this list only grew too long for it.
"""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PEOPLE: Final[Mapping[str, Promise]] = {
    "already_at_site": _("The family is at that site already."),
    "already_within_reach": _("You already see this family. Open it in the list."),
    "answer_before_offer": _("%(day)s is before the offer, %(offered)s."),
    "area_without_version": _("Write which version the area codes are of, for example 2018."),
    "born_in_future": _(
        "%(day)s has not come yet. Write a birth date up to today,"
        " or hand the birth over as expected."
    ),
    "child_too_old": _(
        "A child born %(born)s is too old for child health services. Check the year."
    ),
    "consent_missing": _("The consent of every guardian with custody is needed first."),
    "consent_needs_interpreter": _(
        "The family needs an interpreter. Write how the consent was interpreted."
    ),
    "consent_to_nothing": _("Choose what may be read."),
    "cover_too_long": _(
        "Cover for at most %(days)s days. Whoever stays longer belongs in the team."
    ),
    "criteria_unknown_key": _("The rule has a part that is not known: %(key)s."),
    "criteria_wrong": _("The rule cannot be read: %(why)s."),
    "day_before_yes": _("%(day)s is before the family said yes, %(yes)s."),
    "decision_missing": _("Write which decision this rests on."),
    "discharged_before_birth": _("%(day)s is before the birth. Check the day of discharge."),
    "due_day_unlikely": _("%(day)s is too far from today to be expected. Check the day."),
    "emergency_reason_missing": _("Write in a few words why you need to read now."),
    "ends_before_start": _("%(ends)s is before %(starts)s. Write a last day after the first."),
    "families_finish": _(
        "The site has decided that families finish the programme. Nothing is ended."
    ),
    "family_without_child": _("Write at least one child."),
    "field_not_shareable": _("That cannot be shared. Choose among what is offered."),
    "goal_of_that_day": _("A goal begins on %(day)s already. Choose another day."),
    "ground_has_own_act": _(
        "Write a consent as a consent, and open in an emergency by its own page."
    ),
    "ground_needs_two_units": _("Choose another unit than your own."),
    "home_not_stored": _("The home of this family is not stored. Write a place to meet instead."),
    "manager_names_for_protected": _(
        "Only the manager names staff for a family with protected personal data."
    ),
    "merge_drops_enrolled": _(
        "The child to drop has been in the programme. Keep that one instead."
    ),
    "merge_needs_two": _("Choose two different children, of which neither is merged already."),
    "no_yes_yet": _("The family has not said yes yet."),
    "not_assigned_here": _("That person has no such assignment at this site today."),
    "not_eligible": _("The child is not eligible by the site's rule."),
    "not_offered": _("Write the offer first."),
    "not_paused": _("The family has no pause to end."),
    "not_your_record": _("That belongs to another unit's record."),
    "not_your_site": _("That is another site than yours."),
    "note_empty": _("Write something first."),
    "number_is_anothers": _("That number belongs to somebody already. Check it, or merge the two."),
    "outside_enrolment_period": _("%(day)s is outside the site's enrolment period."),
    "own_access_reviewed_by_another": _("Your own opening is reviewed by somebody else."),
    "parent_note_needs_parent": _("Choose which parent the note is about."),
    "paused_already": _("The family is on a pause already."),
    "periods_overlap": _("The site has a period of that kind on some of those days."),
    "project_not_over": _("The implementation is not over yet."),
    "purpose_missing": _("Write what the other unit needs it for."),
    "reviewed_already": _("That has been reviewed already."),
    "role_decides_nothing": _("That is decided by the site's manager."),
    "role_names_nobody": _("Staff are named by the coordinator or the manager."),
    "role_offers_nothing": _("The programme is offered by those in the family's team."),
    "role_opens_nothing": _("Only those who visit or treat families open in an emergency."),
    "role_registers_no_consent": _("Consents are written by those in the family's team."),
    "role_registers_nobody": _("Your assignment does not register families."),
    "role_reviews_nothing": _("Openings are reviewed by the log reviewer."),
    "role_sees_no_home": _("Where a family lives is written by those who visit it."),
    "role_writes_no_guardians": _("Guardians are written by the nurse in the family's team."),
    "role_writes_no_notes": _("Your assignment writes no notes."),
    "rule_of_that_day": _("The site has a rule from %(day)s already."),
    "site_keeps_no_names": _(
        "This site keeps no identities in the adviser's part."
        " Nothing about a parent is written there."
    ),
    "site_keeps_presence_only": _("This site keeps only presence in the adviser's part."),
    "version_not_chosen": _("Choose which version of the programme the child joins."),
    "withdrawn_already": _("That has been withdrawn already."),
}
"""Of families, secrecy and enrolment."""

STAFF: Final[Mapping[str, Promise]] = {
    "administrator_there": _("Somebody administers already. Accounts are made on the pages."),
    "assigned_already": _("The person has that assignment already on some of those days."),
    "correction_elsewhere": _("A correction stands where the note stands that it corrects."),
    "ended_already": _("That has ended already."),
    "last_administrator": _(
        "This is the last who administers. Give another person the role first."
    ),
    "login_form": _("Write the account as a-z, 0-9 and . _ - with no spaces."),
    "login_taken": _("The account %(login)s is somebody's already. Choose another."),
    "name_missing": _("Write a name."),
    "no_such_code": _("No family here has the code %(code)s. Check it."),
    "not_your_organisation": _("That belongs to another organisation."),
    "own_role_given_by_another": _(
        "You cannot give yourself that role. Ask another who administers."
    ),
    "role_administers_nothing": _("Accounts are changed by the technical administrator."),
    "role_protects_nobody": _("Protection is set by the nurse in the team, or the manager."),
    "site_taken": _("There is a site with that key already."),
    "unit_taken": _("The organisation has a unit of that name already."),
}
"""Of staff, notes and naming."""

PLANNING: Final[Mapping[str, Promise]] = {
    "absence_of_another": _("You write your own absence. The coordinator writes that of others."),
    "absence_too_long": _("That is more than a year. Check the year of the last day."),
    "calendar_broken": _(
        "The calendar file is damaged, and nothing in it can be read. Export it once more."
    ),
    "calendar_empty": _("There is nothing in the calendar file."),
    "calendar_kind": _("This is not a calendar file. Export your calendar as iCalendar (.ics)."),
    "calendar_too_heavy": _(
        "The calendar file takes too long to read. Export only the next three months."
    ),
    "calendar_too_large": _(
        "The calendar file is larger than %(megabytes)s MB. Export only the next three months."
    ),
    "calendar_too_many": _(
        "The calendar file has more than %(most)s entries. Export only the next three months."
    ),
    "calendar_too_often": _(
        "Something in the calendar file repeats every hour or more often."
        " Remove it, and export the file once more."
    ),
    "closed_already": _("The site is closed on %(day)s already."),
    "closed_day_untitled": _("Write what the day is called, for example Planning day."),
    "hours_end_before_start": _("Write when the day starts and when it ends, later than that."),
    "hours_missing": _("Write the hours of at least one day."),
    "minutes_unlikely": _("Write how long the visit takes, %(least)s to %(most)s minutes."),
    "nobody_chosen": _("Choose who goes instead."),
    "role_closes_nothing": _("Closed days are written by the coordinator."),
}
"""Of calendars, times and absence."""

BOOKING: Final[Mapping[str, Promise]] = {
    "alone_already": _("That is so already."),
    "asked_already": _("%(who)s is asked already."),
    "cost_unlikely": _("Write a cost of at most %(most)s SEK, with at most two decimals."),
    "interpreter_not_yet": _("The visit has not been yet. Write afterwards how it went."),
    "no_interpreter": _("No interpreter is booked for the visit."),
    "no_open_booking": _("The visit is not booked. Book it first."),
    "no_such_part": _("Nobody is asked for that at this visit."),
    "nobody_asked_yet": _("Nobody is asked yet. Choose who comes first."),
    "not_joint": _("This visit is made by one service already."),
    "not_your_part": _("%(who)s answers for that part."),
    "quality_without_interpreter": _("Write how it went only where an interpreter came."),
    "visit_changed": _("The visit was booked anew meanwhile. Look at the time and choose again."),
}
"""Of bookings, parts and interpreters."""
OFFLINE: Final[Mapping[str, Promise]] = {
    "device_not_yours": _("That phone's visits were taken by somebody else."),
    "may_not_read_it": _("That person may not read it. Choose among those who are named here."),
    "not_taken_along": _("You did not take this visit along on this phone."),
    "nothing_waits": _("It does not wait any more."),
    "role_hands_on_nothing": _("What waits is handed on by the coordinator."),
}
"""Of what is taken along without coverage, and comes back."""
