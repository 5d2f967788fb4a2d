"""Organisations, staff, assignments, who may see what, the trail of reads and writes."""
