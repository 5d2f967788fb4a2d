"""When a visit may be booked, recorded and documented; values only."""
