"""What is filled in about money: an amount is a number and what it counts, never guessed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar, Final
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hembesok.access.models import Unit
from hembesok.funding.queries import TrancheRow
from hembesok.funding.rules.bringing import MOST_BYTES
from hembesok.funding.rules.deciding import Answer, CostType, Milestone, NewTranche, StepKind
from hembesok.funding.rules.forecast import months_between
from hembesok.funding.rules.ledger import COSTS, OF_UNIT, Kind
from hembesok.funding.services.ending import NewAnswer
from hembesok.funding.services.granting import NewDecision
from hembesok.funding.services.writing import NewEntry
from hembesok.values.money import MoneyUnit, read_amount
from hembesok.values.refusals import Reason
from hembesok.web import words_money as words
from hembesok.web.fields import (
    Choice,
    MaybeDayField,
    Said,
    area,
    day_field,
    pick,
    text_field,
    tick,
    ticks,
    tiles,
)
from hembesok.web.uploads import SentFile
from hembesok.web.words import reason_text

YEARS: Final = (2000, 2100)


def key_field() -> forms.UUIDField:
    """Return the field by which a form that is sent twice is written once."""
    too_old = gettext_lazy("The form is too old. Open it again.")
    return forms.UUIDField(
        widget=forms.HiddenInput, initial=uuid4, error_messages={"required": too_old}
    )


def unit_field() -> forms.ChoiceField:
    """Return the question what a number counts; nothing is chosen beforehand."""
    return tiles(
        gettext_lazy("What does the number count?"),
        [(unit.value, words.UNITS[unit]) for unit in MoneyUnit],
        needed=gettext_lazy("Choose what the number counts: kronor, thousands or millions."),
    )


def year_field() -> forms.IntegerField:
    """Return the field of a year."""
    wrong = gettext_lazy("Write a year in four digits.")
    return forms.IntegerField(
        label=gettext_lazy("Year"),
        min_value=YEARS[0],
        max_value=YEARS[1],
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), wrong),
    )


def reference_field(label: Said, *, longest: int = 100) -> forms.CharField:
    """Return the field of a reference."""
    return text_field(
        label, needed=gettext_lazy("Write a reference, such as a registry number."), longest=longest
    )


class OnceForm(forms.Form):
    """A form that is written once, however often it is sent."""

    key = key_field()

    @property
    def once(self) -> UUID:
        """What the form is known by."""
        found: UUID = self.cleaned_data["key"]
        return found


class AmountForm(OnceForm):
    """A form with an amount."""

    amount = text_field(
        gettext_lazy("Amount"),
        hint=gettext_lazy("as 880 000 or 850,50"),
        needed=gettext_lazy("Write the amount."),
        longest=30,
    )
    amount.widget.attrs["inputmode"] = "decimal"
    unit = unit_field()

    def clean(self) -> dict[str, Any]:
        """Read the amount in its unit."""
        found = super().clean() or {}
        read_into(self, found, "amount", "unit")
        return found

    @property
    def ore(self) -> int:
        """The amount in öre."""
        return int(self.cleaned_data["ore"])


def read_into(form: forms.Form, found: dict[str, Any], amount: str, unit: str) -> None:
    """Read an amount that is written in two fields into `ore`; what is wrong stands beside it."""
    if not found.get(amount) or not found.get(unit):
        return
    read = read_amount(found[amount], MoneyUnit(found[unit]))
    if isinstance(read, Reason):
        form.add_error(amount, reason_text(read))
    else:
        found["ore"] = read


def unit_choices(units: Iterable[tuple[int, str]]) -> list[Choice]:
    """Return units to pick from, none of them picked."""
    return [("", _("Choose")), *((str(key), name) for key, name in units)]


class EntryForm(AmountForm):
    """An entry of the ledger; what is asked hangs on its kind."""

    def __init__(
        self, data: Any, *, kind: Kind, tranche: TrancheRow, units: Sequence[tuple[int, str]]
    ) -> None:
        super().__init__(data)
        self.kind = kind
        cost = kind in COSTS
        if cost:
            types = [(each, words.COST_TYPES[CostType(each)]) for each in CostType]
            self.fields["cost_type"] = tiles(
                _("What for?"), types, needed=_("Choose what the cost is for.")
            )
            self.fields["first"] = day_field(_("First day of delivery"))
            self.fields["last"] = MaybeDayField(_("Last day of delivery"))
        else:
            self.fields["first"] = day_field(_("Day"))
        if kind in OF_UNIT:
            mine = tranche.recipient_key
            others = [one for one in units if cost or one[0] != mine]
            self.fields["of_unit"] = pick(
                _("Whose cost?") if cost else _("Which provider?"), unit_choices(others)
            )
            self.fields["of_unit"].required = True
            self.fields["of_unit"].error_messages["required"] = _("Choose which unit.")
        self.fields["reference"] = (
            text_field(_("Voucher"), needed=_("Write the number of the voucher."), longest=100)
            if cost
            else reference_field(_("Reference"))
        )
        self.fields["text"] = text_field(
            _("What it is about"), hint=_("nothing about a person or a family")
        )
        if cost:
            self.fields["own"] = tick(
                _("If the grant does not pay for it: show it as own money, with the reason")
            )

    @property
    def entry(self) -> NewEntry:
        """What was written."""
        found = self.cleaned_data
        unit = found.get("of_unit")
        return NewEntry(
            self.kind,
            self.ore,
            found["first"],
            found.get("last"),
            Unit.objects.get(pk=int(unit)) if unit else None,
            CostType(found["cost_type"]) if found.get("cost_type") else None,
            found["text"],
            found["reference"],
            found.get("own", False),
        )


def _term_fields(year: int | None) -> dict[str, forms.Field]:
    """Return the fields that say when a tranche may be used, as grants of a year mostly are."""
    named = (
        ("first", _("First day of use"), f"{year}-01-01"),
        ("last", _("Last day of use"), f"{year}-12-31"),
        ("claim_by", _("Last day to claim"), f"{year}-10-31"),
        ("report_by", _("Report by"), f"{(year or 0) + 1}-03-01"),
    )
    fields: dict[str, forms.Field] = {}
    for name, label, initial in named:
        fields[name] = day_field(label)
        fields[name].initial = initial if year else None
    return fields


def _new_tranche(found: Mapping[str, Any], ore: int, purposes: Iterable[str]) -> NewTranche:
    return NewTranche(
        ore,
        found["year"],
        found["purpose"],
        frozenset(CostType(each) for each in purposes),
        found["first"],
        found["last"],
        found["claim_by"],
        found["report_by"],
    )


class GrantForm(AmountForm):
    """A decision that grants a year's money to a unit."""

    grantor = text_field(gettext_lazy("Who grants it?"), needed=gettext_lazy("Write who."))
    grant = text_field(gettext_lazy("Name of the grant"), needed=gettext_lazy("Write its name."))
    reference = reference_field(gettext_lazy("Registry number of the decision"))
    decided = day_field(gettext_lazy("Day of the decision"))
    conditions = text_field(gettext_lazy("Conditions"), longest=1000)
    year = year_field()
    purpose = text_field(
        gettext_lazy("Purpose"), needed=gettext_lazy("Write what it is for."), longest=300
    )
    purposes = ticks(
        gettext_lazy("Which costs may it pay for?"),
        [(each.value, words.COST_TYPES[each]) for each in CostType],
    )

    def __init__(self, data: Any, *, units: Sequence[tuple[int, str]], year: int) -> None:
        super().__init__(data)
        self.fields["year"].initial = year
        self.fields["recipient"] = pick(_("Which unit gets it?"), unit_choices(units))
        self.fields["recipient"].required = True
        self.fields["recipient"].error_messages["required"] = _("Choose which unit.")
        self.fields |= _term_fields(year)
        self.order_fields(["key", "grantor", "grant", "reference", "decided", "year", "amount"])

    @property
    def decision(self) -> NewDecision:
        """The decision."""
        names = ("grantor", "grant", "reference", "decided", "conditions")
        return NewDecision(*(self.cleaned_data[name] for name in names))

    @property
    def tranche(self) -> NewTranche:
        """What it says of the year."""
        return _new_tranche(self.cleaned_data, self.ore, self.cleaned_data["purposes"])

    @property
    def recipient(self) -> Unit:
        """Who gets it."""
        return Unit.objects.get(pk=int(self.cleaned_data["recipient"]))


