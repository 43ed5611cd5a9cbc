"""docs/invariants.md tells the truth: whatever it names is there, and no proof of the books is left out."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Final

import psycopg
import pytest

from core import proofs
from tests.plugins.servers import ROOT

PAGE: Final = ROOT / "docs" / "invariants.md"
NAME: Final = re.compile(r"`([^`]+)`")
TEST: Final = re.compile(r"`([\w/]+\.py)::(\w+)`")

# Whatever the database knows by a name of ours.
_NAMES: Final = """
SELECT conname::text FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION SELECT indexrelid::regclass::text FROM pg_index WHERE indisunique
UNION SELECT tgname::text FROM pg_trigger WHERE NOT tgisinternal
UNION SELECT proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION SELECT (regexp_matches(prosrc, $$CONSTRAINT = '(\\w+)'$$, 'g'))[1] FROM pg_proc
 WHERE pronamespace = 'public'::regnamespace
UNION SELECT rolname::text FROM pg_roles WHERE rolname LIKE 'tram\\_%'
"""


@dataclass(frozen=True)
class Line:
    """One row of a table of the page."""

    fact: str
    held_by: tuple[str, ...]
    proved_by: tuple[str, ...]


def lines() -> Iterator[Line]:
    for text in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in text.strip().strip("|").split("|")]
        if text.startswith("| ") and cells[0] != "Never false":
            fact, held_by, proved_by = cells
            yield Line(fact, tuple(NAME.findall(held_by)), tuple(NAME.findall(proved_by)))


LINES: Final = list(lines())


def test_page_has_its_lines():
    assert len(LINES) > 40
    assert len({line.fact for line in LINES}) == len(LINES)


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.fact[:50])
def test_what_holds_a_fact_exists(line: Line, owner_connection: psycopg.Connection):
    known = {name for (name,) in owner_connection.execute(_NAMES).fetchall()} | set(proofs.names())

    assert line.held_by
    for name in set(line.held_by) - known:
        module, _, function = name.rpartition(".")
        assert module, f"{name} is nothing that the database knows"
        assert callable(getattr(import_module(module), function, None)), name


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.fact[:50])
def test_what_proves_a_fact_exists(line: Line):
    assert line.proved_by
    assert all(TEST.fullmatch(f"`{name}`") for name in line.proved_by)


def test_every_test_named_anywhere_on_the_page_exists():
    missing = {
        f"{file}::{name}" for file, name in TEST.findall(PAGE.read_text(encoding="utf-8")) if name not in named_in(file)
    }

    assert not missing


def named_in(file: str) -> set[str]:
    path = ROOT / "tests" / file
    if not path.exists():
        return set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_proof_of_the_books_has_its_line():
    named = {name for line in LINES for name in line.held_by}

    assert not set(proofs.names()) - named
