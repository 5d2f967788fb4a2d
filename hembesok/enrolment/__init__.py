"""Joining, moving between versions, and leaving."""
