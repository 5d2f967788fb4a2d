"""Ages, windows of days, identity numbers, refusals: nothing but Python."""
