"""Addresses: all of them are the web's so far."""

from django.urls import include, path

urlpatterns = [path("", include("hembesok.web.urls"))]

handler400 = "hembesok.web.views.errors.bad_request"
handler403 = "hembesok.web.views.errors.forbidden"
handler404 = "hembesok.web.views.errors.not_found"
handler500 = "hembesok.web.views.errors.server_error"
