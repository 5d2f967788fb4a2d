"""The letter to a family: who comes, when, that it is free and their choice. No address, no note.

In the language that is active; its words are those of the plan that is shown to the family.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from hembesok.documents.content import Bullets, Document, Lines, Part


@dataclass(frozen=True, slots=True, repr=False)
class ToCome:
    """A visit to come: which, when, where, and whether the time is agreed on."""

    title: str
    when: str
    where: str
    agreed: bool


@dataclass(frozen=True, slots=True, repr=False)
class Plan:
    """What a letter tells: people with what each is, visits, whether an interpreter comes."""

    people: Sequence[tuple[str, str]]
    visits: Sequence[ToCome]
    interpreter: bool
    day: date


def letter(plan: Plan, *, language: str) -> Document:
    """Return the letter."""
    who: list[Lines | Bullets] = [Bullets([f"{name}. {what}" for name, what in plan.people])]
    if plan.interpreter:
        who.append(Lines(_("You get an interpreter. It costs you nothing.")))
    parts = [
        Part("who", _("We are the ones who visit you"), who),
        Part("when", _("The coming visits"), [_visits(plan.visits)]),
        Part("free", _("Free, and your choice"), [
            Lines(_("The visits cost nothing. You may say no. You may stop when you want."
                    " Your child gets the same care.")),
        ]),
        Part("duty", _("We do not tell others"), [
            Lines(_("We have a duty of secrecy. But if a child is harmed, we must report it."
                    " That is true for all who work with children.")),
            Lines(_("You may ask to read what we write about your child.")),
            Lines(_("Ask us when you want.")),
        ]),
    ]  # fmt: skip
    return Document("letter", _("Our plan"), plan.day, [], parts, language)


def _visits(visits: Sequence[ToCome]) -> Bullets | Lines:
    if not visits:
        return Lines(_("No more visits are planned."))
    return Bullets([_visit(one) for one in visits])


def _visit(one: ToCome) -> str:
    parts = [one.title, one.when, one.where]
    if not one.agreed:
        parts.append(_("We choose a time together."))
    return ". ".join(part.rstrip(".") for part in parts) + "."
