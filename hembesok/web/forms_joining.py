"""What staff fill in from an offer to an enrolment: the answer, the consents, the version."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hembesok.access.models import Unit
from hembesok.access.rules.secrecy import Field
from hembesok.enrolment.rules.offering import AnswerKind, NoReason, OfferedBy
from hembesok.families.models import Family, Guardian
from hembesok.programme.models import ProgrammeVersion
from hembesok.secrecy.consents import GuardianRow
from hembesok.secrecy.rules import Interpreted, Purpose
from hembesok.secrecy.services.grounds import NewConsent
from hembesok.web.fields import Choice, MaybeDayField, day_field, pick, tick, ticks, tiles
from hembesok.web.words_people import ANSWERS, FIELDS, INTERPRETED, NO_REASONS, OFFERED_BY, options

WAITING = "waiting"
"""The family has not answered yet: an offer without an answer."""
TAKE_PART = "take_part"
HOW_INTERPRETED = gettext_lazy("How was it interpreted?")


@dataclass(frozen=True)
class Sharing:
    """What a guardian can let the one unit of a family read of what the other keeps."""

    clinic: Unit | None
    advice: Unit | None

    @classmethod
    def of(cls, family: Family) -> "Sharing":
        """Return what can be shared about a family."""
        return cls(family.clinic, family.advice)

    @property
    def choices(self) -> list[Choice]:
        """Each thing to share as a choice, none of it chosen."""
        if self.clinic is None or self.advice is None or self.clinic == self.advice:
            return []
        return [
            (code, _("%(recipient)s reads %(what)s of %(source)s") % words)
            for code, words in (
                ("clinic:base_visits", self._words(self.clinic, self.advice, Field.BASE_VISITS)),
                ("clinic:note", self._words(self.clinic, self.advice, Field.NOTE)),
                ("advice:note", self._words(self.advice, self.clinic, Field.NOTE)),
            )
        ]

    @staticmethod
    def _words(source: Unit, recipient: Unit, field: Field) -> dict[str, object]:
        return {"source": source.name, "recipient": recipient.name, "what": FIELDS[field]}

    def consents(
        self, codes: Iterable[str], *, given: date, interpreted: Interpreted, ends: date | None
    ) -> list[NewConsent]:
        """Return a consent for each unit whose record is shared."""
        fields: dict[str, set[Field]] = defaultdict(set)
        for code in codes:
            source, _colon, field = code.partition(":")
            fields[source].add(Field(field))
        units = {"clinic": (self.clinic, self.advice), "advice": (self.advice, self.clinic)}
        return [
            NewConsent(
                Purpose.SHARE,
                given,
                interpreted,
                fields=frozenset(chosen),
                source=units[source][0],
                recipient=units[source][1],
                ends=ends,
            )
            for source, chosen in sorted(fields.items())
        ]


def ways_of_interpreting(family: Family) -> list[Choice]:
    """Return how a consent may have been understood by this family."""
    kinds = list(Interpreted)
    if family.interpreter_needed:
        kinds.remove(Interpreted.NOT_NEEDED)
    return list(options(INTERPRETED, *kinds))


class OfferForm(forms.Form):
    """The whole way from an offer to an enrolment, on one page."""

    def __init__(
        self,
        data: Any,
        *,
        family: Family,
        guardians: Sequence[GuardianRow],
        versions: Sequence[ProgrammeVersion],
        pending: bool,
        on: date,
    ) -> None:
        first = versions[0] if versions else None
        super().__init__(data, initial={"day": f"{on}", "version": str(first.pk if first else "")})
        self.family, self.rows, self.sharing = family, guardians, Sharing.of(family)
        self.versions = {str(one.pk): one for one in versions}
        if not pending:
            self.fields["how"] = tiles(
                _("How was the programme offered?"),
                options(OFFERED_BY),
                needed=gettext_lazy("Choose how the programme was offered."),
            )
        self.fields["answer"] = tiles(
            _("What does the family answer?"),
            [*options(ANSWERS), (WAITING, _("Has not answered yet"))],
            needed=gettext_lazy("Choose what the family answers."),
        )
        reasons = options(NO_REASONS)
        self.fields["reason"] = pick(_("Why no, or why wait?"), [("", _("No reason")), *reasons])
        for row in guardians:
            self._ask(row)
        self.fields["version"] = pick(
            _("Version of the programme"), [(key, str(one)) for key, one in self.versions.items()]
        )
        self.fields["day"] = day_field(gettext_lazy("Day of the answer and of enrolment"))

    def _ask(self, row: GuardianRow) -> None:
        if not row.takes_part:
            words = _("%(name)s says yes to take part") % {"name": row.name}
            self.fields[f"yes{row.number}"] = tick(words)
        if not row.shares and self.sharing.choices:
            self.fields[f"share{row.number}"] = ticks(
                _("May the units read of each other? It is not needed to take part."),
                self.sharing.choices,
            )
        if not row.takes_part or not row.shares:
            self.fields[f"interpreted{row.number}"] = tiles(
                HOW_INTERPRETED, ways_of_interpreting(self.family)
            )
            if not self.family.interpreter_needed:
                self.initial[f"interpreted{row.number}"] = Interpreted.NOT_NEEDED.value

    @property
    def guardians(self) -> list[tuple[GuardianRow, list[forms.BoundField]]]:
        """Each guardian with what is asked of that one."""
        names = ("yes", "interpreted", "share")
        return [
            (row, [self[f"{n}{row.number}"] for n in names if f"{n}{row.number}" in self.fields])
            for row in self.rows
        ]

    def clean(self) -> dict[str, Any]:
        """Ask how a consent was interpreted, where one is given."""
        found = self.cleaned_data
        if found.get("answer") == AnswerKind.YES:
            for row in self.rows:
                given = found.get(f"yes{row.number}") or found.get(f"share{row.number}")
                if given and not found.get(f"interpreted{row.number}"):
                    self.add_error(f"interpreted{row.number}", _("Choose how it was interpreted."))
        return found

    @property
    def how(self) -> OfferedBy | None:
        """How it was offered; None where an earlier offer is answered."""
        found = self.cleaned_data.get("how")
        return OfferedBy(found) if found else None

    @property
    def answer(self) -> AnswerKind | None:
        """What the family answered; None where it has not."""
        found = self.cleaned_data["answer"]
        return None if found == WAITING else AnswerKind(found)

    @property
    def reason(self) -> NoReason | None:
        """Why the family said no, or later."""
        found = self.cleaned_data["reason"]
        return NoReason(found) if found else None

    @property
    def version(self) -> ProgrammeVersion | None:
        """The version chosen."""
        return self.versions.get(self.cleaned_data["version"])

    def consents(self, guardians: Iterable[Guardian]) -> list[tuple[Guardian, NewConsent]]:
        """Return what each guardian said yes to."""
        given: list[tuple[Guardian, NewConsent]] = []
        day = self.cleaned_data["day"]
        for one in guardians:
            written = self.cleaned_data.get(f"interpreted{one.number}")
            how = Interpreted(written) if written else Interpreted.NOT_NEEDED
            if self.cleaned_data.get(f"yes{one.number}"):
                given.append((one, NewConsent(Purpose.TAKE_PART, day, how)))
            codes = self.cleaned_data.get(f"share{one.number}", ())
            given += [
                (one, new)
                for new in self.sharing.consents(codes, given=day, interpreted=how, ends=None)
            ]
        return given


class ConsentForm(forms.Form):
    """A guardian's yes to one thing or several."""

    ends = MaybeDayField(gettext_lazy("Last day"))

    def __init__(
        self, data: Any, *, family: Family, guardians: Sequence[GuardianRow], on: date
    ) -> None:
        super().__init__(data, initial={"day": f"{on}"})
        self.sharing = Sharing.of(family)
        self.fields["guardian"] = tiles(
            _("Who says yes?"),
            [(str(row.number), row.name) for row in guardians],
            needed=gettext_lazy("Choose who says yes."),
        )
        take_part = (TAKE_PART, _("To take part in the programme"))
        self.fields["what"] = ticks(_("To what?"), [take_part, *self.sharing.choices])
        self.fields["what"].required = True
        self.fields["what"].error_messages["required"] = _("Choose at least one thing.")
        self.fields["interpreted"] = tiles(
            HOW_INTERPRETED,
            ways_of_interpreting(family),
            needed=gettext_lazy("Choose how it was interpreted."),
        )
        if not family.interpreter_needed:
            self.initial["interpreted"] = Interpreted.NOT_NEEDED.value
        self.fields["day"] = day_field(gettext_lazy("Day of the consent"))
        self.order_fields(["guardian", "what", "interpreted", "day", "ends"])

    @property
    def number(self) -> int:
        """The number of the guardian who says yes."""
        return int(self.cleaned_data["guardian"])

    @property
    def consents(self) -> list[NewConsent]:
        """What was said yes to."""
        found = self.cleaned_data
        how, codes = Interpreted(found["interpreted"]), set(found["what"])
        given: list[NewConsent] = []
        if TAKE_PART in codes:
            given.append(NewConsent(Purpose.TAKE_PART, found["day"], how, ends=found["ends"]))
        return given + self.sharing.consents(
            sorted(codes - {TAKE_PART}), given=found["day"], interpreted=how, ends=found["ends"]
        )
