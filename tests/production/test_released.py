"""One command marks a release: its version follows the last one, and no migration of that one is gone."""

import json
from pathlib import Path

import pytest

from config.production import released
from config.production.released import NoRelease, mark

LAST = {"core": ["0001_initial", "0002_guards"], "staff": ["0001_initial"]}


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    file, project = tmp_path / "released.json", tmp_path / "pyproject.toml"
    file.write_text(json.dumps({"version": "2026.11", "migrations": LAST}))
    project.write_text('[project]\nname = "tram"\nversion = "2026.11"\nrequires = "version = 1"\n')
    return {"file": file, "project": project}


def test_release_is_written_down_with_its_version_and_its_migrations(files: dict[str, Path]):
    now = {
        "staff": ["0001_initial"],
        "core": ["0003_more", "0001_initial", "0002_guards"],
        "oversight": ["0001_initial"],
    }

    mark("2026.12", migrations=now, **files)

    told = json.loads(files["file"].read_text())
    assert told == {"version": "2026.12", "migrations": {name: sorted(has) for name, has in now.items()}}
    assert 'name = "tram"\nversion = "2026.12"\nrequires = "version = 1"' in files["project"].read_text()


@pytest.mark.parametrize(
    "version", ["2026.11", "2026.10", "2025.12.3", "2026.13", "26.12", "v2026.12", "2026.12.0", ""]
)
def test_version_that_does_not_follow_is_refused_and_nothing_written(files: dict[str, Path], version: str):
    before = {name: file.read_text() for name, file in files.items()}

    with pytest.raises(NoRelease):
        mark(version, migrations=LAST, **files)

    assert {name: file.read_text() for name, file in files.items()} == before


@pytest.mark.parametrize("version", ["2026.11.1", "2026.12", "2027.1"])
def test_versions_of_the_same_month_and_of_later_ones_follow(files: dict[str, Path], version: str):
    mark(version, migrations=LAST, **files)

    assert json.loads(files["file"].read_text())["version"] == version


def test_released_migration_that_is_gone_stops_the_next_release(files: dict[str, Path]):
    with pytest.raises(NoRelease, match="0002_guards"):
        mark("2026.12", migrations=LAST | {"core": ["0001_initial", "0002_renamed"]}, **files)


def test_what_is_marked_here_is_on_disk_and_is_the_projects_version():
    there, marked = released.on_disk(), released.released()

    assert all(set(names) <= set(there[room]) for room, names in marked.items())
    assert bool(marked) == bool(released.version())
    line = f'\nversion = "{released.version() or "0.1.0"}"\n'
    assert line in released.PROJECT.read_text(encoding="utf-8")
