"""The command that proves everything: what it prints, and how it ends."""

import os
import subprocess
import sys
from datetime import timedelta
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django.fixtures import Settings

from core import proofs
from inventory.services import dayheads
from tests.plugins.clones import CommittedDatabase
from tests.plugins.servers import ROOT
from tests.world import NOW

TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def heads(settings: Settings, tmp_path: Path) -> Path:
    settings.DAY_HEADS_DIR = tmp_path / "day-heads"
    return settings.DAY_HEADS_DIR


def test_verify_ledger_tells_every_proof_in_a_line(committed_db: CommittedDatabase, heads: Path) -> None:
    dayheads.sign(now=TOMORROW)
    out = StringIO()
    call_command("verify_ledger", against=heads, stdout=out)
    assert {f"holds   {name}" for name in (*proofs.names(), "day_heads")} == set(out.getvalue().splitlines())


def test_verify_ledger_names_the_first_broken_row(
    committed_db: CommittedDatabase, superuser: psycopg.Connection
) -> None:
    superuser.execute("SET session_replication_role = replica")
    superuser.execute("UPDATE inventory_chainlink SET hash = sha256(hash) WHERE sequence = 2")
    with pytest.raises(CommandError, match=r"First: ledger\.chain: facility \d+ link 2: its hash"):
        call_command("verify_ledger", stdout=StringIO())


def test_verify_ledger_exit_status_says_whether_the_books_are_true(
    committed_db: CommittedDatabase, superuser: psycopg.Connection
) -> None:
    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", "verify_ledger"],
            cwd=ROOT,
            env={**os.environ, **committed_db.environment},
            capture_output=True,
            text=True,
            check=False,
        )

    assert run().returncode == 0
    superuser.execute("UPDATE inventory_balance SET quantity = quantity + 1 WHERE quantity > 0")
    told = run()
    assert told.returncode == 1
    assert "BROKEN  ledger.balances: account" in told.stdout


def test_verify_ledger_against_nothing_says_so(committed_db: CommittedDatabase, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no such file or folder"):
        call_command("verify_ledger", against=tmp_path / "nowhere", stdout=StringIO())
