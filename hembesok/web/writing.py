"""Trying to write: a refusal of the rules becomes an error of the form, in words."""

from collections.abc import Callable

from django import forms

from hembesok.values.refusals import Refusal
from hembesok.web.words import reason_text


def done(form: forms.Form, write: Callable[[], object]) -> bool:
    """Write, and tell whether it was done."""
    try:
        write()
    except Refusal as refusal:
        form.add_error(None, reason_text(refusal.reason))
        return False
    return True
