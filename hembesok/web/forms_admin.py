"""What the technical administrator fills in."""

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy

from hembesok.access.models import Site, Unit
from hembesok.access.rules.roles import Role
from hembesok.web.forms_secrecy import LaterDayField, day_field, line_field
from hembesok.web.words import ROLES

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_CHOOSE_UNIT = {"required": gettext_lazy("Choose a unit.")}
_NAME = gettext_lazy("Write a name.")


class UnitField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A unit, said with its organisation."""

    def __init__(self, label: "StrOrPromise", *, required: bool = True) -> None:
        super().__init__(
            Unit.objects.select_related("organisation").order_by("organisation__name", "name"),
            label=label,
            required=required,
            empty_label=gettext_lazy("Choose") if required else gettext_lazy("None"),
            error_messages=_CHOOSE_UNIT,
        )

    def label_from_instance(self, obj: Unit) -> str:
        """Return the organisation and the unit."""
        return f"{obj.organisation.name}: {obj.name}"


class AccountForm(forms.Form):
    """A new account."""

    login = line_field(gettext_lazy("Account"), gettext_lazy("Write an account."), longest=80)
    name = line_field(gettext_lazy("Name"), _NAME)


class AssignmentForm(forms.Form):
    """A role at a unit, for a site, from a day to a day."""

    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        choices=[("", gettext_lazy("Choose")), *((role.value, ROLES[role]) for role in Role)],
        error_messages={"required": gettext_lazy("Choose a role.")},
    )
    unit = UnitField(gettext_lazy("Unit"))
    site = forms.ModelChoiceField(
        Site.objects.order_by("name"),
        label=gettext_lazy("Site"),
        empty_label=gettext_lazy("Choose"),
        error_messages={"required": gettext_lazy("Choose a site.")},
    )
    starts = day_field(gettext_lazy("From"))
    ends = LaterDayField(gettext_lazy("Last day, if any"))


class UnitForm(forms.Form):
    """A new unit, of an organisation."""

    organisation = line_field(gettext_lazy("Organisation"), _NAME)
    name = line_field(gettext_lazy("Unit"), _NAME)


class SiteForm(forms.Form):
    """A site, with the units in whose records its families stand."""

    key = forms.SlugField(
        label=gettext_lazy("Key"),
        max_length=50,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": gettext_lazy("Write a short key of a-z, 0-9 and -."),
            "invalid": gettext_lazy("Write a short key of a-z, 0-9 and -."),
        },
    )
    name = line_field(gettext_lazy("Name"), _NAME)
    clinic = UnitField(gettext_lazy("Child health centre"), required=False)
    advice = UnitField(gettext_lazy("Advisers' unit"), required=False)

    def __init__(self, *args: object, site: Site | None, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if site is not None:
            del self.fields["key"]
