"""Under which heading of a service's record an answer belongs. Values only.

Each item of a form carries a code, the same in every form that asks it; a heading gathers
codes. What a site calls its headings, and in which order, is the site's own.
"""

from collections.abc import Mapping
from typing import Final

from hembesok.access.rules.roles import Service
from hembesok.forms.questionnaire import Block

OTHER: Final = "other"
"""The heading of what has none of its own: the free note comes last."""

GATHERED: Final[Mapping[Service, Mapping[str, tuple[str, ...]]]] = {
    Service.CHILD_HEALTH: {
        "state": ("child-state",),
        "feeding": ("breastfeeding-",),
        "development": ("language-", "hearing"),
        "teeth": ("teeth-",),
        "vaccination": ("vaccination-",),
        "home": ("guardians-smoke", "smoke-"),
        OTHER: (),
    },
    Service.SOCIAL: {
        "support": ("social-support",),
        "more": ("social-more",),
        OTHER: (),
    },
}
"""The headings of each service in order, with how the codes of their items begin."""


def headings_of(block: Block, service: Service) -> dict[str, str]:
    """Return the heading of each question of a block, by link id.

    A question without a code belongs where the question belongs that it follows on.
    """
    asked = {item.link_id: item for item in block.questions}

    def code_of(link_id: str, seen: frozenset[str] = frozenset()) -> str:
        item = asked.get(link_id)
        if item is None or link_id in seen:
            return ""
        before = (one.question for one in item.conditions)
        return item.code or next(
            (code for one in before if (code := code_of(one, seen | {link_id}))), ""
        )

    return {link_id: _heading(code_of(link_id), service) for link_id in asked}


def _heading(code: str, service: Service) -> str:
    for heading, beginnings in GATHERED[service].items():
        if code and code.startswith(beginnings):
            return heading
    return OTHER
