"""Outcomes that are typed in later: why a patient drank nothing then, and the cup that was poured all the same."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from core import audit, rows
from core.access import Access
from core.digests import sha256_of
from dispensing.models import Outcome
from dispensing.rules.facts import PatientFacts
from dispensing.rules.outcomes import OutcomeCode, OutcomeDraft, check_outcome, rule_of
from dispensing.rules.violations import Code, Level
from dispensing.services import alarms
from dispensing.services.authorisations import Authorisation, as_findings
from dispensing.services.outcomes import document
from followup.models import CaseKind
from followup.services import cases
from followup.services.cases import Finding
from inventory.models import Account, Act, ActKind
from inventory.services import ledger
from inventory.services.ledger import Move, NewAct, Status

# A whole site was closed or out of stock: one case for the morning, not one for each patient.
_OF_THE_SITE: Final = frozenset({OutcomeCode.STOCK_OUT, OutcomeCode.SITE_CLOSED})
# Asked of who stands at the window; on paper nobody is asked any more.
_ASKED_THEN: Final = frozenset(
    {Code.RECHECK_NEEDED, Code.RECHECK_PAST, Code.SIGNS_NEEDED, Code.ABSENT_BEFORE_CLOSING, Code.OUTCOME_NEEDS_AMOUNT}
)


@dataclass(frozen=True)
class PastOutcome:
    """What was stated at `at` of a patient whose facts then were `facts`; `slip`: the cup that was poured."""

    id: UUID
    facts: PatientFacts
    code: str
    at: datetime
    note: str = ""
    slip: Authorisation | None = None
    findings: list[dict[str, Any]] = field(default_factory=list)


def write(stated: Sequence[PastOutcome], *, by: Access, now: datetime) -> set[UUID]:
    """Record them, in the caller's transaction and under its patient locks; answers the ids that are new.

    Nothing is refused: what contradicts the day opens a case. What was poured leaves the bottle that it came from.
    """
    known = set(Outcome.objects.filter(pk__in=[one.id for one in stated]).values_list("pk", flat=True))
    fresh = {one.id: _row(one, by, now) for one in stated if one.id not in known}
    mine = [one for one in stated if one.id in fresh]
    _pour_away(mine, fresh, by)
    rows.insert_many(fresh.values())
    rows.insert_many(
        audit.event(
            action="outcome.stated", by=by, now=now, subject_kind="outcome", subject_id=row.id,
            patient_id=row.patient_id, code=row.code,
        )
        for row in fresh.values()
    )  # fmt: skip
    cases.open_cases_many([case for one in mine for case in _case(one, by, now)], by=by)
    alarms.of_outcomes(outcomes=[(one.facts.patient_id, one.code) for one in mine], by=by, now=now)
    return set(fresh)


def _row(one: PastOutcome, by: Access, now: datetime) -> Outcome:
    return Outcome(
        id=one.id,
        patient_id=one.facts.patient_id,
        facility_id=by.facility_id or 0,
        day=one.facts.today,
        code=one.code,
        note=one.note.strip(),
        at=one.at,
        recorded_at=now,
        recorded_by_id=by.actor_id,
    )


def _pour_away(stated: Sequence[PastOutcome], fresh: dict[UUID, Outcome], by: Access) -> None:
    """The poured cups leave their bottles in one statement; one whose id stands for other stock is not written."""
    poured = [(one, fresh[one.id], one.slip) for one in stated if one.slip is not None]
    if not poured:
        return
    targets = _targets(poured[0][2].opened_account)
    acts = []
    for one, row, slip in poured:
        rule = rule_of(one.code)
        row.poured_mg = slip.mg
        row.act = Act(pk=row.id)
        target = targets[(rule.destination if rule else None) or "poured_out"]
        acts.append(
            NewAct(
                id=row.id,
                kind=ActKind.NOT_SWALLOWED,
                actor_id=row.recorded_by_id,
                actor_label=by.label,
                occurred_at=row.at,
                recorded_at=row.recorded_at,
                document_digest=sha256_of(document(row)),
                moves=[Move(p.lot_id, p.bottle_id, slip.opened_account, target, p.ul, row.code) for p in slip.portions],
            )
        )
    for receipt in ledger.post_many(acts, facility_id=by.facility_id or 0):
        if receipt.status is not Status.POSTED:
            del fresh[receipt.id]


def _targets(opened_account: int) -> dict[str, int]:
    opened = Account.objects.get(pk=opened_account)
    there = Account.objects.filter(facility_id=opened.facility_id, item_id=opened.item_id)
    return dict(there.values_list("kind", "pk"))


def _case(one: PastOutcome, by: Access, now: datetime) -> list[Finding]:
    found = check_outcome(
        draft=OutcomeDraft(one.code, poured_mg=one.slip.mg if one.slip else None),
        facts=one.facts,
        now=one.at.astimezone(ZoneInfo(by.zone)),
        closes_at=None,
    )
    told = [v for v in found if v.code not in _ASKED_THEN and not (v.level is Level.NOTE and one.code in _OF_THE_SITE)]
    if not told:
        return []
    facility_id, patient_id = by.facility_id or 0, one.facts.patient_id
    return [Finding(CaseKind.DOSE_FINDING, facility_id, "outcome", one.id, now, patient_id, as_findings(told))]
