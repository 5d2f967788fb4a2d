"""What is true of families and the people in them; values only."""
