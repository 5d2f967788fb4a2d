"""What staff fill in: a booking, an outcome, a taking back."""

import re
from datetime import date, datetime, time
from typing import cast

from django import forms
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hembesok.programme.rules.states import Action
from hembesok.values.dates import parse_day
from hembesok.visits.rules.acting import NotHeldReason, Outcome


class DayField(forms.CharField):
    """A day typed as YYYY-MM-DD."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Day"),
            max_length=20,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            error_messages={"required": gettext_lazy("Write the day as YYYY-MM-DD.")},
        )

    def clean(self, value: str) -> date:
        """Return the day, or an error that says how to write it."""
        text = super().clean(value)
        # The digit keyboard of some phones has no hyphen.
        plain = re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text, re.ASCII)
        form = re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII)
        if not plain and not form:
            raise forms.ValidationError(_("Write the day as YYYY-MM-DD."))
        try:
            return parse_day("-".join(plain.groups()) if plain else text)
        except ValueError:
            raise forms.ValidationError(
                _("There is no such day. Check the month and the day.")
            ) from None


class TimeField(forms.CharField):
    """A time of day typed as HH.MM."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Time"),
            max_length=10,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            error_messages={"required": gettext_lazy("Write the time as HH.MM.")},
        )

    def clean(self, value: str) -> time:
        """Return the time, or an error that says how to write it."""
        text = super().clean(value)
        # Digits alone too, for keyboards without a stop: 930 is 09.30.
        found = re.fullmatch(r"(\d{1,2})[.:]?(\d{2})", text, re.ASCII)
        if not found:
            raise forms.ValidationError(_("Write the time as HH.MM."))
        try:
            # A browser's own time field follows its locale and may show AM and PM.
            return time(int(found[1]), int(found[2]))
        except ValueError:
            raise forms.ValidationError(_("There is no such time. Check the hour.")) from None


class BookForm(forms.Form):
    """A day and a time for a visit."""

    day = DayField()
    time = TimeField()

    @property
    def at(self) -> datetime:
        """The moment that was written, in Swedish time."""
        return make_aware(datetime.combine(self.cleaned_data["day"], self.cleaned_data["time"]))


class OutcomeForm(forms.Form):
    """What became of a visit, and on which day."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("Did the visit take place?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what became of the visit.")},
    )
    day = DayField()

    def __init__(self, *args: object, actions: frozenset[Action], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        choices: dict[Action, list[tuple[str, str]]] = {
            Action.RECORD_HELD: [(Outcome.HELD, _("Yes"))],
            Action.RECORD_NOT_HELD: [
                (NotHeldReason.NO_ONE_HOME, _("No, no one was home")),
                (NotHeldReason.CANCELLED_BY_FAMILY, _("No, the family cancelled")),
                (NotHeldReason.CANCELLED_BY_STAFF, _("No, we cancelled")),
            ],
            Action.RECORD_DECLINED: [(Outcome.DECLINED, _("The family does not want this visit"))],
        }
        outcome = cast(forms.ChoiceField, self.fields["outcome"])
        # All are understood, since the step may have changed while the form was filled in: the
        # service then says in words why not. Only what may be done now is offered.
        outcome.choices = [choice for found in choices.values() for choice in found]
        outcome.widget.choices = [
            choice for action, found in choices.items() if action in actions for choice in found
        ]


class WithdrawForm(forms.Form):
    """Why something written by mistake is taken back."""

    reason = forms.CharField(
        label=gettext_lazy("Why is it taken back?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Write why.")},
    )
