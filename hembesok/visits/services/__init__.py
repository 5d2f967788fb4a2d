"""What people do with visits: the one write path for every door."""
