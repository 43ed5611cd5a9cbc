"""The key pair of the backups, made on a machine that is not the server.

    python -m config.backup.keys KEYFILE

The private key (the identity) goes into KEYFILE alone and is kept away from the server, twice; the public one (the
recipient) is printed, and is all that the server gets.
"""

import os
import sys
from pathlib import Path

from pyrage import IdentityError, RecipientError, x25519

from config.backup.errors import BackupError

PREFIX = "AGE-SECRET-KEY-"


def make(path: Path) -> str:
    """Write a new identity, readable by nobody else; answers its public key. Raises BackupError where one is there."""
    identity = x25519.Identity.generate()
    recipient = str(identity.to_public())
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise BackupError(f"{path} cannot be made: {error.strerror}. An existing key is never overwritten.") from error
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"# public key: {recipient}\n{identity}\n")
    return recipient


def identity(path: Path) -> x25519.Identity:
    """The private key in a file, as `age-keygen` and we write it. Raises BackupError."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BackupError(f"{path} cannot be read: {error}.") from error
    found = [line.strip() for line in lines if line.strip().startswith(PREFIX)]
    try:
        return x25519.Identity.from_str(found[0])
    except (IndexError, IdentityError) as error:
        raise BackupError(f"{path} holds no private key; a line of it begins with {PREFIX}.") from error


def recipient(text: str) -> x25519.Recipient:
    """The public key. Raises BackupError where it is none, or is the private one."""
    if text.startswith(PREFIX):
        raise BackupError("This is the private key: it must never come to the server. Give the public one, age1….")
    try:
        return x25519.Recipient.from_str(text)
    except RecipientError as error:
        raise BackupError("The public key of the backups begins with age1 and was not copied whole.") from error


def main() -> int:
    if len(sys.argv) != 2:
        print("Usage: python -m config.backup.keys KEYFILE", file=sys.stderr)
        return 2
    try:
        public = make(Path(sys.argv[1]))
    except BackupError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"TRAM_BACKUP_RECIPIENT={public}")
    print(f"The private key is in {sys.argv[1]}. Keep two copies away from the server: without it no backup opens.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
