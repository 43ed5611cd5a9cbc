"""The order of the Vietnamese dictionary, which the database's collation does not know; words without their marks."""

import unicodedata
from typing import Final

_LETTERS: Final = {letter: place for place, letter in enumerate(" aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
_TONES: Final = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}  # huyền, hỏi, ngã, sắc, nặng
_OTHER: Final = len(_LETTERS)

Key = tuple[tuple[int, ...], tuple[int, ...], str]


def sort_key(text: str) -> Key:
    """Sorts by letters first (a ă â b … d đ …), then by tone, then as written: Mường Ảng stands before Mường Pồn."""
    letters: list[int] = []
    tones: list[int] = []
    for character in unicodedata.normalize("NFC", text).lower():
        parts = unicodedata.normalize("NFD", character)
        plain = unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONES))
        letters.append(_LETTERS.get(plain, _OTHER + ord(plain[0])))
        tones.append(next((_TONES[part] for part in parts if part in _TONES), 0))
    return tuple(letters), tuple(tones), text


def unmarked(text: str) -> str:
    """Small letters without marks, for finding what somebody types on a telephone: Đèo Thị Ánh is deo thi anh."""
    parts = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(part for part in parts if not unicodedata.combining(part))
