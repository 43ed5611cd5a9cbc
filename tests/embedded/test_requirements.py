import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.plugins.servers import ROOT

SETS = ("runtime", "server", "demo", "test")
PIN = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>\S+)", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    return {found["name"]: found["version"] for found in PIN.finditer(text(name))}


def text(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")


def direct(path: Path) -> set[str]:
    """The packages that a .in file names itself, in the registry's spelling."""
    lines = (line.partition("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    return {_name(line) for line in lines if line and not line.startswith("-")}


def _name(requirement: str) -> str:
    return re.split(r"[\[~=<> ]", requirement)[0].lower().replace("_", "-")


@pytest.mark.parametrize("name", SETS)
def test_locked_file_has_a_hash_for_every_pin_and_names_no_host(name: str) -> None:
    blocks = re.split(r"\n(?=[a-z0-9-]+==)", text(name))[1:]
    assert len(blocks) == len(pins(name))
    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert re.findall(r"://|^--|\.(?:org|com|net)\b", text(name), re.MULTILINE) == []


def test_every_set_locks_the_same_version_as_production() -> None:
    for larger in ("server", "demo", "test"):
        assert pins("runtime").items() <= pins(larger).items()
    assert pins("server").items() <= pins("demo").items() <= pins("test").items()


def test_locked_sets_follow_what_pyproject_names() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {
        "runtime": project["dependencies"],
        "server": project["optional-dependencies"]["server"],
        "demo": project["optional-dependencies"]["demo"],
        "test": project["optional-dependencies"]["test"],
    }
    for name, requirements in named.items():
        assert direct(ROOT / "requirements" / f"{name}.in") == {_name(each) for each in requirements}


def test_product_runs_with_the_runtime_set_alone() -> None:
    """A package that only the tests' set brings must not be what the product happens to find."""
    extra = sorted(pins("test").keys() - pins("runtime").keys())
    product = "\n".join(
        [
            "import importlib.metadata, sys",
            f"extra = {extra}",
            "owners = importlib.metadata.packages_distributions()",
            "named = lambda owner: owner.lower().replace('_', '-')",
            "closed = {module for module, by in owners.items() if {*map(named, by)} <= set(extra)}",
            "class Closed:",
            "    def find_spec(self, name, path=None, target=None):",
            "        if name.partition('.')[0] in closed:",
            "            raise ModuleNotFoundError(f'{name} is not in requirements/runtime.txt')",
            "sys.meta_path.insert(0, Closed())",
            "import config.wsgi, config.celery, granian.cli, kombu.transport.redis, django.urls",
            "django.urls.get_resolver().url_patterns",
            "config.celery.app.loader.import_default_modules()",
        ]
    )
    ran = subprocess.run([sys.executable, "-c", product], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
