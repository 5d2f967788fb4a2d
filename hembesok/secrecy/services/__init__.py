"""What people do with notes, consents and other grounds."""
