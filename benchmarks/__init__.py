"""Measurements beside a limit or a competitor, each a command of its own."""
