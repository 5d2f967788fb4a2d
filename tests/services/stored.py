"""What is stored, before and after; what a deed adds to the trail; and what is refused."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.utils import translation

from hembesok.access.models import TrailEntry, TrailHead
from hembesok.values.refusals import Reason, Refusal
from hembesok.web.words import reason_text


def everything(*, but_the_trail: bool = False) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table of ours."""
    models = [m for m in apps.get_models() if m.__module__.startswith("hembesok.")]
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values_list())
        for model in models
        if not (but_the_trail and model in (TrailEntry, TrailHead))
    }


@contextmanager
def trail() -> Iterator[list[TrailEntry]]:
    """Collect the lines that the block adds to the trail."""
    last = TrailEntry.objects.order_by("pk").last()
    found: list[TrailEntry] = []
    yield found
    found += TrailEntry.objects.filter(pk__gt=last.pk if last else 0).order_by("pk")


def refusal(deed: Callable[[], object]) -> Reason:
    """Do what must be refused: nothing is written, and the reason has words in both languages."""
    before = everything()
    with pytest.raises(Refusal) as refused:
        deed()
    assert everything() == before
    reason = refused.value.reason
    for language in ("sv", "en"):
        with translation.override(language):
            assert "%" not in reason_text(reason)
    return reason
