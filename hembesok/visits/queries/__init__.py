"""What people ask about visits, in a known number of queries."""
