"""What a manager fills in for a site, and what maternity care hands over."""

from collections.abc import Iterable
from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hembesok.access.models import Unit
from hembesok.enrolment.rules.eligibility import Criteria, Parents, read_criteria
from hembesok.enrolment.rules.periods import Then
from hembesok.families.rules.people import NewChild
from hembesok.families.services.expected import NewExpected
from hembesok.values.dates import parse_day
from hembesok.values.refusals import Reason
from hembesok.web.fields import (
    MaybeDayField,
    NumberField,
    day_field,
    decision_field,
    text_field,
    tick,
    ticks,
    tiles,
)
from hembesok.web.words import LANGUAGES, reason_text
from hembesok.web.words_people import DOCUMENTATION, MET, PERIOD_KINDS, THENS, options


class PeriodForm(forms.Form):
    """A dated period."""

    kind = tiles(
        gettext_lazy("What for?"),
        options(PERIOD_KINDS),
        needed=gettext_lazy("Choose what the period is for."),
    )
    starts = day_field(gettext_lazy("First day"))
    ends = MaybeDayField(gettext_lazy("Last day"))
    then = tiles(
        gettext_lazy("What happens to families in mid-programme when it is over?"), options(THENS)
    )
    decision = decision_field()

    @property
    def after(self) -> Then:
        """What happens to families in mid-programme."""
        return Then(self.cleaned_data["then"] or Then.FINISH)


class DocumentationForm(forms.Form):
    """What the adviser's part keeps, from a day."""

    mode = tiles(
        gettext_lazy("What is kept in the adviser's part?"),
        options(DOCUMENTATION),
        needed=gettext_lazy("Choose what is kept."),
    )
    starts = day_field(gettext_lazy("From which day?"))
    decision = decision_field()


class RuleForm(forms.Form):
    """Whom the site offers the programme, from a day."""

    parents = ticks(
        gettext_lazy("For whom? One of these is enough; none is for everybody."),
        [(kind.value, MET[kind]) for kind in Parents],
    )
    areas = text_field(
        gettext_lazy("Areas"), hint=gettext_lazy("DeSO or RegSO codes, a space between"),
        longest=2000,
    )  # fmt: skip
    area_version = text_field(
        gettext_lazy("Version of the areas"), hint=gettext_lazy("for example 2018"), longest=10
    )
    addresses = forms.CharField(
        label=gettext_lazy("Addresses"),
        help_text=gettext_lazy("one on each line, as Almgatan 1"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
    )
    oldest = forms.IntegerField(
        label=gettext_lazy("Oldest at the offer"),
        help_text=gettext_lazy("months, if there is a limit"),
        required=False,
        min_value=0,
        max_value=72,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    starts = day_field(gettext_lazy("From which day?"))
    decision = decision_field()

    def __init__(self, data: Any, *, clinics: Iterable[Unit], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["clinics"] = ticks(
            _("Child health centres"), [(str(unit.pk), unit.name) for unit in clinics]
        )
        self.order_fields(["parents", "clinics"])

    def clean(self) -> dict[str, Any]:
        """Read the rule; what is wrong with it is said in words."""
        found = self.cleaned_data
        oldest = found.get("oldest")
        content = {
            "parents": found.get("parents", []),
            "areas": found.get("areas", "").split(),
            "area_version": found.get("area_version", ""),
            "clinics": found.get("clinics", []),
            "addresses": [" ".join(x.split()) for x in found.get("addresses", "").splitlines()],
            "oldest": "" if oldest is None else f"{oldest} months",
        }
        criteria = read_criteria(content)
        if isinstance(criteria, Reason):
            field = "area_version" if criteria.key == "area_without_version" else None
            self.add_error(field, reason_text(criteria))
        else:
            found["criteria"] = criteria
        return found

    @property
    def criteria(self) -> Criteria:
        """The rule that was written."""
        return cast(Criteria, self.cleaned_data["criteria"])


class ExpectedForm(forms.Form):
    """A birth that maternity care hands over."""

    parent_name = text_field(
        gettext_lazy("The parent's given name"), needed=gettext_lazy("Write a name.")
    )
    phone = text_field(gettext_lazy("Telephone"), longest=30)
    due = day_field(gettext_lazy("Due day"))
    interpreter_needed = tick(gettext_lazy("Interpreter needed"))
    consent_on = day_field(gettext_lazy("The day the parent said yes to this"))

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        named = sorted(((code, str(name)) for code, name in LANGUAGES.items()), key=lambda x: x[1])
        self.fields["language"] = forms.ChoiceField(
            label=_("Language"),
            choices=[("", _("Choose")), *named],
            error_messages={"required": _("Choose the language of the family.")},
        )
        self.order_fields(["parent_name", "phone", "due", "language"])

    @property
    def expected(self) -> NewExpected:
        """The birth that was written."""
        return NewExpected(**self.cleaned_data)


class BornForm(forms.Form):
    """The child that was expected is born."""

    born = day_field(gettext_lazy("Birth date"))
    given_name = text_field(gettext_lazy("Given name"), hint=gettext_lazy("if it has one yet"))
    number = NumberField()
    discharged = MaybeDayField(gettext_lazy("Day of discharge from neonatal care"))
    address = text_field(gettext_lazy("Address"))

    def __init__(self, data: Any, *, on: date) -> None:
        super().__init__(data)
        cast(NumberField, self.fields["number"]).on = on

    @property
    def child(self) -> NewChild:
        """The child that was written."""
        found = self.cleaned_data
        return NewChild(found["born"], found["given_name"], found["number"], found["discharged"])


class BirthsForm(forms.Form):
    """The births of a period: one year, or from a day to a day."""

    born = forms.CharField(required=False, max_length=4)
    first = forms.CharField(required=False, max_length=10)
    last = forms.CharField(required=False, max_length=10)

    @property
    def period(self) -> tuple[date, date] | None:
        """The first and the last day, or None where what is asked for cannot be read."""
        if not self.is_valid():
            return None
        asked = self.cleaned_data
        try:
            if asked["born"]:
                year = int(asked["born"])
                return date(year, 1, 1), date(year, 12, 31)
            first, last = parse_day(asked["first"]), parse_day(asked["last"])
        except ValueError:
            return None
        return (first, last) if first <= last else None
