"""Columns for what is sensitive: sealed texts, and blind indexes to find them by.

A sealed text is read and written as any text, in rows, `values_list`, `bulk_create` and
`update`. It cannot be looked for or sorted by in the database, which sees only ciphertext:
look-ups raise FieldError; sort what was read.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldError
from django.db import models
from django.db.models.lookups import Exact, In, IsNull

from hembesok.access.keys import keyring

if TYPE_CHECKING:
    _Text = models.TextField[str, str]
    _Char = models.CharField[str, str]
else:
    _Text, _Char = models.TextField, models.CharField

INDEX_LENGTH = 40 + 1 + 64
"""An id, a colon, SHA-256 in hex."""


class _Bound(models.Field):  # type: ignore[type-arg]
    """A column that is bound to a context: `app.model.field`, unless another is given.

    Give the old one when a model or a field gets another name; without it what is stored
    would no longer open.
    """

    def __init__(self, *args: Any, context: str = "", **kwargs: Any) -> None:
        self._context = context
        super().__init__(*args, **kwargs)

    @property
    def context(self) -> str:
        """Where the column stands."""
        return self._context or f"{self.model._meta.label_lower}.{self.name}"

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Return what a migration needs to make the column again."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | ({"context": self._context} if self._context else {})


class _Empty(Exact):
    """Finds what is empty; raises FieldError for anything else."""

    def get_prep_lookup(self) -> Any:
        if self.rhs != "":
            raise _unfindable(self.lhs.output_field, self.lookup_name)
        return self.rhs


class SealedTextField(_Bound, _Text):
    """A text that the database holds sealed. An empty one stays empty, and can be found."""

    description = "Text, sealed"

    def get_lookup(self, lookup_name: str) -> Any:
        """Return `isnull`, or `exact` for the empty text; raises FieldError for all others."""
        found = {"exact": _Empty, "isnull": IsNull}.get(lookup_name)
        if found is None:
            raise _unfindable(self, lookup_name)
        return found

    def get_transform(self, lookup_name: str) -> Any:
        """Raise FieldError: there is nothing the database can do with a sealed text."""
        raise _unfindable(self, lookup_name)

    def get_prep_value(self, value: Any) -> Any:
        """Seal."""
        text = super().get_prep_value(value)
        return keyring().seal(text, self.context) if text else text

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        """Open; raises KeyProblem, never gives anything but what was sealed."""
        return keyring().unseal(value, self.context) if value else value


def _unfindable(field: Any, lookup: str | None) -> FieldError:
    return FieldError(
        f"{field} is sealed and cannot be looked for by {lookup!r}. Look for it by a"
        " BlindIndexField beside it, or among what was read."
    )


class BlindIndexField(_Bound, _Char):
    """By what the value of a sealed column of the same row, `source`, can be found.

    Written by itself whenever its row is saved or made in bulk; whoever names fields
    (`update_fields`, `bulk_update`) names it beside its source, and `update` of the
    source is not for such rows. `filter(index__of=value)` finds a value under whichever
    key it stands; the caller writes values in one way, as twelve digits. An empty value
    has an empty index.
    """

    description = "Blind index"

    def __init__(self, *args: Any, source: str, **kwargs: Any) -> None:
        self.source = source
        fixed: dict[str, Any] = {"max_length": INDEX_LENGTH, "editable": False, "default": ""}
        super().__init__(*args, **(fixed | {"blank": True} | kwargs))

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Return what a migration needs to make the column again."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"source": self.source}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """Return the index of the row's value, by the newest key."""
        made = self.made_of(getattr(model_instance, self.source))
        setattr(model_instance, self.attname, made)
        return made

    def made_of(self, value: str) -> str:
        """Return the index of a value, by the newest key."""
        return keyring().blind(value, self.context) if value else ""


@BlindIndexField.register_lookup
class Of(In):
    """Finds the rows whose source is a value, under whichever key they are indexed."""

    lookup_name = "of"

    def __init__(self, lhs: Any, rhs: str) -> None:
        field = lhs.output_field
        super().__init__(lhs, keyring().blinds(rhs, field.context) if rhs else [""])
