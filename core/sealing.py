"""What must stay unreadable to whoever holds only the database: sealed by AES-256-GCM, by keys from the environment.

`IDENTITY_KEYS` is `name:key[,name:key…]`, a key being 32 bytes in base64. The first seals, all of them open;
so a key is changed by putting a new one in front, sealing everything anew (`manage.py reseal`), and taking the old one
out.
Nothing of a key is stored by the product: keep a copy away from the server, and beside each backup's identity.
A seal holds only for the row that it was made for: one copied to another row does not open there.
"""

import base64
import binascii
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from os import urandom
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16
KEY_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,15}")
HOW: Final = (
    "Write name:key with 32 random bytes in base64, the newest first: `python -m core.sealing 2026-11` makes one."
)


class SealBroken(Exception):
    """What was sealed does not open: its key is not here, it was changed, or it belongs to another row."""


@dataclass(frozen=True)
class Sealed:
    """What is kept: which key sealed it, and the bytes (nonce, then text and tag)."""

    key: str
    content: bytes


@dataclass(frozen=True)
class Keyring:
    """The keys of an installation. `current` is the name of the one that seals."""

    current: str
    keys: Mapping[str, bytes]

    @classmethod
    def read(cls, text: str) -> "Keyring":
        """From the variable's text. Raises ValueError with what is wrong, never with a key."""
        keys: dict[str, bytes] = {}
        for part in text.split(","):
            name, _, written = part.strip().partition(":")
            if not KEY_NAME.fullmatch(name):
                raise ValueError(f"A key has no good name (a to z, digits, up to 16). {HOW}")
            if name in keys:
                raise ValueError(f"The key {name} is there twice.")
            try:
                keys[name] = base64.b64decode(written, validate=True)
            except binascii.Error as error:
                raise ValueError(f"The key {name} is not base64. {HOW}") from error
            if len(keys[name]) != KEY_BYTES:
                raise ValueError(f"The key {name} has {len(keys[name])} bytes, not {KEY_BYTES}. {HOW}")
        return cls(current=next(iter(keys)), keys=keys)

    def seal(self, plain: bytes, *, of: str) -> Sealed:
        """Seal for the row named `of` (table and key, such as `patients_identity:0192…`)."""
        nonce = urandom(NONCE_BYTES)
        return Sealed(self.current, nonce + AESGCM(self.keys[self.current]).encrypt(nonce, plain, of.encode()))

    def open(self, sealed: Sealed, *, of: str) -> bytes:
        """What was sealed for that row. Raises SealBroken."""
        if sealed.key not in self.keys:
            raise SealBroken(f"The key {sealed.key!r} is not among IDENTITY_KEYS.")
        nonce, rest = sealed.content[:NONCE_BYTES], sealed.content[NONCE_BYTES:]
        if len(rest) < TAG_BYTES:
            raise SealBroken("The sealed content is cut off.")
        try:
            return AESGCM(self.keys[sealed.key]).decrypt(nonce, rest, of.encode())
        except InvalidTag as error:
            raise SealBroken("The sealed content was changed or belongs to another row.") from error


@cache
def _read(text: str) -> Keyring:
    return Keyring.read(text)


def keyring() -> Keyring:
    """The installation's keys."""
    return _read(settings.IDENTITY_KEYS)


def check() -> None:
    """Stop the start where the keys cannot be read: a name sealed with a wrong one would be lost."""
    try:
        keyring()
    except ValueError as error:
        raise ImproperlyConfigured(f"IDENTITY_KEYS cannot be read. {error}") from error


def new_key(name: str) -> str:
    """A new key as IDENTITY_KEYS takes it. Raises ValueError for a name that cannot be one."""
    if not KEY_NAME.fullmatch(name):
        raise ValueError("A key's name has 1 to 16 of a to z, digits and hyphens.")
    return f"{name}:{base64.b64encode(urandom(KEY_BYTES)).decode()}"


if __name__ == "__main__":  # without settings: before the first start there are no keys to read
    sys.stdout.write(f"{new_key(*sys.argv[1:2] or ['1'])}\n")