class MilestoneForm(OnceForm):
    """What came before the money."""

    kind = tiles(
        gettext_lazy("What?"),
        [(each.value, words.MILESTONES[each]) for each in Milestone],
        needed=gettext_lazy("Choose what it is."),
    )
    by_whom = text_field(gettext_lazy("Who decided?"), needed=gettext_lazy("Write who."))
    starts = day_field(gettext_lazy("From which day?"))
    ends = MaybeDayField(gettext_lazy("Until which day?"))
    reference = reference_field(gettext_lazy("Reference"))
    text = text_field(gettext_lazy("What it says"), longest=500)


class ExpectationForm(AmountForm):
    """What is expected for a year."""

    year = year_field()
    reference = reference_field(gettext_lazy("Who says so, and where?"), longest=200)


class ShareForm(AmountForm):
    """A unit's share of a tranche."""

    decision = text_field(
        gettext_lazy("Decision it rests on"),
        needed=gettext_lazy("Write which decision this rests on."),
        longest=100,
    )

    def __init__(self, data: Any, *, units: Sequence[tuple[int, str]]) -> None:
        super().__init__(data)
        self.fields["of_unit"] = pick(_("For which unit?"), unit_choices(units))
        self.fields["of_unit"].required = True
        self.fields["of_unit"].error_messages["required"] = _("Choose which unit.")
        self.order_fields(["key", "of_unit"])

    @property
    def of_unit(self) -> Unit:
        """Whose share."""
        return Unit.objects.get(pk=int(self.cleaned_data["of_unit"]))


