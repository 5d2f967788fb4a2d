"""What people do with families and who is named for them."""
