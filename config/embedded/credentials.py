"""Generated passwords and keys of one data folder; made once, kept 0600."""

import secrets
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from config.embedded.errors import EmbeddedError
from config.embedded.files import read_json, write_private_json

CREDENTIALS_FILE = "credentials.json"


@dataclass(frozen=True, repr=False)
class Credentials:
    """What opens the embedded servers, and the keys of the processes beside them."""

    superuser: str
    owner: str
    application: str
    valkey: str
    secret_key: str
    day_heads_key: str


def generate() -> Credentials:
    return Credentials(**{field.name: secrets.token_urlsafe(48) for field in fields(Credentials)})


def load_or_generate(folder: Path) -> Credentials:
    """The data folder's credentials, made at its first start."""
    path = folder / CREDENTIALS_FILE
    stored = read_json(path)
    if stored is not None:
        try:
            return Credentials(**stored)
        except TypeError:
            raise EmbeddedError(f"{path} was written by another version of Trạm; run `make reset`.") from None
    credentials = generate()
    write_private_json(path, asdict(credentials))
    return credentials
