"""Cases and agreements, as stored: what was written and done, which only grows."""

from hembesok.agreements.models.agreement import Agreement, AgreementStep, AgreementVersion, Duty
from hembesok.agreements.models.case import Case, CaseAct, MemorandumVersion

__all__ = [
    "Agreement",
    "AgreementStep",
    "AgreementVersion",
    "Case",
    "CaseAct",
    "Duty",
    "MemorandumVersion",
]
