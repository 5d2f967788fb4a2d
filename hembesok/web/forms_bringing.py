"""What staff fill in to bring in a list: the file, what its columns hold, what is brought in."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hembesok.access.models import Assignment
from hembesok.families.birth_list import Columns, Field, JudgedRow, Sheet, heading, why_not_judge
from hembesok.families.birth_list.sheet import MOST_BYTES
from hembesok.families.services.lists import AREAS
from hembesok.values.refusals import Reason
from hembesok.web.fields import Choice, pick, text_field
from hembesok.web.uploads import SentFile
from hembesok.web.words import LIST_FIELDS, reason_text


class FileForm(SentFile):
    """A file to send."""

    too_large = Reason("file_too_large", {"megabytes": MOST_BYTES // 1_000_000})
    file = forms.FileField(
        label=gettext_lazy("The list"),
        help_text=gettext_lazy("Excel (.xlsx) or CSV, at most 10 MB and 20,000 rows"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
        error_messages={
            "required": gettext_lazy("Choose the file of the list."),
            "invalid": gettext_lazy("Choose the file of the list."),
        },
    )


class ColumnsForm(forms.Form):
    """What each column holds, and of which year the area codes are."""

    def __init__(self, data: Any, *, sheet: Sheet, held: Sequence[str], area_version: str) -> None:
        super().__init__(data)
        self._header = sheet.header
        choices: list[Choice] = [
            ("", _("Leave out")),
            *((one.value, words) for one, words in LIST_FIELDS.items()),
        ]
        self.fields["area_version"] = text_field(
            _("Version of the areas"),
            hint=_("for example 2018; only for DeSO and RegSO"),
            longest=10,
        )
        self.fields["area_version"].initial = area_version
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
        columns = Columns(tuple(Field(held) if held else None for held in self.chosen))
        for reason in why_not_judge(columns, self._header):
            self.add_error(None, reason_text(reason))
        if any(columns.of(area) for area in AREAS) and not found.get("area_version"):
            self.add_error("area_version", reason_text(Reason("area_without_version")))
        return found


class BringForm(forms.Form):
    """Which near rows are brought in all the same, and which nurse the families get."""

    def __init__(
        self, data: Any, *, near: Iterable[JudgedRow], nurses: Iterable[Assignment]
    ) -> None:
        super().__init__(data)
        rows = [(str(row.number), _("Bring in row %(row)s") % {"row": row.number}) for row in near]
        self.fields["near"] = forms.MultipleChoiceField(
            choices=rows, required=False, widget=forms.CheckboxSelectMultiple
        )
        people = [(str(one.pk), f"{one.staff.name}, {one.unit.name}") for one in nurses]
        if people:
            self.fields["nurse"] = pick(
                _("Nurse for the families"), [("", _("Nobody yet")), *people]
            )

    @property
    def rows(self) -> set[int]:
        """The numbers of the rows that are ticked."""
        return {int(row) for row in self.cleaned_data["near"]}

    @property
    def named(self) -> int | None:
        """The assignment that is chosen."""
        chosen = self.cleaned_data.get("nurse")
        return int(chosen) if chosen else None
