"""What is true of a programme and a child's steps in it; values only."""
