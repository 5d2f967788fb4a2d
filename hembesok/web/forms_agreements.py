"""What is filled in for cases, memoranda and agreements."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, Generic, TypeVar
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hembesok.access.models import Unit
from hembesok.agreements.queries import AgreementPage, CasePage, CaseRow
from hembesok.agreements.rules.agreements import Clause, Done, Duty, Price, Step, Terms
from hembesok.agreements.rules.cases import Act, Did
from hembesok.agreements.rules.memoranda import (
    FIRST_YEAR,
    LAST_YEAR,
    MOST_ORE,
    Goal,
    Paper,
    Standing,
    Sum,
    Text,
    Union,
)
from hembesok.delivery.measures import MEASURES
from hembesok.values.dates import parse_day
from hembesok.web.fields import Said, area, day_field, pick, text_field, tiles
from hembesok.web.words_agreements import CLAUSES, STANDINGS, UNION
from hembesok.web.words_follow_up import measure_name

UNITS: Final = {"kr": 100, "tkr": 100_000}
"""What a written amount is counted in, in öre. It is chosen, never guessed."""


class Pressed(forms.Form):
    """A form whose button does its work once, however often it is pressed."""

    command = forms.UUIDField(
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid": gettext_lazy("The page is too old to be sent. Open it again.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["command"].initial = uuid4()

    @property
    def pressed(self) -> UUID | None:
        """The id of this press."""
        found: UUID | None = self.cleaned_data.get("command")
        return found


def lines_of(text: str) -> tuple[str, ...]:
    """Return the lines that are not empty, each once."""
    return tuple(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


class CaseForm(Pressed):
    """A new case."""

    registry_number = text_field(
        gettext_lazy("Registry number"), hint=gettext_lazy("for example SON 2026-12"), longest=50,
        needed=gettext_lazy("Write the registry number."),
    )  # fmt: skip
    title = text_field(
        gettext_lazy("What it is about"), longest=300, needed=gettext_lazy("Write a title.")
    )


class MemorandumForm(Pressed):
    """The official memorandum, part by part. What is unfinished is kept too."""

    title = text_field(gettext_lazy("Title"), longest=300, needed=gettext_lazy("Write a title."))
    day = day_field(gettext_lazy("Date"))
    board = text_field(
        gettext_lazy("Which board decides?"), needed=gettext_lazy("Write which board decides.")
    )
    points = area(
        gettext_lazy("Proposed decision"),
        hint=gettext_lazy("one point on each line, written as if it was decided already"),
    )
    matter = area(gettext_lazy("The matter"), rows=8)
    supporting = area(
        gettext_lazy("Supporting documents"),
        hint=gettext_lazy(
            "one on each line; its day last, after a semicolon: Agreement; 2026-03-01"
        ),
    )
    background = area(
        gettext_lazy("Background"), hint=gettext_lazy("begin a line with - for a list"), rows=10
    )
    economy = area(gettext_lazy("Economic consequences"), rows=6)
    children = area(
        gettext_lazy("What it means for children"), hint=gettext_lazy("if the board asks for it")
    )
    follow_up = area(gettext_lazy("Follow-up and evaluation"), rows=6)
    administration = text_field(gettext_lazy("Administration"))
    signer = text_field(gettext_lazy("Who signs?"))
    distribution = area(
        gettext_lazy("The decision is sent to"), hint=gettext_lazy("one on each line")
    )

    def clean_supporting(self) -> tuple[Paper, ...]:
        """Read each line as a title and perhaps a day."""
        found = []
        for line in lines_of(self.cleaned_data["supporting"]):
            title, mark, day = line.rpartition(";")
            try:
                found.append(Paper(title.strip(), parse_day(day.strip())) if mark else Paper(line))
            except ValueError:
                raise forms.ValidationError(
                    _("After the semicolon stands a day, as 2026-03-01: %(line)s"),
                    params={"line": line},
                ) from None
        return tuple(found)

    def text(self, sums: "RowsOf[SumForm]", goals: "RowsOf[GoalForm]") -> Text:
        """Return the memorandum that was written."""
        found = dict(self.cleaned_data)
        found.pop("command", None)
        return Text(
            **{
                **found,
                "points": lines_of(found["points"]),
                "distribution": lines_of(found["distribution"]),
            },
            sums=tuple(one.value for one in sums.written),
            goals=tuple(one.value for one in goals.written),
        )

    @staticmethod
    def filled(text: Text) -> dict[str, object]:
        """Return what the form begins with when a memorandum is written anew."""
        return {
            "title": text.title, "day": f"{text.day}", "board": text.board,
            "points": "\n".join(text.points), "matter": text.matter,
            "supporting": "\n".join(
                f"{one.title}; {one.day}" if one.day else one.title for one in text.supporting
            ),
            "background": text.background, "economy": text.economy, "children": text.children,
            "follow_up": text.follow_up, "administration": text.administration,
            "signer": text.signer, "distribution": "\n".join(text.distribution),
        }  # fmt: skip


class RowForm(forms.Form):
    """One row of several; a row in which nothing is written counts for nothing."""

    @property
    def written(self) -> bool:
        """Tell whether anything was written in the row."""
        return self.has_changed()


class AmountField(forms.CharField):
    """An amount as people write it: 700, 700 000 or 1 234,50; the unit is asked for beside it."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Amount"),
            max_length=30,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            error_messages={"required": gettext_lazy("Write an amount.")},
        )

    def clean(self, value: str) -> Decimal:
        """Return the number, or an error that says how to write it."""
        text = "".join(super().clean(value).split()).replace(",", ".")
        if not text.replace(".", "", 1).isascii() or not text.replace(".", "", 1).isdecimal():
            raise forms.ValidationError(_("Write an amount in digits, as 700 000 or 1 234,50."))
        return Decimal(text)


