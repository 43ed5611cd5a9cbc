"""The digit of kind that a scanned bottle label begins with."""

BOTTLE = 2
