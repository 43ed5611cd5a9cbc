"""The digit that the codes of dispensing's papers begin with (core.scanning)."""

SHEET = 5
