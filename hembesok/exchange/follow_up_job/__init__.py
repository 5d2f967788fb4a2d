"""`hembesok follow-up`: delivered tables to figures."""
