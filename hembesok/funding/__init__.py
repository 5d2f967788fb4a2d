"""The grant ledger: from the state's decision to the last krona repaid."""
