"""Filters of the pages about secrecy: words for compartments, grounds and notices."""

from django import template
from django.forms import BoundField

from hembesok.access.rules.secrecy import Basis, DisclosureGround, Field
from hembesok.families.models import EmergencyAccess, Notice
from hembesok.secrecy.queries import NoteRow
from hembesok.web import clock, words_secrecy

register = template.Library()


@register.filter
def compartment_word(row: NoteRow) -> str:
    """Say who sees a note."""
    return words_secrecy.compartment_text(row.compartment, row.guardian)


@register.filter
def basis_word(row: NoteRow) -> str:
    """Say on what basis a note of another unit is read; of the own and of joint ones, nothing."""
    return "" if row.basis is Basis.NAMED else str(words_secrecy.BASES[row.basis])


@register.filter
def ground_word(ground: str) -> str:
    """Say a ground."""
    return str(words_secrecy.GROUNDS[DisclosureGround(ground)])


@register.filter
def field_word(field: str) -> str:
    """Say what may be read."""
    return str(words_secrecy.FIELDS[Field(field)]).lower()


@register.filter
def notice_text(notice: Notice) -> str:
    """Say what a team is told."""
    words = {"who": notice.by.name, "code": notice.family.code}
    return str(words_secrecy.NOTICES[notice.about]) % words


@register.filter
def minutes_left(opened: EmergencyAccess) -> int:
    """Return how many minutes a family opened in an emergency stays open, begun ones counted."""
    return max(0, -int((clock.now() - opened.until).total_seconds() // 60))


@register.inclusion_tag("web/_who_reads.html")
def who_reads(place: BoundField) -> dict[str, object]:
    """Show who reads what stands in each place that is offered."""
    offered = {str(one.data["value"]).partition("-")[0] for one in place}
    return {
        "rows": [
            (words_secrecy.COMPARTMENTS[compartment], words)
            for compartment, words in words_secrecy.WHO_READS.items()
            if compartment.value in offered
        ]
    }
