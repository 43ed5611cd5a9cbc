"""The order of the rooms: what stands lower never points to what stands higher (design, "The house")."""

from pathlib import Path
from typing import Final

from tests.plugins.servers import ROOT

LEVELS: Final = (
    {"core"},
    {"facilities"},
    {"staff"},
    {"followup"},
    {"inventory", "patients"},
    {"dispensing"},
    {"oversight"},
    {"demo"},
    {"config"},
)
ROOMS: Final = frozenset[str]().union(*LEVELS)
TEMPLATES: Final = ROOT / "templates"


def may_point(lower: str, to: str) -> bool:
    """True within one room and downwards. Two rooms on one level do not know each other."""
    return lower == to or level(to) < level(lower)


def level(room: str) -> int:
    return next(number for number, rooms in enumerate(LEVELS) if room in rooms)


def room_of(path: Path) -> str:
    """The room that a file belongs to; what is shared by all (the frame, components, error pages) is core's."""
    parts = path.relative_to(TEMPLATES if path.is_relative_to(TEMPLATES) else ROOT).parts
    return parts[0] if parts[0] in ROOMS else "core"


def python_files() -> list[Path]:
    return sorted(file for room in ROOMS for file in (ROOT / room).rglob("*.py"))


def template_files() -> list[Path]:
    return sorted(TEMPLATES.rglob("*.html"))
