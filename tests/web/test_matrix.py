"""Every address, for every role, at the own unit and elsewhere, in every state of consent.

What a page tells is found by the canary words on it, and compared with what this
person may be told: a table of its own, which asks the rules of the product nothing.
"""

import logging
import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern

from hembesok.access.models import TrailEntry
from hembesok.access.rules.roles import FAMILY_ROLES, Role
from hembesok.secrecy.models import AnonymousNote, Note
from hembesok.secrecy.rules import DocumentationMode
from tests.web.page import ADDRESSES, Answer, address, gate_of, read
from tests.web.world import ADVICE, CLINIC, OF_SOCIAL, Consents, Person, Told, World, build

PERSON, LIST, CODES, COUNTS, SELF, ADMIN, LOG, PAPERS = (
    "person", "list", "codes", "counts", "self", "admin", "log", "papers",
)  # fmt: skip
"""One family; many; codes of families and no person; counts; oneself; accounts; the trail;
cases and agreements, which are about no family."""

CLASSES = {
    "book": PERSON,
    "choose-role": SELF,
    "factor": SELF,
    "factor-app": SELF,
    "factor-codes": SELF,
    "factor-passkey": SELF,
    "factor-passkey-options": SELF,
    "factor-remove": SELF,
    "factors": SELF,
    "families": LIST,
    "family": PERSON,
    "home": SELF,
    "lock": SELF,
    "locked": SELF,
    "oidc-back": SELF,
    "oidc-start": SELF,
    "overview": LIST,
    "passkey": SELF,
    "passkey-options": SELF,
    "record": PERSON,
    "set_language": SELF,
    "show-number": PERSON,
    "seen": SELF,
    "sign-in": SELF,
    "sign-out": SELF,
    "start": SELF,
    "today": LIST,
    "withdraw": PERSON,
    "audit": LOG,
    "audit-csv": LOG,
    "audit-review": LOG,
    "admin-account": ADMIN,
    "admin-site": ADMIN,
    "admin-sites": ADMIN,
    "admin-staff": ADMIN,
    "admin-units": ADMIN,
    "born": PERSON,
    "consents": PERSON,
    "cover": CODES,
    "decide-documentation": COUNTS,
    "decide-period": COUNTS,
    "decide-rule": COUNTS,
    "end": PERSON,
    "end-project": COUNTS,
    "expect": CODES,
    "expected": CODES,
    "expected-received": LIST,
    "decide-goal": COUNTS,
    "board-report": COUNTS,
    "followup": COUNTS,
    "followup-report": COUNTS,
    "followup-sites": COUNTS,
    "measure": COUNTS,
    "funnel": COUNTS,
    "give-consent": PERSON,
    "guardian": PERSON,
    "handover": PERSON,
    "list": SELF,
    "list-away": SELF,
    "list-columns": LIST,
    "list-look": LIST,
    "list-template": SELF,
    "new-family": LIST,
    "new-guardian": PERSON,
    "offer": PERSON,
    "pause": PERSON,
    "resume": PERSON,
    "site": COUNTS,
    "take-back": CODES,
    "to-offer": LIST,
    "withdraw-consent": PERSON,
    "disclosures": PERSON,
    "doc": PERSON,
    "doc-check": PERSON,
    "doc-read": PERSON,
    "doc-settle": PERSON,
    "emergencies": LOG,
    "emergency": CODES,
    "extract": LOG,
    "extract-csv": LOG,
    "extracts": LOG,
    "home-of-family": PERSON,
    "merge": PERSON,
    "naming": CODES,
    "new-number": PERSON,
    "notes": PERSON,
    "protection": CODES,
    "see": LIST,
    "show-home": PERSON,
    "team": CODES,
    "absence": LIST,
    "absence-end": LIST,
    "absence-solve": LIST,
    "calendar": SELF,
    "calendar-busy": SELF,
    "calendar-fed": SELF,
    "calendar-feed": SELF,
    "closed-day": LIST,
    "plan": LIST,
    "plan-book": LIST,
    "interpreters": LIST,
    "parts": PERSON,
    "letter": PERSON,
    "show": PERSON,
    "go-in": PERSON,
    "files": PERSON,
    "file": PERSON,
    "withdraw-file": PERSON,
    "journal": PERSON,
    "journal-pdf": PERSON,
    "headings": COUNTS,
    "out": CODES,
    "inside-now": CODES,
    "come-out": CODES,
    "see-alarm": CODES,
    "own-email": SELF,
    "handed": LIST,
    "manifest": SELF,
    "offline": SELF,
    "outbox": SELF,
    "pack": LIST,
    "pack-secret": SELF,
    "replay": SELF,
    "sealed": CODES,
    "service-worker": SELF,
    "act-case": PAPERS,
    "agreement": PAPERS,
    "archive-case": PAPERS,
    "agreement-paper": PAPERS,
    "agreements": PAPERS,
    "case": PAPERS,
    "case-paper": PAPERS,
    "do-duty": PAPERS,
    "new-agreement": PAPERS,
    "new-case": PAPERS,
    "step-agreement": PAPERS,
    "write-agreement": PAPERS,
    "write-case": PAPERS,
    "outcome": PERSON,
    "outcome-list": SELF,
    "outcome-list-away": SELF,
    "outcome-list-columns": LIST,
    "outcome-list-look": LIST,
    "outcome-list-template": SELF,
    "outcomes": LIST,
    **dict.fromkeys(
        (
            "money", "money-rows", "money-decisions", "money-year-end", "money-sites",
            "money-attest", "money-entry", "new-grant", "new-milestone", "new-expectation",
            "new-entry", "new-share", "new-budget", "cost-file", "compare-costs", "report-money",
            "review-money", "retain-money", "request-money", "answer-application",
            "answer-request", "requisition", "state-report",
        ),
        COUNTS,
    ),
}  # fmt: skip
"""What each address tells at most. One that is not here fails: nobody has thought about it."""

