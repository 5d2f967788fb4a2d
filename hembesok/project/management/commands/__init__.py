"""One module for each command; `hembesok --help` lists them."""
