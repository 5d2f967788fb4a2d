"""Follow-up from delivered tables: what was reached, by whom, and what is not known."""
