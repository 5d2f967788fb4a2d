"""What is stored of notes, consents and other grounds."""

from hembesok.secrecy.models.grounds import Consent, Disclosure
from hembesok.secrecy.models.notes import AnonymousNote, Note
from hembesok.secrecy.models.sites import SiteDocumentation

__all__ = ["AnonymousNote", "Consent", "Disclosure", "Note", "SiteDocumentation"]
