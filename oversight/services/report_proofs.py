"""Proofs of frozen reports: each is what its digest says, signatures are over it, versions follow each other."""

from collections.abc import Iterable
from typing import Final

from core.digests import sha256_of
from core.proofs import Broken, Proof
from oversight.models import Report
from oversight.services.reports import KIND, document
from staff.models import Signature

DOCUMENTS: Final = "report.documents"
VERSIONS: Final = "report.versions"


def documents() -> Iterable[Broken]:
    """Every report's content recomputed; both signatures by who is named, over exactly this."""
    rows = Report.objects.select_related("signature", "approval__signature").order_by("pk")
    for report in rows.iterator(chunk_size=100):
        row = f"report {report.pk}"
        if sha256_of(document(report)) != report.digest:
            yield Broken(DOCUMENTS, row, "its content is not what was frozen")
        if not _signs(report.signature, report, report.made_by_id):
            yield Broken(DOCUMENTS, row, "its maker's signature is over something else")
        approval = getattr(report, "approval", None)
        if approval is not None and not _signs(approval.signature, report, approval.approved_by_id):
            yield Broken(DOCUMENTS, row, "its approval is over something else")
        if approval is not None and approval.made_by_id != report.made_by_id:
            yield Broken(DOCUMENTS, row, "its approval names another maker")


def versions() -> Iterable[Broken]:
    """A version names the one just before it, of the same report of the same place."""
    for report in Report.objects.select_related("corrects").order_by("pk").iterator(chunk_size=100):
        before = report.corrects
        if before is not None and (before.version + 1, *_what(before)) != (report.version, *_what(report)):
            yield Broken(VERSIONS, f"report {report.pk}", "it does not follow from the version that it names")


def _signs(signature: Signature, report: Report, person_id: int) -> bool:
    said = (signature.subject_kind, signature.subject_id, signature.digest, signature.person_id)
    return said == (KIND, report.pk, report.digest, person_id)


def _what(report: Report) -> tuple[object, ...]:
    return report.kind, report.period, report.scope, report.facility_id, report.area_id, report.province_id


REPORT_PROOFS: Final[dict[str, Proof]] = {DOCUMENTS: documents, VERSIONS: versions}
