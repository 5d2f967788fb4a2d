"""`hembesok schedule`: a file of children and a file of visits to a file of child × step."""
