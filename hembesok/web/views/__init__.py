"""What staff press and see: a view reads, makes one call, shows."""
