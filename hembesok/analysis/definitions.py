"""The indicators and the tables in words, as docs/follow-up.md and docs/tables.md print them."""

from hembesok.analysis.contract import TABLES, VERSION, Column, Table
from hembesok.analysis.indicators import ALL, Indicator
from hembesok.analysis.indicators.visiting import COVERAGE


def indicators() -> str:
    """Return every indicator under its own heading, in Markdown."""
    return "\n".join(_indicator(one) for one in (*ALL, *COVERAGE))


def _indicator(one: Indicator) -> str:
    described = (one.counts.__doc__ or "").partition("\n")[0]
    lines = [
        f"### {one.key}",
        "",
        described,
        "",
        "| | |",
        "| --- | --- |",
        f"| counted | {one.numerator} |",
        f"| among | {one.denominator} |",
        f"| missing | {one.missing} |",
        f"| not applicable | {one.not_applicable} |",
        f"| window | {one.window} |",
        f"| unit, scale | {one.unit}; {one.scale} |",
        f"| better | {one.better} |",
        f"| tables | {', '.join(one.needs)} |",
        f"| source | {one.source} |",
        "",
    ]
    return "\n".join(lines)


def tables() -> str:
    """Return the tables of the contract, in Markdown."""
    head = f"Version {VERSION} of the contract.\n"
    return "\n".join([head, *(_table(table) for table in TABLES)])


def _table(table: Table) -> str:
    key = f" No two rows have the same {', '.join(table.key)}." if table.key else ""
    lines = [f"### {table.name}", "", f"A row is {table.a_row}.{key}", ""]
    lines += ["| column | type | what | empty means |", "| --- | --- | --- | --- |"]
    lines += [_column(column) for column in table.columns]
    return "\n".join([*lines, ""])


def _column(column: Column) -> str:
    what = column.meaning
    if column.unit:
        what += f" ({column.unit})"
    if column.codes:
        what += ": " + ", ".join(f"`{code}` {word}" for code, word in column.codes.items())
    if column.refers:
        what += f"; stands in `{column.refers}`"
    return f"| {column.name} | {column.type} | {what} | {column.empty or 'may not be'} |"
