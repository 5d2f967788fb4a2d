"""`hembesok verify-trail`: whether the trail is whole and agrees with heads kept elsewhere."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser

from hembesok.access import heads
from hembesok.access.rules.chain import Finding, Verification, What
from hembesok.access.services.verification import newest, verification, verify
from hembesok.project.gate import Serves

BROKEN = 1
CANNOT = 2
LISTED = 100

WORDS: Final = {
    What.CHANGED: "does not fit its link: a column, the link or the entry before was changed",
    What.INSERTED: "was put before the first entry",
    What.MISSING: "missing",
    What.UNKNOWN_KEY: "is chained with a key that the keyring does not hold",
    What.CUT: "missing at the end: they were there once, as a head tells",
    What.BEYOND_HEAD: "after the head of the database: put there past the system",
    What.HEAD_DIFFERS: "is not what the head of the database says",
    What.KEPT_HEAD_DIFFERS: "is not what the head kept that day says: the trail was rewritten",
    What.KEPT_HEAD_UNREADABLE: "of the heads file is no head",
}


class Command(BaseCommand):
    serves = Serves.OPERATOR
    help = "check that no entry of the trail was changed, removed, added or moved"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--heads", type=Path, metavar="FILE", help="a copy of the heads, kept elsewhere"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["heads"] or settings.TRAIL_HEADS
        # Read before the entries: those that come meanwhile are newer than every head.
        kept = self._kept(path, named=options["heads"] is not None)
        walk = verification(heads.by_number(kept.heads if kept else ()))
        found = 0
        for number in kept.unreadable if kept else ():
            found += 1
            self._say(found, f"line {number}: {WORDS[What.KEPT_HEAD_UNREADABLE]}")
        for finding in verify(walk, self._progress()):
            found += 1
            self._say(found, _words(finding))
        if found > LISTED:
            self.stdout.write(f"… and {found - LISTED} more")
        if walk.head and not (kept and kept.heads):
            found += 1
            self.stdout.write(
                f"No heads were kept in {path}: entries removed from the end, and a trail"
                " rewritten by somebody who has the key, cannot be seen."
            )
        self._warnings(walk)
        if found:
            raise CommandError("The trail is not proven whole.", returncode=BROKEN)
        count = walk.head.number if walk.head else 0
        self.stdout.write(f"The trail is whole: {count} entries.")

    def _kept(self, path: Path, *, named: bool) -> heads.Kept | None:
        try:
            return heads.read(path)
        except FileNotFoundError as error:
            if named:
                raise CommandError(f"{path}: {error.strerror}", returncode=CANNOT) from None
            return None
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}", returncode=CANNOT) from None

    def _say(self, found: int, words: str) -> None:
        if found <= LISTED:
            self.stdout.write(words)

    def _warnings(self, walk: Verification) -> None:
        """Tell what no head vouches for; the chain itself may be whole all the same."""
        if not walk.kept or not walk.head:
            return
        days = walk.days_without_head
        if days:
            listed = ", ".join(map(str, days[:10])) + (" …" if len(days) > 10 else "")
            self.stdout.write(f"Days without a kept head ({len(days)}): {listed}")
        last = max(walk.kept)
        if last < walk.head.number:
            self.stdout.write(
                f"The newest head kept is of entry {last}: of the entries after it, removed ones"
                " cannot be seen."
            )

    def _progress(self) -> Callable[[int], None]:
        """Return what tells how far it has come: one line rewritten, or now and then a line."""
        head = newest()
        of = head.number if head else 0
        rewritten = sys.stderr is not None and sys.stderr.isatty()

        def tell(number: int) -> None:
            if rewritten:
                self.stderr.write(f"\r\x1b[K{number:,} of {of:,}", str, ending="")
                self.stderr.flush()
            elif number % 500_000 == 0:
                self.stderr.write(f"{number:,} of {of:,}", str)

        return tell


def _words(finding: Finding) -> str:
    day = f", {finding.day}" if finding.day else ""
    if finding.to is not None and finding.to > finding.number:
        return f"entries {finding.number}-{finding.to}{day}: {WORDS[finding.what]}"
    return f"entry {finding.number}{day}: {WORDS[finding.what]}"
