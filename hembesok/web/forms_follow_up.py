"""What a manager fills in for follow-up."""

from django import forms
from django.utils.translation import gettext_lazy as _

from hembesok.web.fields import day_field, decision_field, text_field


class GoalForm(forms.Form):
    """What a measure is to reach, and which goal of the board it serves."""

    percent = forms.IntegerField(
        label=_("To reach"),
        help_text=_("percent, 1 to 100; nothing if there is no goal any more"),
        required=False,
        min_value=1,
        max_value=100,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    serves = text_field(
        _("The board's goal that it serves"), hint=_("in the board's own words"), longest=200
    )
    starts = day_field(_("From which day?"))
    decision = decision_field()
