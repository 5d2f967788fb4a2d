"""What bookkeeping files hold: counts, balances, and what is wrong with them."""
