"""What staff fill in about notes, grounds, teams, emergencies and protection."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hembesok.access.law import statute
from hembesok.access.models import Assignment, Unit
from hembesok.access.rules.roles import Role, Service
from hembesok.access.rules.secrecy import Compartment, Field
from hembesok.families.models import Guardian
from hembesok.families.rules.protection import ProtectionLevel
from hembesok.secrecy.rules import (
    GROUNDS_BY_HAND,
    DocumentationMode,
    place_word,
    why_not_note,
)
from hembesok.web.forms import DayField
from hembesok.web.words import ROLES
from hembesok.web.words_secrecy import FIELDS, GROUNDS, LEVELS, compartment_text

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONGEST_NOTE = 5000
Choice = tuple[str, str]


class LaterDayField(DayField):
    """A day that may be left out."""

    def __init__(self, label: "StrOrPromise") -> None:
        super().__init__()
        self.label, self.required = label, False

    def clean(self, value: str) -> date | None:  # type: ignore[override]
        """Return the day, or None where none is written."""
        return super().clean(value) if (value or "").strip() else None


def day_field(label: "StrOrPromise") -> DayField:
    """Return a field for a day, with a label of its own."""
    field = DayField()
    field.label = label
    return field


def text_field(
    label: "StrOrPromise", missing: "StrOrPromise", *, rows: int = 4, longest: int = 500
) -> forms.CharField:
    """Return a field for a few lines."""
    return forms.CharField(
        label=label,
        max_length=longest,
        widget=forms.Textarea(attrs={"rows": rows, "autocomplete": "off"}),
        error_messages={"required": missing},
    )


def line_field(
    label: "StrOrPromise", missing: "StrOrPromise" = "", *, longest: int = 200
) -> forms.CharField:
    """Return a field for one line; without words for when it is missing it may be left out."""
    return forms.CharField(
        label=label,
        max_length=longest,
        required=bool(missing),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": missing},
    )


def places_of(
    role: Role, service: Service | None, mode: DocumentationMode, guardians: Iterable[Guardian]
) -> list[Choice]:
    """Return where a role may write, with the words; a parent's own once for each parent."""
    found = []
    for compartment in Compartment:
        owners = list(guardians) if compartment is Compartment.PARENT else [None]
        for owner in owners:
            reason = why_not_note(
                compartment,
                role=role,
                service=service,
                mode=mode,
                text="-",
                guardian=owner.pk if owner else None,
            )
            if reason is None:
                word = place_word(compartment, owner.number if owner else None)
                name = (owner.given_name or str(owner.number)) if owner else ""
                found.append((word, compartment_text(compartment, name)))
    return found


