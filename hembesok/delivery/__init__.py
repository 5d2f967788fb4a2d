"""Delivery: a site's own database turned into the tables that follow-up reads."""
