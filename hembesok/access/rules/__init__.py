"""What the law and the house allow, as functions over values."""
