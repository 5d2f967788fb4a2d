"""Form fields that several pages share: days, numbers of people, ticks and choices."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Final, TypeAlias

from django import forms
from django.utils.translation import gettext_lazy as _

from hembesok.values.identity import parse_identifier
from hembesok.values.refusals import Refusal
from hembesok.web.forms import DayField
from hembesok.web.words import reason_text

if TYPE_CHECKING:
    from django.utils.functional import Promise, _StrPromise

Said: TypeAlias = "str | _StrPromise"
"""Words, at once or when they are shown."""
Choice: TypeAlias = "tuple[str, Said | Promise]"


def day_field(label: Said) -> DayField:
    """Return a field for a day that has to be written."""
    field = DayField()
    field.label, field.help_text = label, _("YYYY-MM-DD")
    return field


MOST_LETTERS: Final = 20_000
"""Letters of a text of several lines."""


class MaybeDayField(DayField):
    """A day that may be left out."""

    def __init__(self, label: Said) -> None:
        super().__init__()
        self.label, self.help_text, self.required = label, _("YYYY-MM-DD, if there is one"), False

    def clean(self, value: str) -> date | None:  # type: ignore[override]
        """Return the day, None where none is written."""
        return super().clean(value) if value and value.strip() else None


class NumberField(forms.CharField):
    """An identity number as people write it, or nothing; the form says what day it is."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Identity number"),
            help_text=_("YYYYMMDD-NNNN, if there is one"),
            required=False,
            max_length=30,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        )
        self.on: date | None = None

    def clean(self, value: str) -> str:
        """Return the number normalised, or an error that says what is wrong with it."""
        text: str = super().clean(value)
        if not text or self.on is None:
            return text
        try:
            found: str = parse_identifier(text, on=self.on).value
        except Refusal as refusal:
            raise forms.ValidationError(reason_text(refusal.reason)) from None
        return found


def text_field(
    label: Said, *, hint: Said = "", needed: "Said | None" = None, longest: int = 200
) -> forms.CharField:
    """Return a field for a line of text."""
    return forms.CharField(
        label=label,
        help_text=hint,
        required=needed is not None,
        max_length=longest,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": needed} if needed is not None else None,
    )


def area(
    label: Said, *, hint: Said = "", needed: "Said | None" = None, rows: int = 4
) -> forms.CharField:
    """Return a field for several lines of text."""
    return forms.CharField(
        label=label,
        help_text=hint,
        required=needed is not None,
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": rows, "autocomplete": "off"}),
        error_messages={"required": needed} if needed is not None else None,
    )


def tick(label: Said, *, initial: bool = False) -> forms.BooleanField:
    """Return a box to tick."""
    return forms.BooleanField(label=label, required=False, initial=initial)


def tiles(
    label: Said, choices: Iterable[Choice], *, needed: "Said | None" = None
) -> forms.ChoiceField:
    """Return tiles of which one is pressed; `needed` says what to do where none is."""
    return forms.ChoiceField(
        label=label,
        choices=list(choices),
        required=needed is not None,
        widget=forms.RadioSelect,
        error_messages={"required": needed} if needed is not None else None,
    )


def ticks(label: Said, choices: Iterable[Choice]) -> forms.MultipleChoiceField:
    """Return tiles of which any number is pressed."""
    return forms.MultipleChoiceField(
        label=label,
        choices=list(choices),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


def pick(label: Said, choices: Iterable[Choice]) -> forms.ChoiceField:
    """Return a list to pick from, where there are too many for tiles."""
    return forms.ChoiceField(label=label, choices=list(choices), required=False)


def decision_field() -> forms.CharField:
    """Return the field for the decision that something rests on."""
    return text_field(
        _("Decision it rests on"),
        hint=_("For example the reference number of the board's decision"),
        longest=100,
    )
