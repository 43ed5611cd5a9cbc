"""Which migrations a release that somebody runs has: `python -m config.production.released` writes them, at a release.

From then on the schema only grows from one release to the next, because old and new code run on it side by side during
an upgrade (CONTRIBUTING.md, tests/codebase/test_additive.py).
"""

import json
import os
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).with_suffix(".json")


def released() -> dict[str, list[str]]:
    """The names of each room's migrations in the last release; empty before the first one."""
    found: dict[str, list[str]] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.db.migrations.loader import MigrationLoader

    from core.tables import OUR_APPS

    names: dict[str, list[str]] = {}
    for app, name in sorted(MigrationLoader(None).disk_migrations):
        if app in OUR_APPS:
            names.setdefault(app, []).append(name)
    FILE.write_text(json.dumps(names, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
