"""What people do with cases and agreements."""