def year_field(label: Said, *, required: bool = True) -> forms.IntegerField:
    """Return a field for a year."""
    wrong = gettext_lazy("Write a year in four digits.")
    return forms.IntegerField(
        label=label,
        required=required,
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), wrong),
    )


def unit_field() -> forms.ChoiceField:
    """Return the field in which an amount's unit is chosen; nothing is chosen beforehand."""
    return forms.ChoiceField(
        label=gettext_lazy("Unit"),
        choices=[
            ("", gettext_lazy("Choose")),
            ("kr", gettext_lazy("kronor")),
            ("tkr", gettext_lazy("thousand kronor")),
        ],
        error_messages={
            "required": gettext_lazy("Choose the unit of the amount. It is never guessed.")
        },
    )


class MoneyForm(RowForm):
    """A row with an amount."""

    def clean(self) -> dict[str, Any]:
        """Count the amount in öre."""
        found = self.cleaned_data
        if "amount" in found and found.get("unit"):
            ore = found["amount"] * UNITS[found["unit"]]
            if ore != int(ore) or not 0 < ore <= MOST_ORE:
                self.add_error("amount", _("Write an amount above nothing, in whole öre."))
            else:
                found["ore"] = int(ore)
        return found


class SumForm(MoneyForm):
    """A sum of a memorandum."""

    first = year_field(gettext_lazy("First year"))
    last = year_field(gettext_lazy("Last year"))
    amount = AmountField()
    unit = unit_field()
    what = text_field(gettext_lazy("What"), needed=gettext_lazy("Write what the amount is."))
    standing = pick(gettext_lazy("How sure"), ())
    as_said = text_field(
        gettext_lazy("As the source writes it"), hint=gettext_lazy("if it leaves out the unit"),
        longest=50,
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["standing"]
        field.required = True
        field.error_messages["required"] = _("Choose how sure the amount is.")
        field.choices = [  # type: ignore[attr-defined]
            ("", _("Choose")), *((kind.value, word) for kind, word in STANDINGS.items())
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """See that the years run forwards."""
        found = super().clean()
        if found.get("first") and found.get("last") and found["last"] < found["first"]:
            self.add_error("last", _("The last year is before the first."))
        return found

    @property
    def value(self) -> Sum:
        """The sum that was written."""
        found = self.cleaned_data
        return Sum(
            found["first"], found["last"], found["ore"], Standing(found["standing"]),
            found["what"], found["as_said"],
        )  # fmt: skip

    @staticmethod
    def filled(one: Sum) -> dict[str, object]:
        """Return what a row begins with."""
        return {
            "first": one.first, "last": one.last, "amount": _kronor(one.ore), "unit": "kr",
            "what": one.what, "standing": one.standing.value, "as_said": one.as_said,
        }  # fmt: skip


def _kronor(ore: int) -> str:
    kronor, rest = divmod(ore, 100)
    return f"{kronor},{rest:02d}" if rest else f"{kronor}"


class GoalForm(RowForm):
    """A municipal goal, and the measure by which it is followed."""

    words = text_field(gettext_lazy("The goal"), needed=gettext_lazy("Write the goal."))
    address = text_field(
        gettext_lazy("Where it stands"), hint=gettext_lazy("an address that begins with https://"),
        longest=500,
    )  # fmt: skip
    measure = pick(gettext_lazy("Measure"), ())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["measure"]
        field.choices = [  # type: ignore[attr-defined]
            ("", _("No measure")),
            *((one.key, measure_name(one.key)) for one in MEASURES),
        ]

    def clean_address(self) -> str:
        """Refuse what a page could not lead to."""
        found: str = self.cleaned_data["address"]
        if found and not found.startswith(("https://", "http://")):
            raise forms.ValidationError(_("Write an address that begins with https://"))
        return found

    @property
    def value(self) -> Goal:
        """The goal that was written."""
        found = self.cleaned_data
        return Goal(found["words"], found["address"], found["measure"])

    @staticmethod
    def filled(one: Goal) -> dict[str, object]:
        """Return what a row begins with."""
        return {"words": one.words, "address": one.address, "measure": one.measure}


class PriceForm(MoneyForm):
    """The price of a year."""

    year = year_field(gettext_lazy("Year"))
    amount = AmountField()
    unit = unit_field()
    note = text_field(gettext_lazy("Note"))

    @property
    def value(self) -> Price:
        """The price that was written."""
        found = self.cleaned_data
        return Price(found["year"], found["ore"], found["note"])

    @staticmethod
    def filled(one: Price) -> dict[str, object]:
        """Return what a row begins with."""
        return {"year": one.year, "amount": _kronor(one.ore), "unit": "kr", "note": one.note}


class DutyForm(RowForm):
    """Something to report."""

    what = text_field(
        gettext_lazy("What is reported"),
        longest=300,
        needed=gettext_lazy("Write what is reported."),
    )
    due = day_field(gettext_lazy("At the latest"))

    @property
    def value(self) -> Duty:
        """The duty that was written."""
        return Duty(self.cleaned_data["what"], self.cleaned_data["due"])

    @staticmethod
    def filled(one: Duty) -> dict[str, object]:
        """Return what a row begins with."""
        return {"what": one.what, "due": f"{one.due}"}


Row = TypeVar("Row", bound=RowForm)
MOST_ROWS: Final = 40


class RowsOf(Generic[Row]):
    """Rows of one kind: those that are filled in already, and some empty ones.

    A row in which nothing is written is no row. No script is needed: who needs more rows saves,
    and finds empty ones again.
    """

    def __init__(
        self,
        kind: type[Row],
        prefix: str,
        data: Mapping[str, Any] | None,
        filled: Sequence[Mapping[str, object]] = (),
        *,
        more: int = 2,
    ) -> None:
        self.prefix = prefix
        sent = (data or {}).get(f"{prefix}-rows", "")
        count = int(sent) if sent.isdecimal() else len(filled) + more
        self.rows = [
            kind(
                data,
                prefix=f"{prefix}-{n}",
                initial=dict(filled[n]) if data is None and n < len(filled) else None,
                empty_permitted=True,
                use_required_attribute=False,
            )
            for n in range(min(count, MOST_ROWS))
        ]

    def is_valid(self) -> bool:
        """Tell whether every row can be read; each is asked, so that all that is wrong is said."""
        return not [one for one in self.rows if not one.is_valid()]

    @property
    def written(self) -> list[Row]:
        """The rows in which something is written."""
        return [one for one in self.rows if one.has_changed()]


class AgreementForm(Pressed):
    """An agreement: who, how long, and each part in words."""

    title = text_field(gettext_lazy("Title"), longest=300, needed=gettext_lazy("Write a title."))
    starts = day_field(gettext_lazy("First day"))
    ends = day_field(gettext_lazy("Last day"))
    notice_months = forms.IntegerField(
        label=gettext_lazy("Notice, in months"),
        min_value=0,
        max_value=60,
        initial=6,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Write a number of months, 0 if there is none.")},
    )

    def __init__(
        self, data: Any, *, cases: Sequence[CaseRow], units: Sequence[Unit] | None, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.fields["case"] = pick(
            _("The case it is decided in"),
            [("", _("No case yet"))]
            + [(str(one.pk), f"{one.registry_number} {one.title}"[:80]) for one in cases],
        )
        order = ["title"]
        if units is None:
            # Parties do not change with a new version, nor what the agreement is called.
            del self.fields["title"]
        else:
            choices = [(str(unit.pk), f"{unit.name}, {unit.organisation.name}") for unit in units]
            for name, label in (
                ("commissioner", _("Commissioner")), ("provider", _("Provider")),
            ):  # fmt: skip
                self.fields[name] = pick(label, [("", _("Choose")), *choices])
                self.fields[name].required = True
                self.fields[name].error_messages["required"] = _("Choose a unit.")
            order += ["commissioner", "provider"]
        for clause in Clause:
            self.fields[f"clause-{clause}"] = area(str(CLAUSES[clause]))
        self.order_fields([*order, "case", "starts", "ends", "notice_months"])

    def clean(self) -> dict[str, Any]:
        """See that the days run forwards."""
        found = self.cleaned_data
        starts, ends = found.get("starts"), found.get("ends")
        if starts and ends and ends < starts:
            self.add_error("ends", _("The last day is before the first."))
        return found

    def terms(self, prices: RowsOf[PriceForm], duties: RowsOf[DutyForm]) -> Terms:
        """Return the terms that were written; raises ValueError for two prices of one year."""
        found = self.cleaned_data
        return Terms(
            starts=found["starts"],
            ends=found["ends"],
            notice_months=found["notice_months"],
            prices=tuple(sorted((p.value for p in prices.written), key=lambda one: one.year)),
            duties=tuple(sorted((d.value for d in duties.written), key=lambda one: one.due)),
            clauses={one: text for one in Clause if (text := found[f"clause-{one}"].strip())},
        )

    @staticmethod
    def filled(page: AgreementPage) -> dict[str, object]:
        """Return what the form begins with when an agreement is written anew."""
        terms = page.last.terms
        return {
            "starts": f"{terms.starts}", "ends": f"{terms.ends}",
            "notice_months": terms.notice_months, "case": str(page.case[0]) if page.case else "",
            **{f"clause-{one}": text for one, text in terms.clauses.items()},
        }  # fmt: skip


_REFERENCES: Final[Mapping[Act, Said]] = {
    **dict.fromkeys((Act.APPROVE, Act.TABLE, Act.REFER_BACK, Act.REJECT, Act.REPORT, Act.VERIFY),
                    gettext_lazy("Paragraph")),
    Act.DELEGATE: gettext_lazy("By which delegation?"),
}  # fmt: skip
_DAYS: Final[Mapping[Act, Said]] = {
    Act.SEND: gettext_lazy("Day of the meeting"),
    **dict.fromkeys((Act.APPROVE, Act.TABLE, Act.REFER_BACK, Act.REJECT),
                    gettext_lazy("Day of the meeting")),
}  # fmt: skip


class ActForm(Pressed):
    """One act with a case: what is asked depends on the act."""

    day = day_field(gettext_lazy("Day"))

    def __init__(self, data: Any, *, act: Act, page: CasePage, on: date) -> None:
        super().__init__(data, initial={"day": f"{on}"})
        self.act = act
        self.fields["day"].label = _DAYS.get(act, _("Day"))
        if act is Act.INFORM:
            self.fields["reference"] = tiles(
                _("What was given?"), [(kind.value, word) for kind, word in UNION.items()],
                needed=_("Choose information or negotiation."),
            )  # fmt: skip
        elif act in _REFERENCES:
            self.fields["reference"] = text_field(
                _REFERENCES[act], hint=_("for example § 12"), longest=100
            )
        if act in (Act.DISPATCH, Act.RECEIVE):
            whom = page.waiting[act is Act.RECEIVE]
            self.fields["whom"] = tiles(
                _("To whom?") if act is Act.DISPATCH else _("From whom?"),
                [(one, one) for one in whom], needed=_("Choose whom it concerns."),
            )  # fmt: skip
        elif act is Act.AUTHORISE:
            self.fields["whom"] = text_field(
                _("Who may sign?"), hint=_("the office, as the decision writes it")
            )
        if act in (Act.TABLE, Act.REFER_BACK, Act.REJECT):
            self.fields["said"] = area(_("Why?"))
        elif act is not Act.SIGN:
            self.fields["said"] = area(_("Note"), rows=2)
        self.order_fields(["reference", "whom", "day", "said"])

    @staticmethod
    def probe(act: Act, on: date, whom: str) -> Did:
        """Return an act as well written as it can be, to ask whether it could be done at all."""
        reference = Union.INFORMATION if act is Act.INFORM else "§"
        return Did(act, on, reference, whom or "-", "-")

    @property
    def did(self) -> Did:
        """The act that was written."""
        found = self.cleaned_data
        return Did(
            self.act, found["day"], found.get("reference", ""), found.get("whom", ""),
            found.get("said", ""),
        )  # fmt: skip


class StepForm(Pressed):
    """One step with an agreement."""

    day = day_field(gettext_lazy("Day"))

    def __init__(self, data: Any, *, step: Step, may_sign: Sequence[str], on: date) -> None:
        super().__init__(data, initial={"day": f"{on}"})
        self.step = step
        if step is Step.INFORM:
            self.fields["reference"] = tiles(
                _("What was given?"), [(kind.value, word) for kind, word in UNION.items()],
                needed=_("Choose information or negotiation."),
            )  # fmt: skip
        if step is Step.SIGN_COMMISSIONER and may_sign:
            self.fields["whom"] = tiles(
                _("Who signed?"), [(one, one) for one in may_sign],
                needed=_("Choose who signed."),
            )  # fmt: skip
        elif step in (Step.SIGN_COMMISSIONER, Step.SIGN_PROVIDER):
            self.fields["whom"] = text_field(_("Who signed?"), hint=_("the office"))
        if step is Step.END:
            self.fields["day"].label = _("Last day")
            self.fields["said"] = area(_("Why?"))
        self.order_fields(["reference", "whom", "day", "said"])

    def done(self, by: int) -> Done:
        """The step that was written."""
        found = self.cleaned_data
        return Done(
            self.step, found["day"], by, found.get("reference", ""), found.get("whom", ""),
            found.get("said", ""),
        )  # fmt: skip


class DutyDoneForm(forms.Form):
    """A duty that is done."""

    day = day_field(gettext_lazy("Done on"))
