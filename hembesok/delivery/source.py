"""What a site's database is read through: columns of its models, every value as text."""

from collections.abc import Iterator
from typing import Protocol

import pyarrow as pa
from django.db import models


class Source(Protocol):
    """An open read of one site's rows, or of all."""

    def read(self, model: type[models.Model], *names: str) -> pa.RecordBatchReader | pa.Table:
        """Return columns by the names of their fields, none as nothing: "" instead.

        Columns are called as in the database. Raises ValueError for what is sealed.
        """

    def opened(self, model: type[models.Model], name: str, *plain: str) -> Iterator[dict[str, str]]:
        """Yield rows with a sealed column opened in memory, and others beside it."""
