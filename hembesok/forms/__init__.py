"""Forms as data: questionnaires in FHIR R4, what they ask, and the answers."""
