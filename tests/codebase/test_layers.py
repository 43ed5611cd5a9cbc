"""The walls of the house hold: imports, templates, foreign keys, migrations and named addresses point downwards."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.template.loader import get_template

from core.tables import our_models
from tests.codebase.house import ROOMS, TEMPLATES, may_point, python_files, room_of, template_files
from tests.plugins.servers import ROOT

URL = re.compile(r"""{%\s*url\s+["'](?P<room>[\w-]+):""")
PIECE = re.compile(r"""{%\s*(?:include|extends)\s+["'](?P<path>[^"'#]+)""")
ADDRESS = re.compile(rf"^(?P<room>{'|'.join(sorted(ROOMS))}):[a-z][\w-]*$")
WORDS_ONLY = {"django.utils.functional", "django.utils.translation"}


def test_imports_keep_to_the_contracts():
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("file", template_files(), ids=lambda file: str(file.relative_to(TEMPLATES)))
def test_templates_point_downwards_and_can_be_read(file: Path):
    text = file.read_text(encoding="utf-8")
    room = room_of(file)

    rooms = {found["room"] for found in URL.finditer(text)}
    rooms |= {room_of(TEMPLATES / found["path"]) for found in PIECE.finditer(text)}

    assert not {other for other in rooms if not may_point(room, other)}
    get_template(str(file.relative_to(TEMPLATES)))


@pytest.mark.parametrize("model", list(our_models()), ids=lambda model: model.__name__)
def test_foreign_keys_point_downwards(model):
    room = model._meta.app_label
    others = {
        field.related_model._meta.app_label
        for field in model._meta.get_fields()
        if field.concrete and field.is_relation
    }

    assert not {other for other in others & ROOMS if not may_point(room, other)}


def test_no_foreign_key_of_a_fact_deletes_in_a_chain():
    cascading = [
        f"{model.__name__}.{field.name}"
        for model in our_models()
        for field in model._meta.get_fields()
        if field.concrete
        and field.is_relation
        and field.remote_field.on_delete.__name__ not in {"PROTECT", "DO_NOTHING"}
    ]

    assert not cascading


@pytest.mark.django_db
def test_migrations_depend_downwards():
    loader = MigrationLoader(connection)
    upwards = [
        (key, other)
        for key, migration in loader.disk_migrations.items()
        if key[0] in ROOMS
        for other, _name in migration.dependencies
        if other in ROOMS and not may_point(key[0], other)
    ]

    assert not upwards


def test_addresses_named_in_code_lie_below_or_in_the_same_room():
    upwards = []
    for file in python_files():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found = ADDRESS.match(node.value)
                if found and not may_point(room_of(file), found["room"]):
                    upwards.append(f"{file.relative_to(ROOT)}:{node.lineno} {node.value}")

    assert not upwards


@pytest.mark.parametrize(
    "file",
    [file for file in python_files() if "rules" in file.parts or file.name == "rules.py"],
    ids=lambda file: str(file.relative_to(ROOT)),
)
def test_rules_know_of_django_only_how_to_speak(file: Path):
    imported = {
        module
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        for module in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }

    assert not {module for module in imported if module.partition(".")[0] == "django"} - WORDS_ONLY


def test_every_room_is_installed():
    assert {config.label for config in apps.get_app_configs()} >= ROOMS
