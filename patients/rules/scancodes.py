"""The digit of kind that a scanned treatment card begins with."""

CARD = 1
