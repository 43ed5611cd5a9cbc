import os
from pathlib import Path

import pytest

from config.embedded import places
from config.embedded.errors import EmbeddedError
from config.embedded.files import write_private_json


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    places.make_data_folder(folder)
    return folder


def test_settle_as_root_with_unreachable_folder_goes_to_a_private_one_and_changes_no_permission(
    data: Path, tmp_path: Path
) -> None:
    parents = [*tmp_path.parents, tmp_path]
    before = [parent.stat().st_mode for parent in parents]
    first, second = places.settle(data), places.settle(data)
    try:
        assert first == second
        if os.geteuid() == 0:  # pytest's folder is closed to everybody else
            assert first.account is not None
            assert first.account.can_enter(first.folder)
            assert first.folder.parent == places.PRIVATE_ROOT
        else:
            assert (first.account, first.folder) == (None, data)
        assert [parent.stat().st_mode for parent in parents] == before
    finally:
        places.remove(data)
    assert not first.folder.exists()


def test_programs_that_the_account_cannot_reach_are_copied_and_run(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = places.settle(data).folder
    copied = places._copied(places.programs_in_wheels(), home)
    account = places.settle(data).account
    try:
        monkeypatch.chdir("/")
        for program in (copied.postgres / "postgres", copied.postgres / "initdb", copied.valkey):
            assert program.is_relative_to(home)
            if account is not None:
                assert account.can_run([str(program), "--version"])
        assert places._copied(places.programs_in_wheels(), home) == copied
    finally:
        places.remove(data)


@pytest.mark.parametrize("named", ["", "other", "tram-x/.."])
def test_remove_with_private_file_naming_a_foreign_folder_removes_nothing(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    monkeypatch.setattr(places, "PRIVATE_ROOT", tmp_path / "root")
    for folder in ("other", "tram-x"):
        (tmp_path / "root" / folder).mkdir(parents=True)
    write_private_json(data / places.PRIVATE_FILE, {"folder": f"{tmp_path}/root/{named}"})
    with pytest.raises(EmbeddedError, match="no private folder of Trạm"):
        places.remove(data)
    assert data.is_dir()
    assert sorted(path.name for path in (tmp_path / "root").iterdir()) == ["other", "tram-x"]


def test_settle_with_lost_private_folder_says_what_to_do(data: Path) -> None:
    write_private_json(data / places.PRIVATE_FILE, {"folder": str(places.PRIVATE_ROOT / "tram-lost")})
    with pytest.raises(EmbeddedError, match="make reset"):
        places.settle(data)
