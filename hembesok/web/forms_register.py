"""What staff fill in for a new family: its children, its guardians and its home."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hembesok.access.rules.roles import Actor
from hembesok.families.models import Family
from hembesok.families.rules.people import NewChild, NewFamily, NewGuardian, why_not_register
from hembesok.families.rules.protection import HOME_NOT_STORED, ProtectionLevel
from hembesok.values.refusals import Reason
from hembesok.web.fields import MaybeDayField, NumberField, day_field, pick, text_field, tick
from hembesok.web.words import LANGUAGES, reason_text
from hembesok.web.words_people import PROTECTION, options

FIELD_OF: Final = {
    "born_in_future": "born",
    "child_too_old": "born",
    "discharged_before_birth": "discharged",
}
"""Beside which field a rule's reason about a child is shown."""


class _Numbered(forms.Form):
    """A person who may have a number."""

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(NumberField, self.fields["number"]).on = on


class ChildForm(_Numbered):
    """A child."""

    born = day_field(gettext_lazy("Birth date"))
    given_name = text_field(gettext_lazy("Given name"), hint=gettext_lazy("if it has one yet"))
    number = NumberField()
    discharged = MaybeDayField(gettext_lazy("Day of discharge from neonatal care"))

    @property
    def child(self) -> NewChild:
        """The child that was written."""
        found = self.cleaned_data
        return NewChild(found["born"], found["given_name"], found["number"], found["discharged"])


class GuardianForm(_Numbered):
    """A guardian."""

    given_name = text_field(gettext_lazy("Given name"), needed=gettext_lazy("Write a name."))
    phone = text_field(gettext_lazy("Telephone"), longest=30)
    number = NumberField()
    custody = tick(gettext_lazy("Has custody"), initial=True)
    birth_parent = tick(gettext_lazy("Gave birth to the child"))
    first_time_parent = tick(gettext_lazy("Has a first child"))
    first_child_in_sweden = tick(gettext_lazy("Has a first child in Sweden"))

    @property
    def guardian(self) -> NewGuardian:
        """The guardian that was written."""
        return self.guardian_beside("")

    def guardian_beside(self, phone: str) -> NewGuardian:
        """Return the guardian that was written; `phone` stays where none is written."""
        found = dict(self.cleaned_data)
        found["phone"] = found["phone"] or phone
        return NewGuardian(identifier=found.pop("number", ""), **found)


class NewNumberForm(_Numbered):
    """A number in place of the one a child has."""

    number = NumberField()

    def clean_number(self) -> str:
        """Refuse nothing: to take a number away is another act."""
        found: str = self.cleaned_data["number"]
        if not found:
            raise forms.ValidationError(_("Write the new number."))
        return found


