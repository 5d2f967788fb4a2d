"""Cases with their decisions, and the agreements that the decisions are about."""
