import shutil
import subprocess
from pathlib import Path

import pytest

from tests.plugins.servers import ROOT

TOOLS = ("sh", "df", "awk", "cmp", "cp", "rm")
TOO_OLD = "#!/bin/sh\nexit 1\n"
WITHOUT_VENV = '#!/bin/sh\ncase "$2" in *ensurepip*) exit 1 ;; esac\n'
FULL_DISK = "#!/bin/sh\necho header\necho disk 1000 900 102400 90% /\n"


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A clone and a PATH with nothing on it but a shell's small tools."""
    (tmp_path / "requirements").mkdir()
    shutil.copy(ROOT / "requirements" / "demo.txt", tmp_path / "requirements")
    (tmp_path / "bin").mkdir()
    for tool in TOOLS:
        (tmp_path / "bin" / tool).symlink_to(shutil.which(tool))
    return tmp_path


def program(machine: Path, name: str, text: str) -> None:
    path = machine / "bin" / name
    path.unlink(missing_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


def complaint(machine: Path) -> str:
    """Run the set-up of `make demo`; return the one sentence it fails with."""
    ran = subprocess.run(
        ["/bin/sh", ROOT / "config" / "embedded" / "venv.sh", "demo"],
        cwd=machine,
        env={"PATH": str(machine / "bin")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert not (machine / ".venv").exists()
    [sentence] = ran.stderr.splitlines()
    return sentence


def test_setup_without_python_says_which_is_needed(machine: Path) -> None:
    assert complaint(machine).startswith("Trạm needs Python 3.11 or newer and finds none on the PATH")


def test_setup_with_too_old_python_says_which_is_needed(machine: Path) -> None:
    program(machine, "python3", TOO_OLD)
    assert complaint(machine).startswith("Trạm needs Python 3.11 or newer and finds none on the PATH")


def test_setup_with_python_that_lacks_venv_names_the_package(machine: Path) -> None:
    program(machine, "python3", WITHOUT_VENV)
    assert "apt-get install python3-venv" in complaint(machine)


def test_setup_on_full_disk_says_how_much_is_needed(machine: Path) -> None:
    program(machine, "python3", WITHOUT_VENV)
    program(machine, "df", FULL_DISK)
    assert complaint(machine).startswith("Only 100 MB are free on this disk and the Python packages need 700 MB")
