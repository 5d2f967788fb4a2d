"""What staff fill in when a family pauses, ends or goes on at another site."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hembesok.access.models import Site
from hembesok.families.rules.handing import HandOver
from hembesok.web.fields import day_field, tiles
from hembesok.web.words_people import END_REASONS, HAND_OVER, PAUSE_REASONS, options

CHOOSE_WHY = gettext_lazy("Choose why.")


class PauseForm(forms.Form):
    """A pause from a day."""

    reason = tiles(gettext_lazy("Why a pause?"), options(PAUSE_REASONS), needed=CHOOSE_WHY)
    day = day_field(gettext_lazy("From which day?"))


class EndForm(forms.Form):
    """The end of an enrolment."""

    reason = tiles(gettext_lazy("Why does it end?"), options(END_REASONS), needed=CHOOSE_WHY)
    day = day_field(gettext_lazy("Last day in the programme"))


class HandOverForm(forms.Form):
    """To which site a family goes on, and why."""

    reason = tiles(gettext_lazy("Why?"), options(HAND_OVER), needed=CHOOSE_WHY)

    def __init__(self, data: Any, *, sites: Iterable[Site]) -> None:
        super().__init__(data)
        self.sites = {str(site.pk): site for site in sites}
        self.fields["site"] = tiles(
            _("To which site?"),
            [(key, site.name) for key, site in self.sites.items()],
            needed=gettext_lazy("Choose a site."),
        )
        self.order_fields(["site", "reason"])

    @property
    def to(self) -> Site:
        """The site that was chosen."""
        return self.sites[self.cleaned_data["site"]]

    @property
    def why(self) -> HandOver:
        """Why."""
        return HandOver(self.cleaned_data["reason"])
