"""Hembesök: runs an extended home-visiting programme, from first offer to last evaluation."""
