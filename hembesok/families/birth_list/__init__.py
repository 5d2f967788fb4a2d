"""Birth and clinic lists: read a file, say what the columns hold, judge every row.

Nothing here is stored. A page reads with `read_list`, proposes with `propose`,
lets a person change the columns, and shows what `judge` says; a service writes
the candidates that the person confirms.
"""

from hembesok.families.birth_list.candidates import (
    Candidate,
    CandidateGuardian,
    Judged,
    JudgedRow,
    Likeness,
    Match,
    Remark,
    Verdict,
)
from hembesok.families.birth_list.columns import Columns, heading, propose, why_not_judge
from hembesok.families.birth_list.fields import Field, Protection
from hembesok.families.birth_list.judging import judge
from hembesok.families.birth_list.likeness import Known, KnownChild, fold_name, guardian_keys
from hembesok.families.birth_list.planning import (
    Holder,
    NewHousehold,
    NewSibling,
    Plan,
    Surroundings,
    plan,
)
from hembesok.families.birth_list.reading import read_list
from hembesok.families.birth_list.sheet import Sheet
from hembesok.families.birth_list.template import template_csv, template_xlsx

__all__ = [
    "Candidate",
    "CandidateGuardian",
    "Columns",
    "Field",
    "Holder",
    "Judged",
    "JudgedRow",
    "Known",
    "KnownChild",
    "Likeness",
    "Match",
    "NewHousehold",
    "NewSibling",
    "Plan",
    "Protection",
    "Remark",
    "Sheet",
    "Surroundings",
    "Verdict",
    "fold_name",
    "guardian_keys",
    "heading",
    "judge",
    "plan",
    "propose",
    "read_list",
    "template_csv",
    "template_xlsx",
    "why_not_judge",
]