OF_FAMILIES = {PERSON, LIST, CODES, LOG}
"""The classes that tell of families."""

PRODUCT = [(mode, consents) for mode in DocumentationMode for consents in Consents]
FIRST, OPEN = PRODUCT[0], (DocumentationMode.IDENTIFIED, Consents.GIVEN)
CHANGES = [
    *((*state, method) for state in (FIRST, OPEN) for method in ("get", "post")),
    (DocumentationMode.IDENTIFIED, Consents.WITHDRAWN, "get"),
    (DocumentationMode.ANONYMOUS, Consents.GIVEN, "get"),
    (DocumentationMode.NONE, Consents.GIVEN, "get"),
]
"""Each consent and each mode once: a mode changes what is kept, and no consent."""
# What a page tells is the same on every database: the most open state is enough on the second.
STATES = CHANGES[2:4] if os.environ.get("HEMBESOK_DATABASE") else CHANGES

LEAVES = {"sign-out", "lock", "locked"}
"""Addresses that end or lock the session: their own tests are elsewhere."""


def test_every_address_has_been_classified():
    assert {pattern.name for pattern in ADDRESSES} == set(CLASSES)


MAY_HAVE = {
    Role.MANAGER: {COUNTS, CODES, PAPERS},
    Role.ECONOMIST: {COUNTS, PAPERS},
    Role.LOG_REVIEWER: {LOG},
    Role.STATE_CASE_OFFICER: {COUNTS},
    Role.MATERNITY_PROFESSIONAL: {CODES},
    Role.TECHNICAL_ADMINISTRATOR: {ADMIN},
}
"""What roles that reach no family have besides their own sign-in; the others have nothing."""


@pytest.mark.parametrize("role", [role for role in Role if role not in FAMILY_ROLES])
def test_roles_that_reach_nobody_have_no_address_of_a_person(role: Role):
    for pattern in ADDRESSES:
        gate = gate_of(pattern)
        if gate and role in gate:
            may = {SELF} | MAY_HAVE.get(role, set())
            assert CLASSES[str(pattern.name)] in may, pattern.name


