"""What is stored of visits, and of the time of those who make them."""

from hembesok.visits.models.after import (
    Attachment,
    AttachmentPart,
    CheckIn,
    JournalHeading,
    JournalTransfer,
)
from hembesok.visits.models.calendars import (
    Absence,
    BusyReading,
    BusyTime,
    CalendarFeed,
    ClosedDay,
    WorkHours,
)
from hembesok.visits.models.documentation import (
    Addendum,
    Attendance,
    Block,
    BlockText,
    FactsText,
    Promise,
    Version,
)
from hembesok.visits.models.later import LaterOutcome, LaterOutcomeQuerySet
from hembesok.visits.models.offline import OfflineCommand, OfflineDevice, OfflinePack, PackedVisit
from hembesok.visits.models.parts import InterpreterBooking, VisitPart
from hembesok.visits.models.standing import Changes, KeptStanding
from hembesok.visits.models.visit import Visit, VisitQuerySet

__all__ = [
    "Absence",
    "Addendum",
    "Attachment",
    "AttachmentPart",
    "Attendance",
    "Block",
    "BlockText",
    "BusyReading",
    "BusyTime",
    "CalendarFeed",
    "Changes",
    "CheckIn",
    "ClosedDay",
    "FactsText",
    "InterpreterBooking",
    "JournalHeading",
    "JournalTransfer",
    "KeptStanding",
    "LaterOutcome",
    "LaterOutcomeQuerySet",
    "OfflineCommand",
    "OfflineDevice",
    "OfflinePack",
    "PackedVisit",
    "Promise",
    "Version",
    "Visit",
    "VisitPart",
    "VisitQuerySet",
    "WorkHours",
]
