"""The figures of a run as one page of text, for whoever reads no table."""

from collections.abc import Sequence
from datetime import date

from hembesok.analysis.answers import Figure, value
from hembesok.analysis.indicators.defining import Indicator, Scale

ORE_IN_KRONA = 100


def report(found: Sequence[Figure], indicators: Sequence[Indicator], on: date, of: str) -> str:
    """Return a page in Markdown: each indicator in all, with what it counts and what is missing."""
    lines = [f"# Follow-up as of {on}", "", f"Tables: {of}.", ""]
    whole = [one for one in found if not one.by]
    for indicator in indicators:
        mine = [one for one in whole if one.indicator == indicator.key]
        lines += [f"## {indicator.key}", "", *_definition(indicator), ""]
        if not mine:
            lines += ["Not collected.", ""]
            continue
        lines += ["| what | of | value | missing |", "| --- | --- | --- | --- |"]
        lines += [_row(one, indicator) for one in mine] + [""]
    return "\n".join(lines)


def _definition(indicator: Indicator) -> list[str]:
    better = {"higher": "Higher is better. ", "lower": "Lower is better. "}
    return [
        f"{better.get(str(indicator.better), '')}Unit: {indicator.unit}."
        f" Counted: {indicator.numerator}. Among: {indicator.denominator}."
    ]


def _row(one: Figure, indicator: Indicator) -> str:
    shown = value(one, indicator.scale)
    what = one.detail or indicator.key
    return f"| {what} | {_of(one, indicator)} | {_shown(shown, indicator.scale)} | {one.missing} |"


def _of(one: Figure, indicator: Indicator) -> str:
    return f"{one.numerator} of {one.denominator}" if indicator.scale is not Scale.ORE else (
        f"{one.denominator} visits"
    )  # fmt: skip


def _shown(found: float | None, scale: Scale) -> str:
    if found is None:
        return "nobody counted"
    if scale is Scale.SHARE:
        return f"{100 * found:.1f} %"
    return f"{found / ORE_IN_KRONA:.2f} kr" if scale is Scale.ORE else f"{found:.0f}"