def answers(
    person: Person, method: str, everywhere: bool
) -> Iterator[tuple[URLPattern, Answer, list[str]]]:
    """Ask for every address once, and give what it answers and whom the trail says was read.

    Unless everywhere, only for those that tell of families and that the gate opens to the
    person's role: what it refuses it refuses before the page is asked, and what tells of no
    family tells the same whatever the guardians and the board have said.
    """
    client = person.at_the_screen()
    for pattern in ADDRESSES:
        gate = gate_of(pattern)
        opened = not gate or person.role in gate
        asked = everywhere or (CLASSES[str(pattern.name)] in OF_FAMILIES and opened)
        if pattern.name in LEAVES or not asked:
            continue
        # A visit that is documented and signed, and one of which there is a draft.
        both = opened and CLASSES[str(pattern.name)] == PERSON
        drafts = [address(pattern, step="home-3")] if both else []
        for path in dict.fromkeys([address(pattern), *drafts]):
            before = TrailEntry.objects.count()
            ask = client.post if method == "post" else client.get
            answer = ask(path)
            new = TrailEntry.objects.order_by("number")[before:]
            yield pattern, answer, [entry.subject for entry in new]


def whole(answer: Any) -> str:
    """Return all that an answer holds; a file comes in pieces."""
    pieces = answer.streaming_content if answer.streaming else [answer.content]
    return b"".join(pieces).decode(errors="replace")


def check(world: World, person: Person, method: str, everywhere: bool) -> set[Told]:
    """Walk the addresses as one person; return all that the person was told."""
    told: set[Told] = set()
    for pattern, answer, read_of in answers(person, method, everywhere):
        found = world.told(whole(answer))
        assert found <= person.may, (person.name, method, pattern.name, found - person.may)
        html = answer.headers.get("Content-Type", "").startswith("text/html")
        assert not world.told(read(answer).title if html else ""), pattern.name
        assert not world.told(str(answer.headers)), pattern.name
        if found:
            assert "family:FAMYAAAA" in read_of, (person.name, pattern.name, found)
        assert answer.status_code < 500
        told |= found
    return told


def walk(
    mode: DocumentationMode,
    consents: Consents,
    method: str,
    everywhere: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Walk as everybody; what each was told, and what the log holds, is no more than theirs."""
    caplog.set_level(logging.DEBUG)
    world = build(mode, consents)
    for person in world.people:
        told = check(world, person, method, everywhere)
        if not person.may:
            assert told == set(), person.name
        elif method == "get":
            # A walk that finds nothing anywhere may be blind: all of this is shown somewhere.
            missing = person.may - told - {Told.NUMBER, Told.PHONE, Told.SOCIAL}
            missing -= OF_SOCIAL if mode is not DocumentationMode.IDENTIFIED else set()
            assert missing == set(), (person.name, missing)
    assert not world.told(caplog.text)


@pytest.mark.django_db
@pytest.mark.parametrize(("mode", "consents", "method"), STATES)
def test_nobody_is_told_what_is_not_theirs(
    mode: DocumentationMode, consents: Consents, method: str, caplog: pytest.LogCaptureFixture
):
    walk(mode, consents, method, (mode, consents, method) == (*FIRST, "get"), caplog)


@pytest.mark.heavy
@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(("mode", "consents"), PRODUCT)
def test_nobody_is_told_what_is_not_theirs_at_any_address_in_any_state(
    mode: DocumentationMode, consents: Consents, method: str, caplog: pytest.LogCaptureFixture
):
    walk(mode, consents, method, True, caplog)


@pytest.mark.django_db
def test_in_each_mode_the_advisers_part_keeps_what_the_board_decided():
    for mode, kept in (
        (DocumentationMode.IDENTIFIED, (1, 0)),
        (DocumentationMode.ANONYMOUS, (0, 1)),
        (DocumentationMode.NONE, (0, 0)),
    ):
        from django.db import transaction

        with transaction.atomic():
            build(mode, Consents.NONE)
            named = Note.objects.filter(compartment="social").count()
            assert (named, AnonymousNote.objects.count()) == kept
            transaction.set_rollback(True)


def test_the_table_knows_the_difference_between_the_two_services():
    assert Told.SOCIAL not in CLINIC
    assert not {Told.HEALTH, Told.NUMBER, Told.BASE, Told.OF_DANA, Told.OF_DAN} & ADVICE
    assert Told.AUTHORITY not in CLINIC | ADVICE
