"""docs/states.md: states of steps, cases and agreements, and the rule of matching, by the rules."""

from collections.abc import Mapping

from django.utils.translation import override

from hembesok.agreements.rules.agreements import MAY as VERSION_MAY
from hembesok.agreements.rules.cases import LEADS, Act, CaseState
from hembesok.programme.rules import matching
from hembesok.programme.rules.states import MARKED, MAY, RULES, SETTLED, Action, State
from hembesok.programme.rules.windows import LAST_GRACE_DAYS
from hembesok.web.words import STATES
from hembesok.web.words_agreements import AGREEMENT_STATES, CASE_STATES

_HEAD = """\
# States

How one step of a programme stands for one child on one day. Generated from
`hembesok/programme/rules/states.py` by `./run hembesok states`; a test compares.

The state is never stored: it is computed from the window, what is recorded, and
the day. With the recorded facts fixed, *upcoming → due → overdue → missed* never
goes back. Eight states have a mark of their own; the last two are written in words.

"""

_TAIL = """
`withdraw` takes back the latest outcome, written by mistake: it needs an outcome to
take back and a reason, and the row is kept. A booked visit always takes an outcome,
whatever the state has become by then. *Settled* states are not changed by
leaving the programme. A window runs from `opens` through `closes`, both included;
the grace runs from the day after it closes through `grace_ends`: until the day
before the next step of the same kind opens, the last one {days} days, unless the
programme says otherwise.

## Which visit serves which step

"""


_CASES = """
## A case

Told from what has been done with it (`hembesok/agreements/rules/cases.py`), never stored.
"""

_AGREEMENTS = """
## A version of an agreement

Told from its steps, its term and the day (`hembesok/agreements/rules/agreements.py`). It is
*active* from its first day or the later signature, *amended* when a newer version binds (a draft
at once), *ended* after its last day.
"""


def table() -> str:
    """Return the whole document."""
    header = ["State", "Svenska", "Mark", "When", "Settled", *Action]
    lines = [_row(header), _row(["---"] * len(header))]
    with override("sv"):
        lines += [_row(_cells(state)) for state in State]
    with override("sv"):
        decided = _cases() + _agreements()
    tail = _TAIL.format(days=LAST_GRACE_DAYS) + _matching()
    return _HEAD + "\n".join(lines) + "\n" + tail + decided


def _cases() -> str:
    """Return what may be done with a case in each state, and where it leads."""
    rows = [
        _row([f"`{state}`", str(CASE_STATES[state]), _ways(ways)]) for state, ways in LEADS.items()
    ]
    head = [_row(["State", "Svenska", "What may be done → where it leads"]), _row(["---"] * 3)]
    return "\n".join([_CASES, *head, *rows]) + "\n"


def _ways(ways: Mapping[Act, CaseState]) -> str:
    return ", ".join(f"{act} → {state}" for act, state in ways.items())


def _agreements() -> str:
    """Return what may be done with a version of an agreement in each state."""
    rows = [
        _row([f"`{state}`", str(AGREEMENT_STATES[state]), ", ".join(steps)])
        for state, steps in VERSION_MAY.items()
    ]
    head = [_row(["State", "Svenska", "What may be done"]), _row(["---"] * 3)]
    return "\n".join([_AGREEMENTS, *head, *rows]) + "\n"


def _matching() -> str:
    """Return the rule of matching as its module says it: from the first point to the last."""
    text = matching.__doc__ or ""
    return text[text.index("1. ") : text.index("\n\nCounting per window")] + "\n"


def _cells(state: State) -> list[str]:
    return [
        f"`{state}`",
        str(STATES[state]),
        "yes" if state in MARKED else "words",
        RULES[state],
        "yes" if state in SETTLED else "",
        *("●" if action in MAY[state] else "" for action in Action),
    ]


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"
