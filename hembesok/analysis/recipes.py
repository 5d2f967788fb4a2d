"""Queries that were made before: a page asks the same each time, and only the rows are new.

To make a query of forty expressions takes Ibis longer than it takes an engine to answer it for one
site. What is kept is the text of the query, never a result.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Final, NamedTuple, TypeVar

import ibis.expr.types as ir

from hembesok.analysis.engines import Engine, Recipe

_MOST: Final = 64
T = TypeVar("T")


class _Made(NamedTuple):
    recipe: Recipe
    more: object


_known: OrderedDict[Hashable, _Made] = OrderedDict()
_lock = Lock()


def made_before(
    engine: Engine, key: Hashable, make: Callable[[], tuple[ir.Table, T]]
) -> tuple[Recipe, T]:
    """Return the query that `make` makes for this engine and key, and what comes with it.

    The key says all that the query rests on; None is for what is asked once.
    """
    whole = (engine.name, key)
    with _lock:
        if key is not None and whole in _known:
            _known.move_to_end(whole)
            found = _known[whole]
            return found.recipe, found.more  # type: ignore[return-value]
    expression, more = make()
    recipe = engine.recipe(expression)
    if key is not None:
        with _lock:
            _known[whole] = _Made(recipe, more)
            while len(_known) > _MOST:
                _known.popitem(last=False)
    return recipe, more
