"""The papers of a case: the official memorandum and the extract of the minutes."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import override

from hembesok.agreements.queries import CasePage
from hembesok.agreements.rules.cases import Act, Did
from hembesok.agreements.rules.memoranda import Goal, Part, Sum, Text, Union
from hembesok.documents.content import Block, Bullets, Document, Lines, Numbered, Table, blocks_of
from hembesok.documents.content import Part as Section
from hembesok.web.journal import RECORD_LANGUAGE
from hembesok.web.papers.amounts import amount_text, years_text
from hembesok.web.words_agreements import PARTS, STANDINGS
from hembesok.web.words_follow_up import measure_name


def memorandum(case: CasePage, text: Text) -> Document:
    """Return the official memorandum of a case; parts that are empty are left out."""
    with override(RECORD_LANGUAGE):
        found = [
            Section(part.value, _title(part, text), blocks)
            for part in Part
            if (blocks := _blocks(part, case, text))
        ]
        facts = [
            (_("Date"), f"{text.day}"),
            (_("Registry number"), case.registry_number),
            (_("To"), text.board),
        ]
        return Document("memorandum", text.title, text.day, facts, found, RECORD_LANGUAGE)


def _title(part: Part, text: Text) -> str:
    if part is Part.SIGNATURE:
        return ""
    if part is Part.POINTS:
        return _("Proposed decision of %(board)s") % {"board": text.board}
    return str(PARTS[part])


def _blocks(part: Part, case: CasePage, text: Text) -> Sequence[Block]:
    match part:
        case Part.POINTS:
            return [Numbered(text.points)] if text.points else []
        case Part.MATTER:
            return blocks_of(text.matter)
        case Part.SUPPORTING:
            return _papers(text)
        case Part.BACKGROUND:
            return blocks_of(text.background)
        case Part.ECONOMY:
            return [*blocks_of(text.economy), *_sums(text.sums)]
        case Part.GOALS:
            return [Bullets([_goal(one) for one in text.goals])] if text.goals else []
        case Part.CHILDREN:
            return blocks_of(text.children)
        case Part.FOLLOW_UP:
            return blocks_of(text.follow_up)
        case Part.UNION:
            return [Lines(_union(case.union))]
        case Part.SIGNATURE:
            return [Lines("\n".join((text.administration, text.signer, _signed(case.signed))))]
        case Part.DISTRIBUTION:
            return [Bullets(text.distribution)] if text.distribution else []


def _papers(text: Text) -> list[Block]:
    found = [f"{one.title}, {one.day}" if one.day else one.title for one in text.supporting]
    return [Bullets(found)] if found else []


def _sums(sums: Sequence[Sum]) -> list[Block]:
    """Return the sums as a table; one whose unit a source leaves out says what it was read as."""
    if not sums:
        return []
    rows = []
    for one in sums:
        amount = amount_text(one.ore)
        if one.as_said:
            amount = _("%(amount)s (the source says %(said)s, without a unit)") % {
                "amount": amount, "said": one.as_said,
            }  # fmt: skip
        years = years_text(one.first, one.last)
        if one.first != one.last:
            years = _("%(years)s, each year") % {"years": years}
        rows.append([years, amount, one.what, str(STANDINGS[one.standing])])
    return [Table(_("Money"), [_("Year"), _("Amount"), _("What"), _("How sure")], rows)]


def _goal(goal: Goal) -> str:
    text = goal.words
    if goal.address:
        text += f" ({goal.address})"
    if goal.measure:
        text += ". " + _("Followed by the measure: %(measure)s") % {
            "measure": measure_name(goal.measure)
        }
    return text


def _union(did: Did | None) -> str:
    if did is None:
        return _("Has not been given yet.")
    if did.reference == Union.NEGOTIATION:
        said = _("Negotiation under section 11 was held on %(day)s.")
    else:
        said = _("Information under section 19 was given on %(day)s.")
    return said % {"day": did.day}


def _signed(did: Did | None) -> str:
    return _("Signed %(day)s") % {"day": did.day} if did else _("Not signed yet")


def extract(case: CasePage, text: Text, decision: Did, verified: Did) -> Document:
    """Return the extract of the minutes: what was decided, where, and to whom it is sent."""
    with override(RECORD_LANGUAGE):
        facts = [
            (_("Decided by"), _decided_by(text, decision)),
            (_("Day"), f"{decision.day}"),
            (_("Paragraph"), decision.reference),
            (_("Registry number"), case.registry_number),
        ]
        parts = [
            Section("decision", _("Decision"), _decision(text, decision)),
            Section(Part.MATTER.value, str(PARTS[Part.MATTER]), blocks_of(text.matter)),
            Section(Part.SUPPORTING.value, str(PARTS[Part.SUPPORTING]), _papers(text)),
            Section("verified", _("The minutes"), [
                Lines(_("Verified on %(day)s.") % {"day": verified.day})
            ]),
            Section(
                Part.DISTRIBUTION.value, str(PARTS[Part.DISTRIBUTION]),
                [Bullets(text.distribution)],
            ),
        ]  # fmt: skip
        title = _("Extract: %(title)s") % {"title": text.title}
        return Document("extract", title, decision.day, facts, parts, RECORD_LANGUAGE)


def _decided_by(text: Text, decision: Did) -> str:
    return (
        _("Delegate of %(board)s") % {"board": text.board}
        if (decision.act is Act.DELEGATE)
        else text.board
    )


def _decision(text: Text, decision: Did) -> list[Block]:
    if decision.act is Act.REJECT:
        return [Lines(_("The proposal is rejected.")), Lines(decision.said)]
    return [Numbered(text.points)]
