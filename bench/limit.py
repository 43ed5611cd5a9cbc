"""What the same PostgreSQL does with seven plain statements from pgbench: the limit that a dose is compared with."""

import re
import subprocess
import tempfile
from pathlib import Path

import psycopg

CLIENTS = 8
_TABLES = """
CREATE TABLE balance (site int PRIMARY KEY, quantity bigint NOT NULL);
CREATE TABLE dose (id bigserial PRIMARY KEY, site int, patient int, mg numeric, at timestamptz DEFAULT now());
CREATE TABLE movement (id bigserial PRIMARY KEY, site int, quantity bigint, at timestamptz DEFAULT now());
CREATE TABLE audit (id bigserial PRIMARY KEY, words text, at timestamptz DEFAULT now());
INSERT INTO balance SELECT n, 1000000000000 FROM generate_series(1, 20) n;
"""
_SCRIPT = """\\set site random(1, {sites})
\\set patient random(1, 1000)
BEGIN;
SELECT quantity FROM balance WHERE site = :site FOR UPDATE;
INSERT INTO dose (site, patient, mg) VALUES (:site, :patient, 65);
INSERT INTO movement (site, quantity) VALUES (:site, 6500);
INSERT INTO audit (words) VALUES ('dose recorded');
UPDATE balance SET quantity = quantity - 6500 WHERE site = :site;
COMMIT;
"""


def prepare(url: str) -> None:
    """Make pgbench's own tables in an empty database."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_TABLES)


def rate(*, pgbench: Path, url: str, sites: int, seconds: int) -> float:
    """Transactions per second of the seven statements over so many rows, in the simple protocol."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "dose.sql"
        script.write_text(_SCRIPT.format(sites=sites), encoding="utf-8")
        done = subprocess.run(
            [
                *(str(pgbench), "--no-vacuum", "--protocol=simple", f"--client={CLIENTS}", "--jobs=2"),
                *(f"--time={seconds}", f"--file={script}", url),
            ],
            capture_output=True,
            text=True,
            check=True,
        )
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    if found is None:
        raise RuntimeError(done.stdout + done.stderr)
    return float(found.group(1))
