"""A pregnant patient's blocked, missed, vomited or withheld day is a physician's the same morning (domain 12.2).

The case is opened once a day about the pregnancy, by whichever act notices first; it is due in
`pregnant_physician_hours` and belongs to the nearest physician.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from core.access import Access
from dispensing.rules.alerts import is_physicians, pregnancy
from dispensing.rules.choices import OutcomeCode
from dispensing.rules.codes import Code
from dispensing.rules.facts import PatientFacts
from dispensing.rules.violations import Violation
from dispensing.rules.wording_alerts import Trouble
from followup.models import Case, CaseKind
from followup.services import cases
from patients.models import Alert
from patients.rules.alerts import AlertKind

SUBJECT: Final = "pregnancy"
_TROUBLE_OF: Final = {
    OutcomeCode.VOMITED: Trouble.VOMITED,
    OutcomeCode.WITHHELD: Trouble.WITHHELD,
    OutcomeCode.INTOXICATED: Trouble.WITHHELD,
    OutcomeCode.MISSED_RULE_BLOCK: Trouble.BLOCKED,
    OutcomeCode.NO_PRESCRIPTION: Trouble.BLOCKED,
}


def of_decision(*, facts: PatientFacts, violations: Iterable[Violation], by: Access, now: datetime) -> None:
    """Tell the physician where the rules say so of an opened card. No statement for anybody else."""
    found = next((v for v in violations if v.code is Code.PREGNANT_PHYSICIAN_NOW), None)
    alert = pregnancy(facts)
    if found is not None and alert is not None and by.facility_id is not None:
        _tell(alert.id, facts.patient_id, dict(found.data)["troubles"], by, now)


def of_outcome(*, facts: PatientFacts, code: str, by: Access, now: datetime) -> None:
    """Tell the physician of what was just stated of a pregnant patient's day. No statement for anybody else."""
    alert = pregnancy(facts)
    if alert is not None and by.facility_id is not None and is_physicians(code):
        _tell(alert.id, facts.patient_id, _trouble(code), by, now)


def of_outcomes(*, outcomes: Collection[tuple[UUID, str]], by: Access, now: datetime) -> None:
    """The same for a whole day that is closed or typed in later: (patient, outcome's code). One statement where none of
    them is pregnant.
    """
    codes = dict(outcomes)
    pregnant = Alert.objects.filter(
        patient_id__in=list(codes), kind=AlertKind.PREGNANCY, ended_on__isnull=True
    ).order_by("pk")
    for alert_id, patient_id in pregnant.values_list("pk", "patient_id"):
        if is_physicians(codes[patient_id]):
            _tell(alert_id, patient_id, _trouble(codes[patient_id]), by, now)


def _trouble(code: str) -> str:
    return str(_TROUBLE_OF.get(OutcomeCode(code), Trouble.MISSED))


def _tell(alert_id: UUID, patient_id: UUID, troubles: str, by: Access, now: datetime) -> None:
    if by.facility_id is None:
        return
    day_began = now.astimezone(ZoneInfo(by.zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    about = Case.objects.filter(kind=CaseKind.PREGNANT_TODAY, subject_kind=SUBJECT, subject_id=alert_id)
    if about.filter(opened_at__gte=day_began).exists():
        return
    cases.open_case(
        kind=CaseKind.PREGNANT_TODAY, facility_id=by.facility_id, subject_kind=SUBJECT, subject_id=alert_id,
        patient_id=patient_id, findings=[{"code": str(Code.PREGNANT_PHYSICIAN_NOW), "data": {"troubles": troubles}}],
        by=by, now=now,
    )  # fmt: skip
