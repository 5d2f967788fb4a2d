"""What a person sees when something is wrong: never a traceback, always what to do."""

from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string

from hembesok.web.gate import open_to_all


@open_to_all
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return render(request, "web/error.html", {"code": 400}, status=400)


@open_to_all
def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return render(request, "web/error.html", {"code": 403}, status=403)


@open_to_all
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: the same words for what does not exist and for what is not yours."""
    return render(request, "web/error.html", {"code": 404}, status=404)


@open_to_all
def server_error(request: HttpRequest) -> HttpResponse:
    """500, without the request: whatever failed may be what the page would be made of."""
    return HttpResponseServerError(render_to_string("web/error.html", {"code": 500}))


@open_to_all
def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was too old, or came from another site."""
    return render(request, "web/error.html", {"code": "csrf"}, status=403)
