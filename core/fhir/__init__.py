"""FHIR R4 for other programs: the parts that every room shares, and nothing of the field (docs/fhir.md)."""
