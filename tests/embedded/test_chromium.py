import subprocess

import pytest

from tests.plugins import chromium


class Machine:
    """A machine on which the named commands succeed; notes what was run on it."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, *, root: bool, programs: set[str], succeeding: set[str]
    ) -> None:
        self.ran: list[str] = []
        self.programs = programs
        self.succeeding = succeeding
        monkeypatch.setattr(chromium.os, "geteuid", lambda: 0 if root else 1000)
        monkeypatch.setattr(chromium.shutil, "which", lambda name: name if name in self.programs else None)
        monkeypatch.setattr(chromium.subprocess, "run", self.run)

    def run(self, command: list[str], **_: object) -> "subprocess.CompletedProcess[str]":
        self.ran.append(" ".join(command[-2:] if "playwright" in command else command[:2]))
        succeeded = self.ran[-1] in self.succeeding
        if succeeded and self.ran[-1] == "apt-get install":
            self.programs.add("chromium")
        return subprocess.CompletedProcess(command, 0 if succeeded else 1)


def test_install_as_root_takes_debians_chromium(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch, root=True, programs={"apt-get"}, succeeding={"apt-get update", "apt-get install"})
    assert chromium.install()
    assert machine.ran == ["apt-get update", "apt-get install"]
    assert chromium.on_path() == "chromium"


def test_install_as_plain_user_takes_playwrights_chromium(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch, root=False, programs={"apt-get"}, succeeding={"install chromium"})
    assert chromium.install()
    assert machine.ran == ["install chromium"]


def test_install_with_nothing_reachable_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch, root=True, programs={"apt-get"}, succeeding=set())
    assert not chromium.install()
    assert machine.ran == ["apt-get update", "install chromium"]
