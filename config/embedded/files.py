"""Small files that hold secrets or facts about the running servers."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any

PRIVATE = 0o600


def write_private(path: Path, text: str) -> None:
    """Write the file whole or not at all, readable by nobody but this user."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mkstemp makes it 0600
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(name).replace(path)


def write_private_json(path: Path, value: Any) -> None:
    write_private(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def read_json(path: Path) -> Any:
    """Return what the file holds, None where it does not exist."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
