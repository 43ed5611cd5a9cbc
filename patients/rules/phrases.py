"""The ten phrases of the window as files that a province can replace: what such a file must say."""

import hashlib
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

KEYS: Final = (
    "drink_all", "alcohol", "sleepy", "other_medicine", "pregnant", "vomit", "come_tomorrow", "children", "no_mixing",
    "danger_signs",
)  # fmt: skip
SOURCE: Final = "vi"
LONGEST: Final = 200  # characters: what stays readable in big type on one sheet


class PhrasesRefused(ValueError):
    """The file is not used; the message says in one sentence what it lacks."""


@dataclass(frozen=True)
class PhraseSet:
    """Ten reviewed phrases of one language, in the order of KEYS. `version` is the digest of exactly these words."""

    language: str
    name: str
    also_written: tuple[str, ...]
    reviewed_by: str
    phrases: tuple[str, ...]
    version: str

    def is_called(self, language: str) -> bool:
        """Whether the register's words for a language mean this one."""
        return folded(language) in {folded(name) for name in (self.name, self.language, *self.also_written)}


def folded(language: str) -> str:
    """A language's name without case and without the word "tiếng" before it. Vietnamese marks stay: they tell
    languages apart.
    """
    plain = unicodedata.normalize("NFC", language).casefold().strip()
    return plain.removeprefix("tiếng ").strip()


def read(text: str, *, stem: str) -> PhraseSet:
    """A phrase set from a TOML file named `stem`.toml. Raises PhrasesRefused with the first thing that is wrong."""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PhrasesRefused(f"it is not TOML: {error}.") from error
    language, name, reviewed_by = (_line(told, key) for key in ("language", "name", "reviewed_by"))
    if language != stem:
        raise PhrasesRefused(f'language is "{language}", but the file is named {stem}.toml.')
    also = told.get("also_written", [])
    if not isinstance(also, list) or not all(isinstance(one, str) for one in also):
        raise PhrasesRefused("also_written is not a list of words.")
    table = told.get("phrases")
    if not isinstance(table, dict):
        raise PhrasesRefused("it has no [phrases].")
    unknown = sorted(set(table) - set(KEYS))
    if unknown:
        raise PhrasesRefused(f"[phrases] has {unknown[0]}, which is none of the ten.")
    phrases = tuple(_line(table, key) for key in KEYS)
    return PhraseSet(language, name, tuple(also), reviewed_by, phrases, _version(language, phrases))


def find(language: str, sets: Iterable[PhraseSet]) -> PhraseSet | None:
    """The set of a patient's language; None where no reviewed translation is there."""
    return next((one for one in sets if language.strip() and one.is_called(language)), None)


def _line(table: dict[str, Any], key: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value.strip():
        raise PhrasesRefused(f"{key} is missing or empty.")
    if len(value) > LONGEST:
        raise PhrasesRefused(f"{key} is longer than {LONGEST} characters.")
    return " ".join(value.split())


def _version(language: str, phrases: tuple[str, ...]) -> str:
    """SHA-256 over the language and the phrases, each with its length before it."""
    digest = hashlib.sha256()
    for text in (language, *phrases):
        encoded = text.encode()
        digest.update(len(encoded).to_bytes(4, "big") + encoded)
    return digest.hexdigest()
