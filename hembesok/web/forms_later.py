"""What staff fill in about children after the programme."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hembesok.families.birth_list import Sheet, heading
from hembesok.visits.rules.later_list import Column, why_not_read
from hembesok.web.fields import Choice, day_field, pick
from hembesok.web.words import reason_text
from hembesok.web.words_later import COLUMNS


class OutcomeDayForm(forms.Form):
    """The day of a finding; the questions beside it are the form's own."""

    day = day_field(gettext_lazy("Which day was it?"))


class OutcomeColumnsForm(forms.Form):
    """What each column of a list holds."""

    def __init__(self, data: Any, *, sheet: Sheet, held: Sequence[str]) -> None:
        super().__init__(data)
        self._header = sheet.header
        choices: list[Choice] = [
            ("", _("Leave out")),
            *((one.value, words) for one, words in COLUMNS.items()),
        ]
        for at, told in enumerate(held):
            # What the list's own headings say is shown to whoever sent it, and kept nowhere else.
            self.fields[f"column{at}"] = pick(heading(sheet.header, at), choices)
            self.fields[f"column{at}"].initial = told

    @property
    def chosen(self) -> list[str]:
        """What each column is said to hold."""
        return [self.cleaned_data.get(f"column{at}", "") for at in range(len(self._header))]

    def clean(self) -> dict[str, Any]:
        """Refuse columns that cannot carry a list."""
        found = super().clean() or {}
        columns = [Column(held) if held else None for held in self.chosen]
        for reason in why_not_read(columns, self._header):
            self.add_error(None, reason_text(reason))
        return found
