"""What people do, through the services."""
