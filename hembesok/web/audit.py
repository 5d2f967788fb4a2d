"""The access log as a reviewer sees it: what is unusual, a sample, and all of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hembesok.access.models import TrailEntry
from hembesok.access.queries import Period, log_of, reviewed, to_judge, units_of
from hembesok.access.rules.review import Hours, Sign, Unusual, Verdict, sample, unusual
from hembesok.families.log import codes_of, subjects_with, teams_of
from hembesok.web.forms import DayField
from hembesok.web.words_trail import VERDICTS

LONGEST: Final = timedelta(92)
GROUPS: Final = 100
"""Unusual groups on one page; whoever has more chooses a shorter period."""


class AuditForm(forms.Form):
    """Which part of the log is looked at: the last seven whole days unless told."""

    first = DayField()
    last = DayField()
    staff = forms.ChoiceField(label=gettext_lazy("Staff"), required=False)
    code = forms.CharField(
        label=gettext_lazy("Family code"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    size = forms.IntegerField(
        label=gettext_lazy("Size of the sample"),
        min_value=1,
        max_value=100,
        error_messages={"required": gettext_lazy("Write a size from 1 to 100.")},
    )

    def __init__(
        self, data: Mapping[str, Any] | None, *, on: date, staff: Mapping[int, str]
    ) -> None:
        yesterday = on - timedelta(1)
        usual = {"first": str(yesterday - timedelta(6)), "last": str(yesterday), "size": 20}
        super().__init__({**usual, "staff": "", "code": "", **(data or {})})
        self.fields["first"].label = _("From")
        self.fields["last"].label = _("Through")
        names = sorted(staff.items(), key=lambda one: one[1])
        staff_field = self.fields["staff"]
        assert isinstance(staff_field, forms.ChoiceField)  # noqa: S101 — told to the type checker
        staff_field.choices = [("", _("All staff")), *((str(pk), name) for pk, name in names)]

    def clean(self) -> dict[str, Any]:
        """Check the two days together."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and not timedelta(0) <= last - first < LONGEST:
            self.add_error("last", _("Choose from one day up to 92 days, the first day first."))
        return cleaned

    @property
    def period(self) -> Period:
        """The days that were chosen."""
        return Period(self.cleaned_data["first"], self.cleaned_data["last"])


class ReviewForm(forms.Form):
    """What a reviewer found. The comment is read by others: it holds no names."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("What did you find?"),
        widget=forms.RadioSelect,
        choices=[(verdict, VERDICTS[verdict]) for verdict in Verdict],
        error_messages={"required": gettext_lazy("Choose what you found.")},
    )
    comment = forms.CharField(
        label=gettext_lazy("Comment"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )


@dataclass(frozen=True)
class Group:
    """An unusual group as it is shown."""

    unusual: Unusual
    staff: str
    unit: str
    reviewed: int

    @property
    def first(self) -> int:
        """The entry that stands for the group in an address."""
        return self.unusual.numbers[0]

    @property
    def count(self) -> int:
        """How many entries it holds."""
        return len(self.unusual.numbers)


@dataclass(frozen=True)
class Line:
    """An entry as it is shown."""

    entry: TrailEntry
    code: str
    verdict: str


@dataclass(frozen=True)
class Log:
    """One organisation's log in a period, with what a reviewer chose to see of it."""

    organisation: int
    period: Period
    staff: Mapping[int, str]
    only_staff: int | None = None
    only_subjects: Sequence[str] | None = None

    @property
    def entries(self) -> QuerySet[TrailEntry]:
        """The entries that were chosen."""
        return self._chosen(log_of(self.organisation, self.period))

    def _chosen(self, entries: QuerySet[TrailEntry]) -> QuerySet[TrailEntry]:
        if self.only_staff is not None:
            entries = entries.filter(staff=self.only_staff)
        if self.only_subjects is not None:
            entries = entries.filter(subject__in=self.only_subjects)
        return entries

    def groups(self) -> tuple[list[Unusual], dict[int, int]]:
        """Return the unusual groups, and the units of entries by number."""
        teams = teams_of(self.staff)
        seen, units = to_judge(self.entries, teams.had)
        return unusual(seen, Hours(*settings.WORKING_HOURS)), units

    def shown(self, groups: Sequence[Unusual], units: Mapping[int, int]) -> list[Group]:
        """Put names to groups, and how many of their entries are reviewed."""
        names = units_of(self.organisation)
        done = reviewed(number for group in groups for number in group.numbers)
        return [
            Group(
                group,
                self.staff.get(group.staff, ""),
                names.get(units.get(group.numbers[-1], 0), ""),
                sum(number in done for number in group.numbers),
            )
            for group in groups
        ]

    def sample(self, size: int, *, on: date) -> list[int]:
        """Draw from the days that are over, so that the same sample comes again tomorrow.

        The last entry's link is in the seed: nobody knows beforehand what will be drawn.
        """
        over = self.period._replace(last=min(self.period.last, on - timedelta(1)))
        entries = log_of(self.organisation, over)
        newest = entries.order_by("-number").values_list("link", flat=True)
        link = next(iter(newest[:1]), "")
        numbers = self._chosen(entries).values_list("number", flat=True)
        seed = f"{self.organisation} {over.first} {over.last} {link}"
        return sample(numbers, size, seed=seed)


def chosen_log(form: AuditForm, organisation: int, staff: Mapping[int, str]) -> Log:
    """Return what a valid form asks for."""
    given = form.cleaned_data
    return Log(
        organisation,
        form.period,
        staff,
        int(given["staff"]) if given["staff"] else None,
        subjects_with(given["code"]) if given["code"] else None,
    )


def group_of(log: Log, sign: Sign, number: int) -> Unusual | None:
    """Return the group that bears a sign and holds an entry."""
    groups, _units = log.groups()
    return next((one for one in groups if one.sign is sign and number in one.numbers), None)


def lines(entries: Iterable[TrailEntry]) -> list[Line]:
    """Put the codes of families and the verdicts to entries, in two queries."""
    found = list(entries)
    codes = codes_of(entry.subject for entry in found)
    verdicts = reviewed(entry.number for entry in found)
    return [
        Line(entry, codes.get(entry.subject, ""), verdicts.get(entry.number, "")) for entry in found
    ]
