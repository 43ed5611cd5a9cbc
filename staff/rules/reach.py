"""How a person is reached outside the product. Pure."""

import re
from typing import Final

_SEPARATORS: Final = re.compile(r"[\s.\-()]")
_NUMBER: Final = re.compile(r"^\+?[0-9]{8,15}$")


def dialled(phone: str) -> str | None:
    """The number as a gateway takes it, without spaces and dots; None where it is no telephone number."""
    number = _SEPARATORS.sub("", phone)
    return number if _NUMBER.match(number) else None
