"""What is filled in by whoever goes in to a family, and the own e-mail address."""

from collections.abc import Iterable
from datetime import date, datetime

from django import forms
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hembesok.access.models import Staff
from hembesok.web.fields import tiles
from hembesok.web.forms import TimeField


class GoInForm(forms.Form):
    """When to be back, and who misses the person else."""

    back = TimeField()

    def __init__(
        self, *args: object, colleagues: Iterable[Staff], day: date, **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.day = day
        self.fields["back"].label = _("Back at the latest")
        self.fields["back"].help_text = _("HH.MM")
        self.fields["colleague"] = tiles(
            _("Who is to miss you?"),
            [(str(one.pk), _told(one)) for one in colleagues],
            needed=_("Choose who is to miss you."),
        )

    @property
    def back_at(self) -> datetime:
        """The moment that was written, in Swedish time."""
        return make_aware(datetime.combine(self.day, self.cleaned_data["back"]))

    @property
    def colleague(self) -> int:
        """Who was chosen, by the database's key."""
        return int(self.cleaned_data["colleague"])


def _told(one: Staff) -> str:
    """Say who it is, and how the person is told."""
    if one.email:
        return _("%(name)s, gets an e-mail") % {"name": one.name}
    return _("%(name)s, sees it in Hembesök") % {"name": one.name}


class OwnEmailForm(forms.Form):
    """Where one is told that a colleague is missed; nothing takes the address away."""

    email = forms.EmailField(
        label=gettext_lazy("Your e-mail at work"),
        help_text=gettext_lazy("Empty if you want no e-mail"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "invalid": gettext_lazy("That is no e-mail address. Write it as name@example.se.")
        },
    )
