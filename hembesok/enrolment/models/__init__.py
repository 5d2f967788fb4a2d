"""What is stored from eligibility to the end of an enrolment."""

from hembesok.enrolment.models.following import Following
from hembesok.enrolment.models.membership import Enrolment, Pause, VersionMove
from hembesok.enrolment.models.offering import Answer, Eligibility, EligibilityRule, Offer
from hembesok.enrolment.models.periods import SitePeriod

__all__ = [
    "Answer",
    "Eligibility",
    "EligibilityRule",
    "Enrolment",
    "Following",
    "Offer",
    "Pause",
    "SitePeriod",
    "VersionMove",
]
