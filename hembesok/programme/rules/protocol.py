"""What a programme is: steps with windows, in one version, beside a base programme.

Source: the site's protocol, kept as TOML in programme/protocols. Nothing about
ages, numbers of visits or professions is written in code, because "six home
visits" means six extra ones in Skäggetorp and four extra ones in Göteborg.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache

from hembesok.values.dates import Span, add


class Kind(StrEnum):
    """Where and how a visit is held."""

    HOME = "home"
    CLINIC = "clinic"
    TEAM = "team"
    REMOTE = "remote"


class Profession(StrEnum):
    """Who may take part; the local title (föräldrarådgivare, föräldrastödjare …) is a label."""

    CHILD_HEALTH_NURSE = "child_health_nurse"
    CHILD_HEALTH_DOCTOR = "child_health_doctor"
    PSYCHOLOGIST = "psychologist"
    PARENTAL_ADVISER = "parental_adviser"
    MIDWIFE = "midwife"
    DENTAL_NURSE = "dental_nurse"


class Anchor(StrEnum):
    """The day a step's ages are counted from.

    Discharge is for what counts from coming home after neonatal care; a child
    who was never in such care was discharged, for our purpose, at birth.
    """

    BIRTH = "birth"
    DISCHARGE = "discharge"


class Relation(StrEnum):
    """How a step stands to a step of the base programme."""

    ADDITIONAL = "additional"
    COMBINED_WITH = "combined_with"
    REPLACES = "replaces"


@dataclass(frozen=True, slots=True)
class Words:
    """A text in the two languages of the interface."""

    sv: str
    en: str


@dataclass(frozen=True, slots=True)
class Step:
    """One visit of a programme, and the ages between which it belongs.

    Unit: `opens`, `target`, `closes` are spans from the anchor day; `grace` is a
    span from the day the window closes, or None for "until the next step of
    the same kind opens".
    """

    key: str
    title: Words
    kind: Kind
    opens: Span
    target: Span
    closes: Span
    professions: tuple[Profession, ...] = ()
    themes: tuple[str, ...] = ()
    grace: Span | None = None
    anchor: Anchor = Anchor.BIRTH
    relation: Relation | None = None
    base_step: str | None = None

    def __post_init__(self) -> None:
        """Refuse a step that could give some child a window out of order."""
        if not (never_after(self.opens, self.target) and never_after(self.target, self.closes)):
            raise ValueError(
                f"a window runs opens, target, closes for every birth date; got"
                f" {self.opens}, {self.target}, {self.closes}"
            )
        if self.grace is not None and not never_after(Span(), self.grace):
            raise ValueError(f"grace is never negative; got {self.grace}")
        linked = self.relation in (Relation.COMBINED_WITH, Relation.REPLACES)
        if linked != (self.base_step is not None):
            raise ValueError("combined_with and replaces name a base step, and only they do")


@dataclass(frozen=True, slots=True)
class Protocol:
    """A programme in one version: the steps in the order they are written."""

    key: str
    version: str
    title: Words
    steps: tuple[Step, ...]
    themes: Mapping[str, Words]
    base: tuple[str, str] | None = None
    source: str = ""

    def __post_init__(self) -> None:
        """Refuse two steps with one key, since the key is what a visit is linked by."""
        keys = [step.key for step in self.steps]
        if len(set(keys)) != len(keys):
            raise ValueError(f"step keys must be different; got {keys}")

    @property
    def identity(self) -> tuple[str, str]:
        """Key and version: what a child is enrolled on."""
        return self.key, self.version

    def step(self, key: str) -> Step:
        """Return the step with this key; raises KeyError."""
        for step in self.steps:
            if step.key == key:
                return step
        raise KeyError(key)


# eq=False: a plan is compared and hashed as the object it is, so that what is computed
# from it can be kept by it.
@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """All a child is invited to: the programme's own steps and what remains of the base.

    `mirrors` maps a base step to the programme step held together with it: one
    visit, seen from both programmes.
    """

    own: tuple[Step, ...]
    base: tuple[Step, ...] = ()
    mirrors: Mapping[str, str] = field(default_factory=dict)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The programme's own steps, then those of the base."""
        return self.own + self.base

    def same_visit(self, key: str) -> tuple[str, ...]:
        """Return the keys one visit stands for: the step, and what it is held together with."""
        own = self.mirrors.get(key, key)
        return own, *(base for base, step in self.mirrors.items() if step == own)

    def count(self, kind: Kind) -> int:
        """Return how many visits of this kind the child is invited to; a mirror is no extra."""
        return sum(step.kind is kind and step.key not in self.mirrors for step in self.steps)


def plan(protocol: Protocol, base: Protocol | None = None) -> Plan:
    """Lay a programme beside its base programme.

    Raises ValueError when the base is not the one the programme names, when a
    step is linked to a base step that does not exist or that another step is
    combined with, or when keys collide.
    """
    if base is None:
        return Plan(own=protocol.steps)
    if protocol.base != base.identity:
        named = " ".join(protocol.base) if protocol.base else "no base programme"
        raise ValueError(
            f"it names {named}, and this is {' '.join(base.identity)}; give the one it names"
        )
    base_keys = {step.key for step in base.steps}
    if faults := [fault for step in protocol.steps if (fault := _why_not_beside(step, base_keys))]:
        raise ValueError("; ".join(faults))
    mirrors = _linked(protocol.steps, Relation.COMBINED_WITH)
    replaced = _linked(protocol.steps, Relation.REPLACES)
    combined = sum(step.relation is Relation.COMBINED_WITH for step in protocol.steps)
    if len(mirrors) < combined or mirrors.keys() & replaced.keys():
        raise ValueError("a base step may be combined with one step only, and then not replaced")
    remaining = tuple(step for step in base.steps if step.key not in replaced)
    return Plan(own=protocol.steps, base=remaining, mirrors=mirrors)


def _why_not_beside(step: Step, base_keys: Collection[str]) -> str:
    if step.key in base_keys:
        return f"step {step.key}: the base programme has a step of that key; choose another"
    if step.base_step is None or step.base_step in base_keys:
        return ""
    near = get_close_matches(step.base_step, base_keys, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"it has {', '.join(sorted(base_keys))}"
    return f"step {step.key}: the base programme has no step {step.base_step!r}; {hint}"


def _linked(steps: Iterable[Step], relation: Relation) -> dict[str, str]:
    return {
        step.base_step: step.key for step in steps if step.relation is relation and step.base_step
    }


# Every length of month and both kinds of February; and the four years around 2100, which is
# no leap year, so that 48 months are a day shorter there.
_BIRTHS = tuple(
    date(year, 1, 1) + timedelta(n) for year in (2023, 2097) for n in range(4 * 365 + 2)
)


# A file's steps use few different spans, and the same files are read again and again.
@lru_cache(maxsize=1024)
def never_after(one: Span, other: Span) -> bool:
    """Tell whether `one` ends no later than `other`, whatever day they are counted from."""
    if one.months <= other.months and one.days <= other.days:
        return True  # months and days only ever move a date forward
    return all(add(day, one) <= add(day, other) for day in _BIRTHS)
