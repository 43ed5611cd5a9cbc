"""What somebody with every right on the database changes in a frozen report is found."""

import psycopg

from core import proofs
from oversight.services import reports
from tests import cast, world
from tests.entrance import access
from tests.oversight import reporting
from tests.plugins.clones import CommittedDatabase


def broken() -> set[str]:
    return {each.proof for name in ("report.documents", "report.versions") for each in proofs.run(name)}


def test_tampered_report_is_found_by_its_proof(committed_db: CommittedDatabase) -> None:
    report = reporting.frozen()
    reports.approve(report_id=report.pk, own_pin=cast.PIN, by=access(cast.PROVINCE_MANAGER), now=world.NOW)
    assert broken() == set()
    ways = {
        "UPDATE oversight_report SET figures = jsonb_set(figures, '{total,1,n}', '27')": {"report.documents"},
        "UPDATE oversight_reportapproval SET approved_by_id = made_by_id + 1000000": {"report.documents"},
        "UPDATE oversight_report SET version = 3, corrects_id = id, why = 'x'": {"report.documents", "report.versions"},
    }
    for statement, found in ways.items():
        with psycopg.connect(committed_db.super_url) as superuser:
            superuser.execute("SET session_replication_role = replica")
            superuser.execute(statement)  # type: ignore[arg-type]
            superuser.commit()
        assert broken() == found, statement
