"""Children, guardians, languages, where they live, and the team that visits."""
