"""Addresses of the pages: short English words and opaque references, never a name or number."""

from django.urls import path

from hembesok.web.views import audit, families, session, visits

urlpatterns = [
    path("", session.start, name="start"),
    path("login", session.sign_in, name="sign-in"),
    path("logout", session.sign_out, name="sign-out"),
    path("role", session.choose_role, name="choose-role"),
    path("lock", session.lock, name="lock"),
    path("locked", session.locked, name="locked"),
    path("language", session.choose_language, name="set_language"),
    path("home", session.home, name="home"),
    path("today", families.today, name="today"),
    path("overview", families.overview, name="overview"),
    path("families", families.families, name="families"),
    path("audit", audit.audit, name="audit"),
    path("audit/csv", audit.download, name="audit-csv"),
    path("audit/review", audit.review, name="audit-review"),
    path("f/<slug:ref>", families.family, name="family"),
    path("f/<slug:ref>/<int:number>/number", families.show_number, name="show-number"),
    path("f/<slug:ref>/<int:number>/v/<slug:step>/book", visits.book, name="book"),
    path("f/<slug:ref>/<int:number>/v/<slug:step>/record", visits.record, name="record"),
    path("f/<slug:ref>/<int:number>/v/<slug:step>/withdraw", visits.withdraw, name="withdraw"),
]
