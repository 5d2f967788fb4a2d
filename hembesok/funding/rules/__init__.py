"""What may be done with a grant, and where its money stands; values only."""
