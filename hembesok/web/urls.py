"""Addresses of the pages: short English words and opaque references, never a name or number."""

from django.urls import path

from hembesok.web.views import admin, families, naming, protection, secrecy, session, visits

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
    path("f/<slug:ref>", families.family, name="family"),
    path("f/<slug:ref>/<int:number>/number", families.show_number, name="show-number"),
    path("f/<slug:ref>/<int:number>/v/<slug:step>/book", visits.book, name="book"),
    path("f/<slug:ref>/<int:number>/v/<slug:step>/record", visits.record, name="record"),
    path("f/<slug:ref>/<int:number>/v/<slug:step>/withdraw", visits.withdraw, name="withdraw"),
    # Secrecy, naming, protected persons, administration.
    path("f/<slug:ref>/notes", secrecy.notes, name="notes"),
    path("f/<slug:ref>/disclosures", secrecy.disclosures, name="disclosures"),
    path("f/<slug:ref>/team", naming.team, name="team"),
    path("f/<slug:ref>/protection", protection.protection, name="protection"),
    path("f/<slug:ref>/home", protection.home, name="home-of-family"),
    path("f/<slug:ref>/home/show", families.show_home, name="show-home"),
    path("f/<slug:ref>/extract", protection.extract, name="extract"),
    path("f/<slug:ref>/extract/csv", protection.extract_csv, name="extract-csv"),
    path("naming", naming.naming, name="naming"),
    path("cover", naming.cover, name="cover"),
    path("emergency", naming.emergency, name="emergency"),
    path("emergencies", naming.emergencies, name="emergencies"),
    path("notices/<int:number>/seen", naming.see, name="see"),
    path("extracts", protection.extracts, name="extracts"),
    path("admin/staff", admin.staff, name="admin-staff"),
    path("admin/staff/<int:number>", admin.account, name="admin-account"),
    path("admin/units", admin.units, name="admin-units"),
    path("admin/sites", admin.sites, name="admin-sites"),
    path("admin/sites/<int:number>", admin.site, name="admin-site"),
]
