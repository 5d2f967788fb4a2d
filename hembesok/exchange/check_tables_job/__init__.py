"""`hembesok check-tables`: says of a delivery what is wrong with it, and what to do."""
