"""What can be known of the Dockerfile without building it: what it takes is there, and what is needed is taken."""

import re
import shlex
import tomllib
from typing import Final

from tests.codebase.house import ROOMS
from tests.plugins.servers import ROOT
from tests.production.composed import compose

TEXT: Final = (ROOT / "Dockerfile").read_text(encoding="utf-8")
LINES: Final = re.sub(r"\\\n", " ", TEXT).splitlines()
STAGES: Final = re.findall(r"^FROM (\S+) AS (\w+)$", TEXT, re.MULTILINE)


def copied() -> list[str]:
    """What comes from this folder."""
    return [shlex.split(line)[1] for line in LINES if line.startswith("COPY ") and "--from=" not in line]


def test_everything_that_is_copied_is_there_and_every_room_is_copied():
    assert all((ROOT / path).exists() for path in copied())
    assert set(copied()) >= {*ROOMS, "templates", "static", "locale", "phrases", "overdose", "docs/help", "manage.py"}
    sent = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert all(any(path == one or path.startswith(f"{one}/") for one in sent) for path in copied())
    assert not sent & {"secrets", "keys", ".env", ".data", ".git", "tests"}


def test_images_are_pinned_and_packages_are_installed_by_their_digests():
    assert dict((name, image) for image, name in STAGES)["app"].startswith("python:3.")
    assert all(":" in image and not image.endswith(":latest") for image, _name in STAGES)
    needs = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    minor = re.findall(r"python:3\.(\d+)", TEXT)
    assert len(set(minor)) == 1
    assert int(minor[0]) >= int(needs.removeprefix(">=3."))
    [install] = [line for line in LINES if "pip install" in line]
    assert "--require-hashes -r requirements/server.txt" in install
    assert "requirements/server.txt" in copied()


def test_no_image_ends_as_root_and_each_is_what_compose_builds():
    targets = {service["build"]["target"] for service in compose()["services"].values() if "build" in service}
    assert targets == {"app", "database", "edge"}
    for target in targets:
        stage = TEXT.split(f" AS {target}\n")[1].split("\nFROM ")[0]
        assert re.findall(r"^USER (\S+)$", stage, re.MULTILINE)[-1] not in {"root", "0"}
    assert not re.search(r"^(ENV|ARG) .*(SECRET|PASSWORD|KEY)", TEXT, re.MULTILINE)
    web = compose()["services"]["web"]["command"]
    assert f"CMD {web}".replace("'", '"') in TEXT
