"""Plan, book, hold and document a visit."""
