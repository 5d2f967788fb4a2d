"""Calendars of other systems, read and written."""
