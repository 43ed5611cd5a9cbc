"""The digits of kind that our scanned labels begin with."""

BOTTLE = 2
CONSIGNMENT = 3
