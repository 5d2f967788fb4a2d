"""What is stored about organisations, staff and what they did."""

from hembesok.access.models.people import Assignment, Organisation, Site, Staff, Unit
from hembesok.access.models.sign_in import Passkey, RecoveryCode, StaffIdentity, TotpFactor
from hembesok.access.models.trail import LogReview, TrailEntry, TrailHead

__all__ = [
    "Assignment",
    "LogReview",
    "Organisation",
    "Passkey",
    "RecoveryCode",
    "Site",
    "Staff",
    "StaffIdentity",
    "TotpFactor",
    "TrailEntry",
    "TrailHead",
    "Unit",
]
