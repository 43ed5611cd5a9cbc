"""What breaks the constraints of frozen reports."""

from typing import Final

from oversight.services import reports
from tests import cast, world
from tests.codebase.breaks import Break, copied
from tests.entrance import access
from tests.oversight import reporting


def frozen() -> None:
    reporting.frozen()


def twice() -> None:
    frozen()
    reporting.frozen(why="ghi bù")


def approved() -> None:
    report = reporting.frozen()
    reports.approve(
        report_id=report.pk, own_pin=cast.PIN, by=access(cast.PROVINCE_MANAGER), now=world.NOW
    )  # fmt: skip


def _report(where: str = "true", **changes: str) -> str:
    """Another version of the report, signed by some signature that signs no report yet."""
    free = "(SELECT id FROM staff_signature s WHERE s.subject_kind <> 'report' ORDER BY id LIMIT 1)"
    return copied("oversight_report", where, **{"signature_id": free, "period": "'2026-Q1'"} | changes)


BREAKS: Final = {
    "oversight_report_kind_known": Break(_report(kind="'week'"), frozen),
    "oversight_report_of_one_place": Break(_report(province_id="1"), frozen),
    "oversight_report_correction_says_why": Break(_report(version="0"), frozen),
    "oversight_report_ends_on_after_starts_on": Break(_report(ends_on="starts_on - 1"), frozen),
    "oversight_report_digest_whole": Break(_report(digest="'abc'"), frozen),
    "oversight_report_version_once": Break(_report(period="period"), frozen),
    "oversight_report_corrects_id_key": Break(_report("version = 2"), twice),
    "oversight_report_signature_id_key": Break(_report(signature_id="signature_id"), frozen),
    "oversight_reportapproval_approved_by_not_made_by": Break(
        copied("oversight_reportapproval", approved_by_id="made_by_id", report_id="gen_random_uuid()"), approved
    ),
    "oversight_reportapproval_signature_id_key": Break(
        copied("oversight_reportapproval", report_id="gen_random_uuid()"), approved
    ),
}
