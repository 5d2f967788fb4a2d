"""Reading a calendar in a process of its own, which the system stops when it takes too long.

A file of a few lines can ask for more repetitions than anybody can wait for, in more ways than
a list of forbidden rules will ever hold. The process has a few seconds of the processor and
some memory, knows no database and no keys, and answers with times or a reason.
"""

import json
import resource
import subprocess
import sys
from datetime import date, datetime
from typing import Any, Final

from hembesok.values.refusals import Refusal
from hembesok.visits.ics.reading import FAULTS, TOO_HEAVY, Busy, read, why_not_read
from hembesok.visits.rules.times import Span

SECONDS: Final = 5
"""Of the processor. A calendar of some thousand entries takes one."""

MEMORY: Final = 1024 * 1024 * 1024


def read_apart(content: bytes, *, on: date) -> Busy:
    """Read a calendar as `read` does, within limits. Raises Refusal, with what is wrong."""
    if reason := why_not_read(content):
        raise Refusal(reason)
    try:
        done = subprocess.run(  # noqa: S603 — our own module, and a day we wrote ourselves
            [sys.executable, "-m", "hembesok.visits.ics.apart", on.isoformat(), str(SECONDS)],
            input=content,
            capture_output=True,
            timeout=SECONDS * 6,
            check=False,
            env={"PYTHONPATH": ":".join(path for path in sys.path if path)},
        )
        answer = json.loads(done.stdout) if done.returncode == 0 else None
    except (subprocess.TimeoutExpired, ValueError):
        answer = None
    if answer is None:
        raise Refusal(TOO_HEAVY)
    if "fault" in answer:
        raise Refusal(next(reason for reason in FAULTS if reason.key == answer["fault"]))
    moments = ([datetime.fromisoformat(one) for one in pair] for pair in answer["spans"])
    return Busy(tuple(Span(*pair) for pair in moments), answer["unread"])


def answer_to(content: bytes, *, on: date) -> dict[str, Any]:
    """Return what the process answers, in what JSON can hold."""
    try:
        busy = read(content, on=on)
    except Refusal as refusal:
        return {"fault": refusal.reason.key}
    pairs = [[span.starts.isoformat(), span.ends.isoformat()] for span in busy.spans]
    return {"spans": pairs, "unread": busy.unread}


if __name__ == "__main__":
    seconds = int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    answer = answer_to(sys.stdin.buffer.read(), on=date.fromisoformat(sys.argv[1]))
    sys.stdout.write(json.dumps(answer))
