"""The steps of the overdose card: files that come along, and over them those of the province's own folder."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings

OURS: Final = Path(__file__).resolve().parents[2] / "overdose"
SOURCE_LANGUAGE: Final = "vi"
MOST: Final = 12  # steps: what fits one side of a sheet


class StepsRefused(ValueError):
    """The file is not used; the message says in one sentence what it lacks."""


@dataclass(frozen=True)
class Step:
    """What to do, how, and the keys of its sources."""

    title: str
    text: str
    source: str


@dataclass(frozen=True)
class Steps:
    """The steps in one language with their sources and who answers for them."""

    language: str
    reviewed_by: str
    steps: tuple[Step, ...]
    sources: tuple[tuple[str, str], ...]


def steps_in(language: str) -> Steps:
    """The steps in a language, the province's file before ours; in Vietnamese where there is no usable other."""
    own = str(settings.OVERDOSE_DIR)
    for wanted in (language, SOURCE_LANGUAGE):
        for folder in ([Path(own)] if own else []) + [OURS]:
            found = _usable(folder / f"{wanted}.toml")
            if found is not None:
                return found
    raise StepsRefused("There is no usable file of steps.")


def refusals() -> list[str]:
    """One sentence for each file of the province's folder that is left out."""
    own = str(settings.OVERDOSE_DIR)
    found = []
    for path in sorted(Path(own).glob("*.toml")) if own else []:
        try:
            _read(path, path.stat().st_mtime_ns)
        except (StepsRefused, OSError, UnicodeDecodeError) as refused:
            found.append(f"{path.name} is not used: {refused}")
    return found


def _usable(path: Path) -> Steps | None:
    try:
        return _read(path, path.stat().st_mtime_ns)
    except (StepsRefused, OSError, UnicodeDecodeError):
        return None


@lru_cache(maxsize=16)
def _read(path: Path, _changed: int) -> Steps:
    """Read once for each change of the file, so that a replaced file needs no restart."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise StepsRefused(f"it is not TOML: {error}.") from error
    steps = tuple(Step(*(_line(step, key) for key in ("title", "text", "source"))) for step in _rows(told, "steps"))
    if not 3 <= len(steps) <= MOST:
        raise StepsRefused(f"it has {len(steps)} steps; from 3 to {MOST} are needed.")
    sources = tuple((_line(each, "key"), _line(each, "text")) for each in _rows(told, "sources"))
    return Steps(_line(told, "language"), _line(told, "reviewed_by"), steps, sources)


def _rows(told: dict[str, Any], name: str) -> list[dict[str, Any]]:
    rows = told.get(name)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise StepsRefused(f"it has no [[{name}]].")
    return rows


def _line(told: dict[str, Any], name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str) or not value.strip():
        raise StepsRefused(f"{name} is missing.")
    return value.strip()
