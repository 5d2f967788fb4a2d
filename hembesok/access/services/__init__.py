"""What people do with organisations, assignments and the trail."""
