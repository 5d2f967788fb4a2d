"""Putting modules into a form: the sub-questionnaires of SDC, before the form is read.

A module is a questionnaire of its own, so that breastfeeding is asked in one way at every
visit and on its own. It stands in a form as a display item that names it with its version;
a form in use therefore never changes because a module did. Source: HL7 SDC, modular forms.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from hembesok.forms.elements import SUB_QUESTIONNAIRE
from hembesok.forms.faults import FormFault, nearest, shown


def assembled(
    table: Mapping[str, Any],
    modules: Mapping[str, Mapping[str, Any]],
    file: str,
    faults: list[FormFault],
) -> dict[str, Any]:
    """Return the form with each module's items where the module is named; faults are told."""
    whole = dict(table)
    if isinstance(table.get("item"), list):
        whole["item"] = list(_items(table["item"], modules, file, faults))
    return whole


def canonical_in(table: Mapping[str, Any]) -> list[str]:
    """Return the canonicals of the modules that a form names."""
    found = []
    for item in table.get("item", []) if isinstance(table.get("item"), list) else []:
        if isinstance(item, Mapping):
            named = _named(item)
            found.extend([named] if isinstance(named, str) else [])
            found.extend(canonical_in(item))
    return found


def _items(
    items: list[Any],
    modules: Mapping[str, Mapping[str, Any]],
    file: str,
    faults: list[FormFault],
) -> Iterator[Any]:
    for item in items:
        named = _named(item) if isinstance(item, Mapping) else None
        if named is not None:
            yield from _module(item, named, modules, file, faults)
        elif isinstance(item, Mapping):
            yield assembled(item, modules, file, faults)
        else:
            yield item


def _named(item: Mapping[str, Any]) -> object:
    """Return what an item's extension names as a module, None where it has none."""
    rows = item.get("extension")
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, Mapping) and row.get("url") == SUB_QUESTIONNAIRE:
            return row.get("valueCanonical", "")
    return None


def _module(
    item: Mapping[str, Any],
    named: object,
    modules: Mapping[str, Mapping[str, Any]],
    file: str,
    faults: list[FormFault],
) -> list[Any]:
    label = str(item.get("linkId", ""))[:80]

    def tell(key: str, what: str, remedy: str) -> list[Any]:
        faults.append(FormFault(file, label, key, what, remedy))
        return []

    if item.get("type") != "display":
        return tell("type", f"is {shown(item.get('type'))} at a module", 'Write type "display"')
    module = modules.get(named) if isinstance(named, str) else None
    if module is None:
        what = f"{shown(named)} is no module that is there"
        remedy = nearest(named, modules) if modules else "Write the module first"
        return tell("extension (subQuestionnaire)", what, remedy)
    return list(module["item"])
