"""The extract: the tables of the follow-up contract, out of a site's own database."""
