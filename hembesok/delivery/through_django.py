"""Reading one site's rows through Django's own connection: for a page, and one site at a time.

One query a table, whatever the number of families. A page reads within its own transaction;
what is written between two of its queries may be seen by the later one alone, as on other pages.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

import pyarrow as pa
from django.db import models

from hembesok.access.models import Site, Staff
from hembesok.access.sealed import BlindIndexField, SealedTextField
from hembesok.enrolment.models import (
    Answer,
    Eligibility,
    Enrolment,
    Following,
    Offer,
    SitePeriod,
)
from hembesok.families.models import Child, Family, Guardian
from hembesok.funding.models import Attest, Entry, Tranche
from hembesok.visits.models import Attendance, InterpreterBooking, LaterOutcome, Visit

WAYS: Final[Mapping[type[models.Model], str]] = {
    Site: "pk",
    Family: "site",
    SitePeriod: "site",
    Guardian: "family__site",
    Child: "family__site",
    Eligibility: "child__family__site",
    Offer: "child__family__site",
    Answer: "offer__child__family__site",
    Enrolment: "child__family__site",
    Following: "enrolment__child__family__site",
    Visit: "child__family__site",
    LaterOutcome: "child__family__site",
    Attendance: "visit__child__family__site",
    InterpreterBooking: "visit__child__family__site",
    Tranche: "site",
    Entry: "tranche__site",
    Attest: "entry__tranche__site",
}
"""From a row to its site. What is not here is of no site: units and versions."""


@dataclass(frozen=True, slots=True)
class DjangoSource:
    """A read of one site; `site` is its database key."""

    site: int

    def read(self, model: type[models.Model], *names: str) -> pa.Table:
        """Return columns by the names of their fields, every value as text, none as ""."""
        fields = [_field(model, name) for name in names]
        for field in fields:
            if isinstance(field, (SealedTextField, BlindIndexField)):
                raise ValueError(f"{field} is sealed, and no column of an extract")
        columns = [field.column for field in fields]
        # Columns have the names of attributes here: child_id is both.
        rows = list(self._rows(model).values_list(*(field.attname for field in fields)))
        texts = zip(*rows, strict=True) if rows else ([] for _ in columns)
        return pa.table(
            {
                column: pa.array([_text(value) for value in values], pa.string())
                for column, values in zip(columns, texts, strict=True)
            }
        )

    def opened(self, model: type[models.Model], name: str, *plain: str) -> Iterator[dict[str, str]]:
        """Yield rows with a sealed column opened, and others beside it."""
        fields = [_field(model, one) for one in (*plain, name)]
        for row in self._rows(model).values_list(*(field.attname for field in fields)):
            columns = (str(field.column) for field in fields)
            yield {column: _text(value) for column, value in zip(columns, row, strict=True)}

    def _rows(self, model: type[models.Model]) -> "models.QuerySet[Any]":
        found = model._default_manager.order_by()
        if model is Staff:
            there = Attendance.objects.filter(visit__child__family__site=self.site)
            return found.filter(pk__in=there.values("staff"))
        way = WAYS.get(model)
        return found if way is None else found.filter(**{way: self.site})


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _field(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    return cast("models.Field[Any, Any]", model._meta.get_field(name))
