"""What is stored of a site's money: what was decided, the ledger, and what comes after."""

from hembesok.funding.models.after import Application, Request, TrancheStep
from hembesok.funding.models.grants import (
    BudgetLine,
    Expectation,
    GrantDecision,
    Milestone,
    Share,
    Tranche,
)
from hembesok.funding.models.ledger import Attest, CostFile, Entry

__all__ = [
    "Application",
    "Attest",
    "BudgetLine",
    "CostFile",
    "Entry",
    "Expectation",
    "GrantDecision",
    "Milestone",
    "Request",
    "Share",
    "Tranche",
    "TrancheStep",
]
