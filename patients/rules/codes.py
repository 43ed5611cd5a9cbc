"""The patient's code: digits only, short enough to say across a counter, the last one a check digit."""

from stdnum.iso7064 import mod_11_10

SHORTEST, LONGEST = 4, 10


def code_of(number: int) -> str:
    """The code of a number of the register: its digits and one check digit (ISO 7064 MOD 11,10)."""
    return f"{number}{mod_11_10.calc_check_digit(str(number))}"


def is_code(text: str) -> bool:
    """True for digits of a code's length whose check digit fits: a slip of one digit, or of two swapped, does
    not.
    """
    return SHORTEST <= len(text) <= LONGEST and text.isascii() and text.isdigit() and bool(mod_11_10.is_valid(text))
