"""iCalendar (RFC 5545): calendars of other systems read, and our own written. Values only."""