class MergeForm(forms.Form):
    """Which child is the same as this one, and why."""

    code = text_field(
        gettext_lazy("Family code of the other"),
        needed=gettext_lazy("Write the other family's code."),
        longest=20,
    )
    number = forms.IntegerField(
        label=gettext_lazy("Which child of that family"),
        help_text=gettext_lazy("1 for the first child"),
        min_value=1,
        max_value=99,
        initial=1,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    reason = text_field(
        gettext_lazy("Why is it the same child?"), needed=gettext_lazy("Write why.")
    )


class HomeForm(forms.Form):
    """What concerns all of a family."""

    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        error_messages={"required": gettext_lazy("Choose the language of the family.")},
    )
    interpreter_needed = tick(gettext_lazy("Interpreter needed"))
    address = text_field(gettext_lazy("Address"))
    door_note = text_field(gettext_lazy("At the door"), hint=gettext_lazy("entrance code, floor"))
    meeting_place = text_field(
        gettext_lazy("Place to meet"), hint=gettext_lazy("where the home is not the place")
    )
    deso = text_field(gettext_lazy("DeSO"), longest=9)
    regso = text_field(gettext_lazy("RegSO"), longest=8)
    area_version = text_field(
        gettext_lazy("Version of the areas"), hint=gettext_lazy("for example 2018"), longest=10
    )
    protection = pick(gettext_lazy("Protected personal data"), options(PROTECTION))
    parents_apart = tick(gettext_lazy("The parents are protected from each other"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = cast(forms.ChoiceField, self.fields["language"])
        named = sorted(((code, str(name)) for code, name in LANGUAGES.items()), key=lambda x: x[1])
        language.choices = [("", _("Choose")), *named]

    def clean(self) -> dict[str, Any]:
        """Refuse an area that the database would refuse, beside its field."""
        found = self.cleaned_data
        level = ProtectionLevel(found.get("protection") or ProtectionLevel.NONE)
        area = found.get("deso") or found.get("regso")
        if level in HOME_NOT_STORED:
            for name in ("address", "door_note", "deso", "regso"):
                if found.get(name):
                    self.add_error(name, reason_text(Reason("home_not_stored")))
        elif area and not found.get("area_version"):
            self.add_error("area_version", reason_text(Reason("area_without_version")))
        return found


class Registration:
    """The forms of a new family together; what is left empty of the second ones is nobody."""

    def __init__(self, data: Mapping[str, Any] | None, *, by: Actor) -> None:
        self.by = by
        # The parts that may be left empty send no "required" with them.
        more: Any = {"on": by.on, "use_required_attribute": False, "empty_permitted": True}
        self.children = [
            ChildForm(data, prefix="child1", on=by.on),
            ChildForm(data, prefix="child2", **more),
        ]
        self.guardians = [
            GuardianForm(data, prefix="guardian1", **more),
            GuardianForm(data, prefix="guardian2", **more),
        ]
        self.home = HomeForm(data, prefix="home")
        self.known: list[Family] = []

    @property
    def parts(self) -> list[forms.Form]:
        """All the forms, in the order of the page."""
        return [*self.children, *self.guardians, self.home]

    @property
    def errors(self) -> bool:
        """Whether anything is wrong with what was sent."""
        return any(form.errors for form in self.parts)

    def is_valid(self) -> bool:
        """Check all the forms, each child by the rule, and that no number stands twice."""
        if not all([form.is_valid() for form in self.parts]):  # noqa: C419 — all are to be asked
            return False
        for form in self._written(self.children):
            child = cast(ChildForm, form).child
            alone = NewFamily(language="", children=[child])
            reason = why_not_register(alone, role=self.by.role, on=self.by.on)
            if reason is not None:
                form.add_error(FIELD_OF.get(reason.key), reason_text(reason))
        seen: set[str] = set()
        for form, number in self.numbers:
            if number in seen:
                form.add_error("number", _("The same number is written twice."))
            seen.add(number)
        return not self.errors

    @staticmethod
    def _written(found: list[Any]) -> Iterator[Any]:
        return (form for form in found if form.has_changed() or not form.empty_permitted)

    @property
    def numbers(self) -> list[tuple[forms.Form, str]]:
        """The numbers that were written, normalised, with their forms."""
        people = [*self._written(self.children), *self._written(self.guardians)]
        return [(form, number) for form in people if (number := form.cleaned_data.get("number"))]

    def say_known(self, held: Mapping[str, Family | None]) -> None:
        """Say beside each number that is somebody's that it is; the family only where known."""
        for form, number in self.numbers:
            if number in held:
                form.add_error("number", reason_text(Reason("number_is_anothers")))
        self.known = [family for family in held.values() if family is not None]

    @property
    def family(self) -> NewFamily:
        """The family that was written."""
        home = dict(self.home.cleaned_data)
        level = ProtectionLevel(home.pop("protection") or ProtectionLevel.NONE)
        return NewFamily(
            children=[form.child for form in self._written(self.children)],
            guardians=[form.guardian for form in self._written(self.guardians)],
            protection=level,
            **home,
        )
