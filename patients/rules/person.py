"""Who a patient is, as it is sealed: the name, and by which telephones they are reached."""

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MOST_PHONES: Final = 3
_SEPARATORS: Final = re.compile(r"[\s.\-()]+")
_NATIONAL: Final = re.compile(r"0[1-9][0-9]{8,9}")  # mobile 10 digits, landline with its area code 11


class Whose(StrEnum):
    """Whose telephone it is: what may be said there depends on it."""

    OWN = "own"
    FAMILY = "family"
    OTHER = "other"


WHOSE_WORDS: Final[dict[str, str | Promise]] = {
    Whose.OWN: _("của người bệnh"),
    Whose.FAMILY: _("của người nhà"),
    Whose.OTHER: _("của người khác"),
}


@dataclass(frozen=True)
class Phone:
    """One telephone, its number in national digits (0912345678)."""

    number: str
    whose: Whose

    @property
    def words(self) -> str | Promise:
        return WHOSE_WORDS[self.whose]

    @property
    def grouped(self) -> str:
        """As it is read aloud: 0912 345 678."""
        return f"{self.number[:4]} {self.number[4:7]} {self.number[7:]}"


@dataclass(frozen=True)
class Particulars:
    """What is sealed of one patient."""

    full_name: str
    phones: tuple[Phone, ...] = ()

    def packed(self) -> bytes:
        phones = [[phone.number, phone.whose.value] for phone in self.phones]
        return json.dumps({"v": 1, "name": self.full_name, "phones": phones}, ensure_ascii=False).encode()

    @classmethod
    def unpacked(cls, content: bytes) -> "Particulars":
        """The inverse of `packed`. Raises ValueError for what was never packed so."""
        try:
            said = json.loads(content)
            if said["v"] != 1:
                raise ValueError("An identity of a later version.")
            return cls(said["name"], tuple(Phone(number, Whose(whose)) for number, whose in said["phones"]))
        except (KeyError, TypeError) as error:
            raise ValueError("Not an identity.") from error


def tidy_phone(text: str) -> str:
    """A Vietnamese telephone number in national digits; +84 and separators are understood. Raises ValueError."""
    digits = _SEPARATORS.sub("", text.strip())
    if digits.startswith("+84"):
        digits = f"0{digits[3:].removeprefix('0')}"
    if not _NATIONAL.fullmatch(digits):
        raise ValueError("Not a Vietnamese telephone number.")
    return digits
