"""Disclosure control: what of a table may leave a unit, so that no one can be told from it."""
