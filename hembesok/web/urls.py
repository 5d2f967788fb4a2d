"""Addresses of the pages: short English words and opaque references, never a name or number."""

from django.urls import path

from hembesok.web.views import audit, factors, families, oidc, session, visits

urlpatterns = [
    path("", session.start, name="start"),
    path("login", session.sign_in, name="sign-in"),
    path("login/code", factors.factor, name="factor"),
    path("login/passkey", factors.passkey, name="passkey"),
    path("login/passkey/options", factors.passkey_options, name="passkey-options"),
    path("login/oidc/<slug:provider>", oidc.oidc_start, name="oidc-start"),
    path("login/oidc/<slug:provider>/back", oidc.oidc_back, name="oidc-back"),
    path("factors", factors.factors, name="factors"),
    path("factors/app", factors.factor_app, name="factor-app"),
    path("factors/passkey", factors.factor_passkey, name="factor-passkey"),
    path("factors/passkey/options", factors.factor_passkey_options, name="factor-passkey-options"),
    path("factors/codes", factors.factor_codes, name="factor-codes"),
    path("factors/remove", factors.factor_remove, name="factor-remove"),
    path("logout", session.sign_out, name="sign-out"),
    path("role", session.choose_role, name="choose-role"),
    path("lock", session.lock, name="lock"),
    path("seen", session.seen, name="seen"),
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