class BudgetForm(AmountForm):
    """What one type of cost may be each month."""

    def __init__(self, data: Any, *, tranche: TrancheRow) -> None:
        super().__init__(data)
        types = [(each, words.COST_TYPES[CostType(each)]) for each in tranche.purposes]
        self.fields["cost_type"] = tiles(
            _("What for?"), types, needed=_("Choose what the cost is for.")
        )
        months = months_between(tranche.first, tranche.last)
        named = [(f"{month}", f"{month:%Y-%m}") for month in months]
        self.fields["from_month"] = pick(_("From month"), named)
        self.fields["to_month"] = pick(_("Up to month"), named)
        self.fields["to_month"].initial = named[-1][0]
        self.fields["amount"].label = _("Amount each month")
        self.order_fields(["key", "cost_type", "from_month", "to_month"])
        self._tranche = tranche

    def lines(self) -> list[tuple[CostType, date, int]]:
        """Return the whole budget with these months in the place of what was there."""
        found = self.cleaned_data
        chosen = CostType(found["cost_type"])
        first, last = date.fromisoformat(found["from_month"]), date.fromisoformat(found["to_month"])
        kept = {(CostType(of), month): ore for (of, month), ore in self._tranche.budget.items()}
        kept |= {(chosen, month): self.ore for month in months_between(first, last)}
        return [(of, month, ore) for (of, month), ore in sorted(kept.items())]

    def clean(self) -> dict[str, Any]:
        """Refuse months that run backwards."""
        found = super().clean()
        if found.get("from_month", "") > found.get("to_month", ""):
            self.add_error("to_month", _("Choose a month that is not before the first."))
        return found


class StepForm(OnceForm):
    """A report, or the review of one."""

    day = day_field(gettext_lazy("Day"))
    reference = reference_field(gettext_lazy("Reference"))

    def __init__(self, data: Any, *, review: bool) -> None:
        super().__init__(data)
        if review:
            kinds = (StepKind.APPROVED, StepKind.SENT_BACK)
            self.fields["kind"] = tiles(
                _("What did the review come to?"),
                [(each.value, words.STEPS[each]) for each in kinds],
                needed=_("Choose what it came to."),
            )
            self.order_fields(["key", "kind"])


