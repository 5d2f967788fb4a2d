"""When the keys are missing or do not fit: a page in words, and the reason in the log."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from hembesok.access.keyring import KeyProblem

log = logging.getLogger(__name__)


class KeysMiddleware:
    """Answers 503 where a view met a KeyProblem: the site is not in order, whoever asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Go on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """Answer in words; other exceptions are not ours."""
        if not isinstance(problem, KeyProblem):
            return None
        # Its text names a key's id and a column, never a value.
        log.error("%s", problem)
        return render(request, "web/error.html", {"code": "keys"}, status=503)
