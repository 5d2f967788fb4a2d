"""What a case and an agreement may go through, and what has to stand in their papers."""
