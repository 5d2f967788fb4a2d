"""What staff fill in about a visit: facts, promises, additions. The questions are in forms/."""

from collections.abc import Iterable, Sequence
from datetime import date, time
from typing import cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hembesok.visits.queries.documentation import PromiseRow
from hembesok.visits.queries.facts import Person
from hembesok.visits.rules.documenting import (
    Facts,
    PersonKey,
    Promiser,
    PromiseResult,
    outcome_of,
)
from hembesok.visits.rules.parts import Came
from hembesok.visits.services.promises import NewPromise, PromiseSettled
from hembesok.web.fields import MaybeDayField
from hembesok.web.forms import DayField, TimeField
from hembesok.web.forms_secrecy import text_field
from hembesok.web.words_documentation import (
    CAME,
    OUTCOMES,
    PROMISERS,
    RESULTS,
    person_text,
)

LONGEST_PROMISE = 300
LONGEST_ADDENDUM = 2000
NEW_PROMISES = 2
"""How many new promises a page takes at a time."""


class MaybeTimeField(TimeField):
    """A time of day that may be left out."""

    def __init__(self) -> None:
        super().__init__()
        self.required = False

    def clean(self, value: str) -> time | None:  # type: ignore[override]
        """Return the time, None where none is written."""
        return super().clean(value) if value and value.strip() else None


class FactsForm(forms.Form):
    """What became of the visit, when, and who was there."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("Did the visit take place?"),
        choices=[(one.value, words) for one, words in OUTCOMES.items()],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what became of the visit.")},
    )
    day = DayField()
    began = MaybeTimeField()
    finished = MaybeTimeField()
    present = forms.MultipleChoiceField(
        label=gettext_lazy("Who was there?"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={
            "invalid_choice": gettext_lazy("Choose among those who are named here."),
        },
    )
    interpreter_came = forms.ChoiceField(
        label=gettext_lazy("How did the interpreter come?"),
        choices=[(one.value, words) for one, words in CAME.items()],
        widget=forms.RadioSelect,
        required=False,
    )
    facts_base = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(
        self,
        *args: object,
        people: Iterable[Person],
        interpreter: bool,
        shown: Facts | None,
        base: int,
        known: bool,
        **kwargs: object,
    ) -> None:
        kwargs["initial"] = _shown(shown, base, known)
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["began"].label = _("Began")
        self.fields["finished"].label = _("Ended")
        present = cast(forms.MultipleChoiceField, self.fields["present"])
        present.choices = [(one.key.word, person_text(one.key.kind, one.name)) for one in people]
        if not interpreter:
            del self.fields["interpreter_came"]

    def clean(self) -> None:
        """Check that the times are in order."""
        began, finished = self.cleaned_data.get("began"), self.cleaned_data.get("finished")
        if began and finished and finished < began:
            self.add_error("finished", _("It ends before it begins. Write when the visit ended."))

    @property
    def facts(self) -> Facts:
        """What was written."""
        data = self.cleaned_data
        came = data.get("interpreter_came")
        return Facts(
            outcome=outcome_of(data["outcome"]),
            day=data["day"],
            began=data["began"],
            finished=data["finished"],
            present=frozenset(PersonKey.read(word) for word in data["present"]),
            interpreter_came=Came(came) if came else None,
        )

    @property
    def base(self) -> int:
        """The number of the facts that were shown."""
        return int(self.cleaned_data["facts_base"])


def _shown(facts: Facts | None, base: int, known: bool) -> dict[str, object]:
    """Return the first values: all but the outcome come from the booking, which says not that."""
    first: dict[str, object] = {"facts_base": base}
    if facts is None:
        return first
    came = facts.interpreter_came
    return first | {
        "outcome": facts.outcome.value if known else "",
        "day": f"{facts.day:%Y-%m-%d}",
        "began": f"{facts.began:%H.%M}" if facts.began else "",
        "finished": f"{facts.finished:%H.%M}" if facts.finished else "",
        "present": [one.word for one in facts.present],
        "interpreter_came": came.value if came else "",
    }


class PromiseForm(forms.Form):
    """Something promised: who, what, until when. Left out where nothing is written."""

    who = forms.ChoiceField(
        label=gettext_lazy("Who?"),
        choices=[(one.value, words) for one, words in PROMISERS.items()],
        required=False,
    )
    what = forms.CharField(
        label=gettext_lazy("What?"),
        max_length=LONGEST_PROMISE,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    until = MaybeDayField(gettext_lazy("Until when?"))

    def clean(self) -> None:
        """Ask what was promised where only the day is written."""
        if self.cleaned_data.get("until") and not self.cleaned_data.get("what"):
            self.add_error("what", _("Write what was promised."))

    @property
    def promise(self) -> NewPromise | None:
        """What was promised, None where nothing was written."""
        what: str = self.cleaned_data.get("what", "").strip()
        until: date | None = self.cleaned_data.get("until")
        who = Promiser(self.cleaned_data.get("who") or Promiser.FAMILY)
        return NewPromise(who, what, until) if what else None


class SettledForm(forms.Form):
    """What became of the promises of earlier visits; each may be left open."""

    def __init__(self, *args: object, promises: Sequence[PromiseRow], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.promises = promises
        for promise in promises:
            self.fields[f"promise-{promise.key}"] = forms.ChoiceField(
                label=promise.what,
                choices=[(one.value, words) for one, words in RESULTS.items()],
                widget=forms.RadioSelect,
                required=False,
            )

    @property
    def settled(self) -> tuple[PromiseSettled, ...]:
        """Those that something is written of."""
        said = [(one.key, self.cleaned_data.get(f"promise-{one.key}")) for one in self.promises]
        return tuple(PromiseSettled(key, PromiseResult(word)) for key, word in said if word)

    def rows(self) -> list[tuple[PromiseRow, forms.BoundField]]:
        """Return each promise with its field."""
        return [(one, self[f"promise-{one.key}"]) for one in self.promises]


class AddendumForm(forms.Form):
    """What is added to a signed part, and why."""

    text = text_field(
        gettext_lazy("What shall be added?"),
        gettext_lazy("Write something first."),
        rows=4,
        longest=LONGEST_ADDENDUM,
    )
    reason = text_field(gettext_lazy("Why?"), gettext_lazy("Write why."), rows=2, longest=300)
