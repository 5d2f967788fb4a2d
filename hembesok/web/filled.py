"""What views do with a filled-in form: try to write, and show it again when that fails."""

from collections.abc import Callable, Mapping

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hembesok.values.refusals import Refusal
from hembesok.web.words import reason_text


def done(form: forms.Form, write: Callable[[], object]) -> bool:
    """Try to write; a refusal becomes an error of the form, in words."""
    try:
        write()
    except Refusal as refusal:
        form.add_error(None, reason_text(refusal.reason))
        return False
    return True


def page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, object],
    *filled: forms.Form | None,
) -> HttpResponse:
    """Show a page with its forms; one with errors makes the answer say that nothing was saved."""
    status = 422 if any(form is not None and form.errors for form in filled) else 200
    return render(request, template, dict(context), status=status)