class StateReportForm(forms.Form):
    """What the report to the state says beside its figures, and as which file."""

    use = area(
        gettext_lazy("How was the grant used?"), rows=6,
        needed=gettext_lazy("Write how the grant was used."),
    )  # fmt: skip
    cooperation = area(
        gettext_lazy("Who worked together, and how?"),
        needed=gettext_lazy("Write who worked together, and how."),
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["form"] = tiles(
            _("Which file?"), [("pdf", "PDF"), ("docx", "Word")], needed=_("Choose a file.")
        )

    @property
    def chosen(self) -> str:
        """Which file: `pdf` or `docx`."""
        return str(self.cleaned_data["form"])


class AskForm(AmountForm):
    """An application to retain money, or the state agency's request to the government."""

    def __init__(self, data: Any, *, year: int | None = None) -> None:
        super().__init__(data)
        if year is not None:
            self.fields["year"] = year_field()
            self.fields["year"].label = _("To be used in which year?")
            self.fields["year"].initial = year
        self.fields["asked"] = day_field(_("Day of the application"))
        self.fields["reference"] = reference_field(_("Reference"))


class AnswerForm(OnceForm):
    """An answer; a yes says how much, for which period."""

    def __init__(self, data: Any, *, before: TrancheRow, year: int) -> None:
        super().__init__(data)
        self._before = before
        self.fields["answer"] = tiles(
            _("What was the answer?"),
            [(each.value, words.ANSWERS[each]) for each in Answer],
            needed=_("Choose yes or no."),
        )
        self.fields["answered"] = day_field(_("Day of the answer"))
        self.fields["reference"] = reference_field(_("Reference"))
        self.fields["amount"] = text_field(
            _("With a yes: the amount"), hint=_("as 880 000 or 850,50"), longest=30
        )
        self.fields["unit"] = unit_field()
        self.fields["unit"].required = False
        self.fields["year"] = year_field()
        self.fields["year"].initial = year
        self.fields["purpose"] = text_field(_("Purpose"), longest=300)
        self.fields["purpose"].initial = before.purpose
        self.fields |= _term_fields(year)

    def clean(self) -> dict[str, Any]:
        """Ask for the amount and its unit with a yes."""
        found = super().clean() or {}
        if found.get("answer") == Answer.YES:
            if not found.get("amount"):
                self.add_error("amount", _("Write the amount."))
            if not found.get("unit"):
                self.add_error("unit", reason_text(Reason("money_unit_missing")))
            read_into(self, found, "amount", "unit")
        return found

    @property
    def new(self) -> NewAnswer:
        """What was answered."""
        found = self.cleaned_data
        answer = Answer(found["answer"])
        new = None
        if answer is Answer.YES:
            new = _new_tranche(found, int(found["ore"]), self._before.purposes)
        return NewAnswer(answer, found["answered"], found["reference"], new)


class BackForm(OnceForm):
    """Why an entry is taken back."""

    why = text_field(gettext_lazy("Why?"), needed=gettext_lazy("Write why."))


class CostFileForm(SentFile):
    """A file of costs, and whose they are."""

    too_large: ClassVar[Reason] = Reason("costs_too_large", {"megabytes": MOST_BYTES // 1_000_000})
    key = key_field()
    file = forms.FileField(
        label=gettext_lazy("The file"),
        help_text=gettext_lazy("SIE type 4 (.se, .si) or CSV, at most 10 MB and 2,000 costs"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".se,.si,.sie,.csv,.txt"}),
        error_messages={
            "required": gettext_lazy("Choose the file."),
            "invalid": gettext_lazy("Choose the file."),
        },
    )
    dimension = pick(
        gettext_lazy("In a SIE file: which costs?"),
        [
            ("6", gettext_lazy("Those of a project (dimension 6)")),
            ("1", gettext_lazy("Those of a cost centre (dimension 1)")),
        ],
    )
    object = text_field(
        gettext_lazy("Number of the project or cost centre"), hint=gettext_lazy("for a SIE file")
    )
    accounts = forms.CharField(
        label=gettext_lazy("Types of cost by account"),
        help_text=gettext_lazy("one on each line, as 50 lön or 69 resor; others are övrigt"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )

    def __init__(
        self,
        request: Any,
        *,
        units: Sequence[tuple[int, str]],
        compare: bool = False,
    ) -> None:
        super().__init__(request)
        if compare:
            return
        self.fields["of_unit"] = pick(_("Whose costs?"), unit_choices(units))
        self.fields["of_unit"].required = True
        self.fields["of_unit"].error_messages["required"] = _("Choose which unit.")
        self.fields["own"] = tick(
            _("What the grant does not pay for: show it as own money, with the reason")
        )

    def clean_accounts(self) -> dict[str, CostType]:
        """Read which accounts are of which type."""
        found = {}
        for line in self.cleaned_data["accounts"].splitlines():
            if not line.strip():
                continue
            start, _space, name = line.strip().partition(" ")
            kind = words.FILE_WORDS.get(name.strip().casefold())
            if not (start.isascii() and start.isdigit()) or kind is None:
                known = ", ".join(words.FILE_WORDS)
                raise forms.ValidationError(
                    _("Write an account and a type on each line, as 50 lön. Types: %(known)s.")
                    % {"known": known}
                )
            found[start] = kind
        return found

    @property
    def of_unit(self) -> Unit:
        """Whose costs."""
        return Unit.objects.get(pk=int(self.cleaned_data["of_unit"]))
