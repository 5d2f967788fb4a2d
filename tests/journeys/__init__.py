"""What people do at a browser, from signing in to the receipt."""
