"""The variables of the demo's processes, so that `manage.py` beside a running demo needs none set."""

from pathlib import Path

from config.embedded.files import read_json

ROOT = Path(__file__).resolve().parent.parent.parent
DATA = ROOT / ".data"
ENVIRONMENT_FILE = "environment.json"


def demo_environment(data: Path = DATA) -> dict[str, str]:
    """Return what the demo last started with; empty where there is no demo, or it is another user's."""
    try:
        variables: dict[str, str] | None = read_json(data / ENVIRONMENT_FILE)
    except PermissionError:
        return {}
    return variables or {}
