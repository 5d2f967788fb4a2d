"""What is stored about families, and who is named for them."""

from hembesok.families.models.expected import ExpectedBirth
from hembesok.families.models.family import Child, Family, Guardian, SiteStay, new_ref
from hembesok.families.models.identifiers import PersonIdentifier
from hembesok.families.models.lists import SentList
from hembesok.families.models.named import Cover, EmergencyAccess, Notice, TeamMember

__all__ = [
    "Child",
    "Cover",
    "EmergencyAccess",
    "ExpectedBirth",
    "Family",
    "Guardian",
    "Notice",
    "PersonIdentifier",
    "SentList",
    "SiteStay",
    "TeamMember",
    "new_ref",
]
