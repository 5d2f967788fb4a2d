"""What those who build Hembesök run; nothing here is part of the product."""
