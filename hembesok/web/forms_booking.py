"""What staff fill in about a booking: time, place, who comes, and the interpreter."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar, cast

from django import forms
from django.utils.functional import Promise
from django.utils.timezone import is_aware
from django.utils.translation import gettext_lazy as _

from hembesok.access.rules.roles import VISITORS, Role
from hembesok.visits.queries.parts import Candidate, InterpreterRow, VisitPage
from hembesok.visits.rules.parts import (
    GUESTS,
    ROLE_OF,
    Answer,
    Came,
    GenderWish,
    Mode,
    PartKind,
    Place,
    Quality,
)
from hembesok.visits.services.asking import AS_BEFORE, AsBefore, InterpreterWanted
from hembesok.visits.services.parts import InterpreterFacts
from hembesok.web.fields import pick, text_field, tick, tiles
from hembesok.web.forms import BookForm
from hembesok.web.words import LANGUAGES
from hembesok.web.words_booking import CAME, MODES, PLACES, QUALITIES, WISHES, change_text

NO_INTERPRETER = "none"
Kind = TypeVar("Kind", bound=StrEnum)


def _options(words: Mapping[Kind, Promise]) -> list[tuple[str, Promise]]:
    return [(kind.value, word) for kind, word in words.items()]


class InterpreterFields(forms.Form):
    """Which interpreter is wanted."""

    interpreter = tiles(_("Interpreter"), _options(MODES))
    language = pick(_("Language"), ())
    dialect = text_field(_("Dialect"), longest=100)
    gender_wish = tiles(_("Wish of the family"), [("", _("No wish")), *_options(WISHES)])
    agency = text_field(_("Agency"), longest=100)
    authorised = tick(_("Authorised interpreter"))

    def offer_languages(self, language: str) -> None:
        """Offer the languages that are known, and the family's."""
        known = {code: word for code, word in LANGUAGES.items() if code not in ("sv", language)}
        own = [(language, LANGUAGES.get(language, language))] if language else []
        cast(forms.ChoiceField, self.fields["language"]).choices = [*own, *known.items()]

    @property
    def wanted(self) -> InterpreterWanted:
        """The interpreter that is wanted, where a way of taking part was chosen."""
        data = self.cleaned_data
        wish = data["gender_wish"]
        return InterpreterWanted(
            mode=Mode(data["interpreter"]),
            language=data["language"],
            dialect=data["dialect"],
            gender_wish=GenderWish(wish) if wish else None,
            agency=data["agency"],
            authorised=data["authorised"],
        )


