"""The forms of the page about one visit, as they are stored or as they were sent."""

from collections.abc import Mapping

from django.http import QueryDict

from hembesok.access.rules.roles import Service
from hembesok.visits.queries.documentation import BlockRow
from hembesok.visits.rules.documenting import Slot
from hembesok.visits.services.documenting import BlockIn, Submission
from hembesok.web import questionnaire as questions
from hembesok.web.forms_documentation import (
    NEW_PROMISES,
    FactsForm,
    PromiseForm,
    SettledForm,
)
from hembesok.web.questionnaire import Questions
from hembesok.web.visit_page import Writing


class Filled:
    """The forms of the page about one visit, as they are stored or as they were sent."""

    def __init__(
        self,
        writing: Writing,
        sent: QueryDict | None = None,
        *,
        places: Mapping[str, Slot] | None = None,
    ) -> None:
        self.facts = FactsForm(
            sent,
            people=writing.people,
            interpreter=writing.interpreter,
            shown=writing.facts,
            base=writing.base,
            known=writing.known,
        )
        self.blocks = {
            key: questions.sent(slot.block, key, sent)
            if sent is not None
            else _stored(slot, key, writing.rows.get(key))
            for key, slot in (writing.open if places is None else places).items()
        }
        self.settled = SettledForm(sent, promises=writing.promises)
        self.promises = [PromiseForm(sent, prefix=f"new{n}") for n in range(NEW_PROMISES)]
        self.refused = ""
        self._writing = writing

    @property
    def forms(self) -> list[FactsForm | SettledForm | PromiseForm]:
        """The forms, in the order of the page."""
        return [self.facts, self.settled, *self.promises]

    @property
    def valid(self) -> bool:
        """Whether all that was sent can be understood."""
        # Each of them is asked, so that all that is wrong is said at once.
        found = [form.is_valid() for form in self.forms]
        if "outcome" in self.facts.errors and self._nothing_said_of_outcome:
            found[0] = True
        held_or_open = not self._not_held
        faulty = [one.faulty for one in self.blocks.values()]
        return all(found) and not (held_or_open and any(faulty))

    @property
    def _nothing_said_of_outcome(self) -> bool:
        """Whether keywords are saved before the outcome is known: the visit is booked."""
        booked = self._writing.visit is not None
        return (
            booked and set(self.facts.errors) == {"outcome"} and not self.facts.data.get("outcome")
        )

    @property
    def _not_held(self) -> bool:
        return self.facts.data.get("outcome") not in (None, "", "held")

    @property
    def submission(self) -> Submission:
        """What is sent in."""
        open_outcome = self._nothing_said_of_outcome
        return Submission(
            facts=None if open_outcome else self.facts.facts,
            facts_base=self._writing.base if open_outcome else self.facts.base,
            blocks=tuple(
                block_in(key, self._writing.slots[key], one) for key, one in self.blocks.items()
            ),
            promises=tuple(form.promise for form in self.promises if form.promise),
            settled=self.settled.settled,
        )

    @property
    def wrong(self) -> bool:
        """Whether something has to be put right before anything is saved."""
        faulty = any(one.errors for one in self.blocks.values())
        return bool(self.refused) or faulty or any(form.errors for form in self.forms)


def _stored(slot: Slot, key: str, row: BlockRow | None) -> Questions:
    answers = row.text.answers if row and row.text else {}
    return questions.shown(slot.block, key, answers, row.head if row else 0)


def block_in(key: str, slot: Slot, filled: Questions | None, base: int = 0) -> BlockIn:
    """Return what is sent in of one place; without forms it stands as it was at `base`."""
    return BlockIn(
        compartment=slot.compartment,
        base=filled.base if filled else base,
        answers=filled.answers if filled else None,
        guardian=slot.guardian,
    )


def form_context(writing: Writing, filled: Filled) -> dict[str, object]:
    """Return what the template of the form needs."""
    by = writing.place.by
    return {
        "on": by.on,
        "family": writing.family,
        "child": writing.place.child,
        "step": writing.place.step,
        "writing": writing,
        "me": by.staff,
        "filled": filled,
        "blocks": [
            (writing.slots[key], filled.blocks[key], writing.rows.get(key)) for key in filled.blocks
        ],
        "signed": [row for row in writing.rows.values() if row.signed],
        "mode": writing.place.mode.value if by.service is Service.SOCIAL else "",
        "left": sum(one.left for one in filled.blocks.values()),
        "saved": max(
            (row.text.written_at for row in writing.rows.values() if row.text), default=None
        ),
        "wrong": filled.wrong,
    }
