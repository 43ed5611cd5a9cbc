"""Which migrations a release that somebody runs has. One command marks a release: `make release VERSION=2026.11`.

From then on the schema only grows from one release to the next, because old and new code run on it side by side during
an upgrade (CONTRIBUTING.md, tests/codebase/test_additive.py). A version is the year and the month, and a number where a
month has more than one: 2026.11, 2026.11.1.
"""

import json
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).with_suffix(".json")
PROJECT: Final = Path(__file__).resolve().parents[2] / "pyproject.toml"
VERSION: Final = re.compile(r"20\d\d\.(?:[1-9]|1[0-2])(?:\.[1-9]\d*)?")
_OF_THE_PROJECT: Final = re.compile(r'^version = "([^"]*)"$', re.MULTILINE)

Names = dict[str, list[str]]


class NoRelease(Exception):
    """This is no version, or no next one; the message says why."""


def version() -> str:
    """Of the last release; empty before the first one."""
    return str(_read()["version"])


def released() -> Names:
    """The names of each room's migrations in the last release; empty before the first one."""
    return dict(_read()["migrations"])


def mark(new: str, *, migrations: Mapping[str, list[str]], file: Path = FILE, project: Path = PROJECT) -> None:
    """Write down a release: its version, also as the project's, and its migrations. Raises NoRelease and writes
    nothing where the version does not follow the last one, or a migration of the last one is gone.
    """
    last = _read(file)
    if not VERSION.fullmatch(new):
        raise NoRelease(f"{new!r} is no version: year and month, 2026.11, and .1 for a second one of the month.")
    if last["version"] and _order(new) <= _order(last["version"]):
        raise NoRelease(f"{new} does not come after {last['version']}.")
    gone = {room: sorted(set(names) - set(migrations.get(room, ()))) for room, names in last["migrations"].items()}
    if any(gone.values()):
        raise NoRelease(f"Released migrations are gone: {[name for names in gone.values() for name in names]}.")
    text, put = _OF_THE_PROJECT.subn(f'version = "{new}"', project.read_text(encoding="utf-8"))
    if put != 1:
        raise NoRelease(f"{project.name} has no line `version = …`.")
    told = {"version": new, "migrations": {room: sorted(names) for room, names in migrations.items()}}
    file.write_text(json.dumps(told, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    project.write_text(text, encoding="utf-8")


def on_disk() -> Names:
    """The migrations that there are, by room."""
    from django.db.migrations.loader import MigrationLoader

    from core.tables import OUR_APPS

    names: Names = {}
    for app, name in sorted(MigrationLoader(None).disk_migrations):
        if app in OUR_APPS:
            names.setdefault(app, []).append(name)
    return names


def _read(file: Path = FILE) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def _order(text: str) -> list[int]:
    return [int(part) for part in text.split(".")]


def main(words: list[str]) -> None:
    if len(words) != 1:
        sys.exit("Which version? make release VERSION=2026.11")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    try:
        mark(words[0], migrations=on_disk())
    except NoRelease as refused:
        sys.exit(str(refused))
    sys.stdout.write(f"Marked {words[0]}. Commit {FILE.name} and {PROJECT.name}, and tag the commit {words[0]}.\n")


if __name__ == "__main__":
    main(sys.argv[1:])