class BookVisitForm(BookForm, InterpreterFields):
    """A day and a time for a visit, how long, where, and with which interpreter."""

    minutes = forms.IntegerField(
        label=_("Minutes"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": _("Write the minutes with digits.")},
    )
    place = tiles(_("Place"), _options(PLACES))

    def __init__(
        self, *args: object, language: str, shows_interpreter: bool, **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if not shows_interpreter:
            for name in InterpreterFields.base_fields:
                del self.fields[name]
            return
        self.offer_languages(language)
        mode = cast(forms.ChoiceField, self.fields["interpreter"])
        mode.choices = [(NO_INTERPRETER, _("No interpreter")), *_options(MODES)]

    @property
    def where(self) -> Place | None:
        """The place that was chosen, if one was."""
        place = self.cleaned_data["place"]
        return Place(place) if place else None

    @property
    def with_whom(self) -> InterpreterWanted | AsBefore | None:
        """The interpreter that was asked for, none, or as it was before."""
        chosen = self.cleaned_data.get("interpreter")
        if not chosen:
            return AS_BEFORE
        return None if chosen == NO_INTERPRETER else self.wanted


class SuggestedForm(forms.Form):
    """A suggested time that was pressed."""

    suggested = forms.CharField(max_length=40)

    def clean_suggested(self) -> datetime:
        """Return the moment; what no page wrote is no moment."""
        try:
            at = datetime.fromisoformat(self.cleaned_data["suggested"])
        except ValueError:
            at = None
        if at is None or not is_aware(at):
            raise forms.ValidationError(_("Choose a time again."))
        return at


LOOK_AGAIN = _("Choose again: the page has changed.")


class ActForm(forms.Form):
    """One thing done about a booked visit; `booking` is the booking that was on the screen."""

    booking = forms.IntegerField(
        widget=forms.HiddenInput,
        max_value=2**62,
        error_messages={"required": LOOK_AGAIN, "invalid": LOOK_AGAIN, "max_value": LOOK_AGAIN},
    )

    def _choice(self, name: str, values: Iterable[str]) -> None:
        self.fields[name] = forms.ChoiceField(
            choices=[(value, value) for value in values],
            error_messages={"required": LOOK_AGAIN, "invalid_choice": LOOK_AGAIN},
        )


class AnswerForm(ActForm):
    """Yes or no for a part: `yes` and `no` are buttons that hold the part."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._choice("answer", [Answer.YES.value, Answer.NO.value])
        self._choice("part", [kind.value for kind in PartKind])

    @property
    def kind(self) -> PartKind:
        """Whose part."""
        return PartKind(self.cleaned_data["part"])

    @property
    def yes(self) -> bool:
        """Whether the answer is yes."""
        return bool(self.cleaned_data["answer"] == Answer.YES)


class PutForm(ActForm):
    """Another person for a part; each is shown with which change for the family it would be."""

    who = pick(_("Who comes instead?"), ())

    def __init__(
        self, *args: object, candidates: Iterable[Candidate] = (), **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._choice("part", [kind.value for kind in ROLE_OF])
        who = cast(forms.ChoiceField, self.fields["who"])
        who.required = True
        who.error_messages |= {"required": LOOK_AGAIN, "invalid_choice": LOOK_AGAIN}
        who.choices = [
            (str(one.staff), f"{one.name}: {change_text(one.change)}") for one in candidates
        ]

    @property
    def kind(self) -> PartKind:
        """Whose part."""
        return PartKind(self.cleaned_data["part"])


class GuestForm(ActForm):
    """The name of a guest."""

    name = text_field(_("Name"), needed=_("Write a name."), longest=100)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._choice("part", [kind.value for kind in GUESTS])

    @property
    def kind(self) -> PartKind:
        """Whose part."""
        return PartKind(self.cleaned_data["part"])


TOGETHER = "together"


class AloneForm(ActForm):
    """Who makes the visit alone, or that both make it again."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._choice("alone", [*(role.value for role in VISITORS), TOGETHER])

    @property
    def role(self) -> Role | None:
        """Who goes alone; None: nobody."""
        chosen = self.cleaned_data["alone"]
        return None if chosen == TOGETHER else Role(chosen)


class CostField(forms.CharField):
    """A cost in SEK, with a comma or a point, or nothing."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Cost in SEK"),
            required=False,
            max_length=15,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        )

    def clean(self, value: str) -> Decimal | None:
        """Return the cost, None where none is written."""
        text = "".join(super().clean(value).split()).replace(",", ".")
        if not text:
            return None
        # Decimal would also take NaN, 1e9 and digits of other scripts.
        plain = text.replace(".", "", 1)
        if not (plain.isascii() and plain.isdigit()):
            raise forms.ValidationError(_("Write the cost with digits, as 850 or 850,50."))
        return Decimal(text)


class InterpreterForm(ActForm, InterpreterFields):
    """All that is written about a visit's interpreter."""

    came = tiles(_("Did the interpreter come?"), [("", _("Not written")), *_options(CAME)])
    quality = tiles(_("How did it go?"), [("", _("Not written")), *_options(QUALITIES)])
    cost = CostField()

    def __init__(self, *args: object, language: str, begun: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.offer_languages(language)
        mode = self.fields["interpreter"]
        mode.required = True
        mode.error_messages["required"] = _("Choose how the interpreter takes part.")
        if not begun:
            del self.fields["came"], self.fields["quality"]

    @property
    def facts(self) -> InterpreterFacts:
        """What was written."""
        data = self.cleaned_data
        came, quality = data.get("came"), data.get("quality")
        return InterpreterFacts(
            self.wanted,
            Came(came) if came else None,
            Quality(quality) if quality else None,
            data["cost"],
        )


def interpreter_initial(row: InterpreterRow | None) -> dict[str, object]:
    """Return what stands in the fields about an interpreter that is booked."""
    if row is None:
        return {}
    return {
        "interpreter": row.mode.value,
        "language": row.language,
        "dialect": row.dialect,
        "gender_wish": row.gender_wish.value if row.gender_wish else "",
        "agency": row.agency,
        "authorised": row.authorised,
        "came": row.came.value if row.came else "",
        "quality": row.quality.value if row.quality else "",
        "cost": f"{row.cost:.2f}".replace(".", ",") if row.cost is not None else "",
    }


def booking_initial(booked: VisitPage) -> dict[str, object]:
    """Return what stands in the fields about a visit that is booked already."""
    without = {"interpreter": NO_INTERPRETER} if booked.interpreter is None else {}
    return {
        "day": f"{booked.at:%Y-%m-%d}",
        "time": f"{booked.at:%H.%M}",
        "minutes": booked.minutes,
        "place": booked.place.value if booked.place else "",
        **without,
        **interpreter_initial(booked.interpreter),
    }
