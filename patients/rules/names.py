"""Initials, the only trace of a name that lists may show."""

import re
import unicodedata

LONGEST = 12  # six letters with their dots
_TONES = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}  # huyền, sắc, ngã, hỏi, nặng
_LIKE = str.maketrans("ĂÂĐÊÔƠƯ", "AADEOOU")


def tidy(full_name: str) -> str:
    """One writing of a name: composed letters, single spaces."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", full_name)).strip()


def initials_of(full_name: str) -> str:
    """The first letter of each part, with dots: Lò Văn Ấm is L.V.Â. The letter stays, the tone mark goes.

    Of a name with more than six parts the first and the last five count. Raises ValueError where there is no
    letter.
    """
    parts = [letters for part in tidy(full_name).split(" ") if (letters := re.sub(r"[\W\d_]", "", part))]
    if not parts:
        raise ValueError("A name has at least one letter.")
    if len(parts) > LONGEST // 2:
        parts = [parts[0], *parts[1 - LONGEST // 2 :]]
    return "".join(f"{_letter(part)}." for part in parts)


def search_key(text: str) -> str:
    """What somebody typed, as initials are compared: no dots, spaces or marks, so that "lva" finds L.V.Â."""
    letters = "".join(_letter(character) for character in unicodedata.normalize("NFC", text) if character.isalnum())
    return letters.translate(_LIKE)


def _letter(part: str) -> str:
    """The first letter in capitals without its tone mark; Ă, Â, Đ, Ê, Ô, Ơ, Ư are letters of their own."""
    spelled = unicodedata.normalize("NFD", part[0].upper())
    return unicodedata.normalize("NFC", "".join(mark for mark in spelled if mark not in _TONES))
