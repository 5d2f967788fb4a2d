"""Forms of calendars and planning: a working week, a calendar file, an absence, a closed day."""

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from hembesok.access.models import Staff
from hembesok.values.refusals import Reason
from hembesok.visits.ics.reading import LARGEST, TOO_LARGE
from hembesok.visits.rules.absence import hours_of
from hembesok.visits.rules.times import Hours
from hembesok.web.fields import day_field
from hembesok.web.forms import TimeField
from hembesok.web.uploads import SentFile
from hembesok.web.words import reason_text
from hembesok.web.words_planning import WEEKDAYS


class MaybeTimeField(TimeField):
    """A time of day that may be left out."""

    def __init__(self, label: Any) -> None:
        super().__init__()
        self.label, self.required = label, False

    def clean(self, value: str) -> time | None:  # type: ignore[override]
        """Return the time, None where none is written."""
        return super().clean(value) if value and value.strip() else None


class HoursForm(forms.Form):
    """When somebody works, each day of the week; an empty day is a day off."""

    def __init__(self, data: Any = None, *, hours: Sequence[Hours] = ()) -> None:
        written = {
            f"{name}{one.weekday}": f"{moment:%H.%M}"
            for one in hours
            for name, moment in (("starts", one.starts), ("ends", one.ends))
        }
        super().__init__(data, initial=written)
        for weekday, word in enumerate(WEEKDAYS):
            self.fields[f"starts{weekday}"] = MaybeTimeField(_("%(day)s, from") % {"day": word})
            self.fields[f"ends{weekday}"] = MaybeTimeField(_("to"))

    @property
    def days(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The two fields of each day."""
        return [(self[f"starts{n}"], self[f"ends{n}"]) for n in range(len(WEEKDAYS))]

    def clean(self) -> dict[str, Any]:
        """Read each day; what is wrong is told beside its end."""
        data: dict[str, Any] = self.cleaned_data
        hours = []
        for n in range(len(WEEKDAYS)):
            starts, ends = f"starts{n}", f"ends{n}"
            if starts in self.errors or ends in self.errors:
                continue
            found = hours_of(n, data.get(starts), data.get(ends))
            if isinstance(found, Reason):
                self.add_error(ends, reason_text(found))
            elif found is not None:
                hours.append(found)
        return {**data, "hours": hours}


class CalendarFileForm(SentFile):
    """A calendar file to read busy times from."""

    too_large = TOO_LARGE
    file = forms.FileField(
        label=_("Calendar file (.ics)"),
        widget=forms.FileInput(attrs={"accept": ".ics,text/calendar"}),
        allow_empty_file=True,
        error_messages={"required": _("Choose a calendar file.")},
    )

    def clean_file(self) -> bytes:
        """Return what stands in the file; one that is too large is not read at all."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST:
            raise forms.ValidationError(reason_text(TOO_LARGE))
        content: bytes = file.read()
        return content


class AbsenceForm(forms.Form):
    """Who is away, and on which days."""

    who = forms.ChoiceField(
        label=_("Who is away?"), error_messages={"required": _("Choose a person.")}
    )
    starts = day_field(_("First day"))
    ends = day_field(_("Last day"))

    def __init__(self, data: Any = None, *, staff: Sequence[Staff], on: date) -> None:
        initial = {"starts": f"{on:%Y-%m-%d}", "ends": f"{on:%Y-%m-%d}"}
        super().__init__(data, initial=initial)
        self._staff: Final[Mapping[str, Staff]] = {str(one.pk): one for one in staff}
        who = self.fields["who"]
        assert isinstance(who, forms.ChoiceField)  # noqa: S101 — for the type checker
        who.choices = [(key, one.name) for key, one in self._staff.items()]
        if len(self._staff) == 1:
            # Whoever writes only for oneself is asked no question.
            (who.initial,) = self._staff
            who.widget = forms.HiddenInput()

    @property
    def chosen(self) -> Staff:
        """Who was chosen."""
        return self._staff[self.cleaned_data["who"]]


class ClosedDayForm(forms.Form):
    """A day on which the site visits nobody, and what it is called."""

    day = day_field(_("Day"))
    title = forms.CharField(
        label=_("What the day is called"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Write what the day is called, for example Planning day.")},
    )
