"""docs/states.md: the ten states, what may be done, and the rule of matching, from the rules."""

from django.utils.translation import override

from hembesok.programme.rules import matching
from hembesok.programme.rules.states import MARKED, MAY, RULES, SETTLED, Action, State
from hembesok.programme.rules.windows import LAST_GRACE_DAYS
from hembesok.web.words import STATES

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


def table() -> str:
    """Return the whole document."""
    header = ["State", "Svenska", "Mark", "When", "Settled", *Action]
    lines = [_row(header), _row(["---"] * len(header))]
    with override("sv"):
        lines += [_row(_cells(state)) for state in State]
    return _HEAD + "\n".join(lines) + "\n" + _TAIL.format(days=LAST_GRACE_DAYS) + _matching()


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
