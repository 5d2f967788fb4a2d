"""Notes in their compartments, consents and other grounds for reading across."""
