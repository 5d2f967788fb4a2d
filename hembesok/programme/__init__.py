"""The protocol: which visits, which windows, in which version."""
