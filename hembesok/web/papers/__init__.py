"""What each paper says: its words, in the language of the record, as one document for all forms."""