class NoteForm(forms.Form):
    """Whose a note is, what day it is about, and the text."""

    place = forms.ChoiceField(
        label=gettext_lazy("Who shall see it?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose who shall see the note."),
            "invalid_choice": gettext_lazy("Choose who shall see the note."),
        },
    )
    day = DayField()
    text = text_field(
        gettext_lazy("Note"), gettext_lazy("Write something first."), rows=6, longest=LONGEST_NOTE
    )

    def __init__(self, *args: object, places: Sequence[Choice], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        cast(forms.ChoiceField, self.fields["place"]).choices = list(places)

    @property
    def compartment(self) -> Compartment:
        """The compartment that was chosen."""
        return Compartment(self.cleaned_data["place"].partition("-")[0])

    @property
    def guardian(self) -> int | None:
        """The number of the parent whose own it is, or None."""
        number = self.cleaned_data["place"].partition("-")[2]
        return int(number) if number else None


class DisclosureForm(forms.Form):
    """To whom, what, on which ground, what for, and for how long."""

    ground = forms.ChoiceField(
        label=gettext_lazy("On which ground?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a ground.")},
    )
    recipient = forms.ModelChoiceField(
        Unit.objects.none(),
        label=gettext_lazy("Which unit may read?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose a unit."),
            "invalid_choice": gettext_lazy("Choose a unit."),
        },
    )
    fields_read = forms.MultipleChoiceField(
        label=gettext_lazy("What may it read?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose what may be read.")},
    )
    parent = forms.ChoiceField(
        label=gettext_lazy("Which parent are the notes about?"),
        widget=forms.RadioSelect,
        required=False,
    )
    purpose = text_field(
        gettext_lazy("What does the unit need it for?"),
        gettext_lazy("Write what the other unit needs it for."),
        rows=3,
    )
    starts = day_field(gettext_lazy("From"))
    ends = LaterDayField(gettext_lazy("Last day, if any"))

    def __init__(
        self,
        *args: object,
        units: Iterable[Unit],
        service: Service | None,
        guardians: Iterable[Guardian],
        on: date,
        **kwargs: object,
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        chosen = [unit.pk for unit in units]
        recipient = cast("forms.ModelChoiceField[Unit]", self.fields["recipient"])
        recipient.queryset = Unit.objects.filter(pk__in=chosen).order_by("name")
        recipient.empty_label = None
        shared = [Field.NOTE, Field.PARENT_NOTE]
        if service is Service.CHILD_HEALTH:
            shared.insert(0, Field.BASE_VISITS)
        self._choose("fields_read", [(one.value, str(FIELDS[one])) for one in shared])
        self._choose(
            "ground",
            [(one.value, f"{GROUNDS[one]}: {statute(one, on=on)}") for one in GROUNDS_BY_HAND],
        )
        self._choose(
            "parent", [(str(one.number), one.given_name or str(one.number)) for one in guardians]
        )

    def _choose(self, name: str, choices: list[Choice]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices


def staff_choices(found: Iterable[Assignment]) -> list[Choice]:
    """Return the staff to choose from, by their assignment: the name, and as what."""
    return [
        (str(one.pk), f"{one.staff.name}, {str(ROLES[Role(one.role)]).lower()}") for one in found
    ]


class StaffForm(forms.Form):
    """Who, of those who have a fitting assignment at the site today."""

    who = forms.ChoiceField(
        label=gettext_lazy("Who?"),
        error_messages={
            "required": gettext_lazy("Choose a person."),
            "invalid_choice": gettext_lazy("Choose a person."),
        },
    )

    def __init__(self, *args: object, staff: Iterable[Assignment], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.staff = {str(one.pk): one for one in staff}
        chosen = cast(forms.ChoiceField, self.fields["who"])
        chosen.choices = [("", _("Choose")), *staff_choices(self.staff.values())]

    @property
    def chosen(self) -> Assignment:
        """The assignment that was chosen."""
        return self.staff[self.cleaned_data["who"]]


class CoverForm(StaffForm):
    """Who stands in, for which families, on which days."""

    codes = line_field(
        gettext_lazy("The families' codes, with a comma between"),
        gettext_lazy("Write at least one code."),
        longest=1000,
    )
    starts = day_field(gettext_lazy("From"))
    ends = day_field(gettext_lazy("Last day"))

    def clean_codes(self) -> list[str]:
        """Return the codes that were written; raises ValidationError where there is none."""
        codes = [code for code in re.split(r"[,;\s]+", self.cleaned_data["codes"]) if code]
        if not codes:
            raise forms.ValidationError(_("Write at least one code."))
        return codes


class CodeForm(forms.Form):
    """The code of a family."""

    code = line_field(
        gettext_lazy("The family's code"), gettext_lazy("Write the family's code."), longest=20
    )


class EmergencyForm(CodeForm):
    """The code of a family, and why it has to be read now."""

    reason = text_field(
        gettext_lazy("Why do you need to read now?"),
        gettext_lazy("Write in a few words why you need to read now."),
        rows=3,
    )


class ProtectionForm(forms.Form):
    """How far a family's personal data are protected."""

    level = forms.ChoiceField(
        label=gettext_lazy("Level"),
        widget=forms.RadioSelect,
        choices=[(level.value, words.name) for level, words in LEVELS.items()],
        error_messages={"required": gettext_lazy("Choose a level.")},
    )
    apart = forms.BooleanField(
        label=gettext_lazy("The parents are protected from each other"), required=False
    )

    @property
    def chosen(self) -> ProtectionLevel:
        """The level that was chosen."""
        return ProtectionLevel(self.cleaned_data["level"])


class HomeForm(forms.Form):
    """Where a family is visited."""

    address = line_field(gettext_lazy("Address"))
    door_note = line_field(gettext_lazy("About the door"))
    meeting_place = line_field(gettext_lazy("Place to meet instead of the home"))
    remove = forms.BooleanField(label=gettext_lazy("Remove the address"), required=False)


class ExtractForm(forms.Form):
    """For which parent, and for which days."""

    guardian = forms.ChoiceField(
        label=gettext_lazy("For which parent?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose a parent."),
            "invalid_choice": gettext_lazy("Choose a parent."),
        },
    )
    first = day_field(gettext_lazy("From"))
    last = day_field(gettext_lazy("Last day"))

    def __init__(self, *args: object, guardians: Sequence[Choice], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        cast(forms.ChoiceField, self.fields["guardian"]).choices = list(guardians)

    def clean(self) -> None:
        """Check that the days are in order."""
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first and last and last < first:
            self.add_error("last", _("Write a last day after the first."))
