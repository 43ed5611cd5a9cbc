"""Facts of before that a client brings together: each answered on its own, recorded through the many-acts door.

What was sent before by the same person with the same words is known by its digest, whatever the clocks say since. A
fact that cannot be true as sent does not keep the others from being recorded.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import transaction

from core import audit, rows
from core.access import Access
from core.digests import sha256_of
from core.ids import new_id
from dispensing.models import Dose, Outcome
from dispensing.rules.late import FAULT_WORDS, Fault
from dispensing.rules.violations import Code
from dispensing.services import past
from dispensing.services.incidents import lock_patients
from dispensing.services.past import Malformed, PastFact, PastReceipt
from facilities.services import settings
from patients.models import Placement
from staff.models import Appointment, DeviceSync, SyncedFact
from staff.rules.settings import DeviceSettings


class Answer(StrEnum):
    """What became of one fact. Told to programs: never renamed."""

    ACCEPTED = "accepted"
    WITH_FINDINGS = "accepted_with_findings"
    KNOWN = "already_known"
    MALFORMED = "malformed"
    CONFLICT = "conflict"


@dataclass(frozen=True)
class Answered:
    """One fact's answer. `stands`: the id of what is in the books for it; `fault` why it is malformed."""

    id: UUID
    answer: Answer
    fault: Fault | None = None
    stands: UUID | None = None
    occurred_at: datetime | None = None
    findings: list[dict[str, Any]] = field(default_factory=list)

    @property
    def words(self) -> str:
        """Why it is malformed, in words."""
        return str(FAULT_WORDS[self.fault]) if self.fault else ""


def receive(
    *, facts: Sequence[PastFact], device_at: datetime | None, by: Access, now: datetime
) -> dict[UUID, Answered]:
    """Record what happened at the acting facility; the answer to each by its id. Ids occur once.

    `device_at`: the client's own clock as it sent them. Times told by a clock that is further off than the setting
    allows are put right by as much, with a finding; the clock's own word is kept beside each fact.
    """
    if by.facility_id is None:
        raise ValueError("A past fact is recorded at a facility.")
    digests = {fact.id: _digest(fact) for fact in facts}
    offset = device_at - now if device_at is not None else timedelta(0)
    with transaction.atomic():
        lock_patients(*{fact.patient_id for fact in facts})
        done = _sent_before(facts, digests, by) | _recorded_online(facts, by)
        allowed = timedelta(
            minutes=settings.for_facility(DeviceSettings, facility_id=by.facility_id, at=now).clock_off_minutes
        )
        left = [fact for fact in facts if fact.id not in done]
        fresh, impossible = _by_our_clock(left, offset, device_at, allowed, now)
        receipts, faults = _record(fresh, allowed, by, now)
        done |= {id_: Answered(id_, Answer.MALFORMED, fault) for id_, fault in (impossible | faults).items()}
        done |= _answers(receipts)
        _keep_evidence(facts, receipts, digests, device_at, offset, by, now)
        _tell_conflicts(facts, done, receipts, by, now)
    return done


def _digest(fact: PastFact) -> str:
    """Of everything that the client said of it, by its own clock."""
    return sha256_of({"document": "synced_fact"} | {name: _plain(value) for name, value in vars(fact).items()})


def _plain(value: Any) -> Any:
    return [value.person_id, value.name] if isinstance(value, past.Hand) else value


def _sent_before(facts: Sequence[PastFact], digests: Mapping[UUID, str], by: Access) -> dict[UUID, Answered]:
    """Those that came with an earlier request: the same words by the same person here are the same fact."""
    found = SyncedFact.objects.filter(pk__in=digests).select_related("sync")
    return {
        row.fact_id: Answered(
            row.fact_id,
            Answer.KNOWN
            if (row.digest, row.sync.person_id, row.sync.facility_id)
            == (digests[row.fact_id], by.person_id, by.facility_id)
            else Answer.CONFLICT,
            stands=row.fact_id,
        )
        for row in found
    }


def _recorded_online(facts: Sequence[PastFact], by: Access) -> dict[UUID, Answered]:
    """Confirmed while the network was there, and only the answer was lost: the client brings it once more."""
    ids = {fact.id: fact for fact in facts}
    here = {"facility_id": by.facility_id, "recorded_by_id": by.person_id}
    done: dict[UUID, Answered] = {}
    for dose in Dose.objects.filter(pk__in=ids, late__isnull=True):
        fact = ids[dose.pk]
        said = (fact.patient_id, fact.outcome, fact.mg, fact.slot)
        same = said == (dose.patient_id, "", dose.mg, dose.slot) and all(
            getattr(dose, name) == value for name, value in here.items()
        )
        done[dose.pk] = Answered(dose.pk, Answer.KNOWN if same else Answer.CONFLICT, stands=dose.pk)
    for outcome in Outcome.objects.filter(pk__in=ids, late__isnull=True):
        fact = ids[outcome.pk]
        same = (fact.patient_id, fact.outcome) == (outcome.patient_id, outcome.code) and all(
            getattr(outcome, name) == value for name, value in here.items()
        )
        done[outcome.pk] = Answered(outcome.pk, Answer.KNOWN if same else Answer.CONFLICT, stands=outcome.pk)
    return done


def _by_our_clock(
    facts: Iterable[PastFact], offset: timedelta, device_at: datetime | None, allowed: timedelta, now: datetime
) -> tuple[list[PastFact], dict[UUID, Fault]]:
    """The facts at their true times, as far as the client's clock can tell; and those that lie after that clock."""
    fresh: list[PastFact] = []
    impossible: dict[UUID, Fault] = {}
    for fact in facts:
        if device_at is None:
            fresh.append(fact)
        elif fact.occurred_at > device_at:
            impossible[fact.id] = Fault.IN_FUTURE
        elif abs(offset) <= allowed:
            fresh.append(replace(fact, occurred_at=min(fact.occurred_at, now)))
        else:
            seconds = round(offset.total_seconds())
            fresh.append(replace(fact, occurred_at=fact.occurred_at - offset, clock_off_s=seconds))
    return fresh, impossible


def _record(
    facts: Sequence[PastFact], apart: timedelta, by: Access, now: datetime
) -> tuple[list[PastReceipt], dict[UUID, Fault]]:
    """Everything that can be recorded, in as few goes as there are ways to be malformed."""
    faults = _strangers(facts, by)
    left = [fact for fact in facts if fact.id not in faults]
    while left:
        try:
            return past.record_many_past(commands=left, by=by, now=now, apart=apart), faults
        except Malformed as malformed:
            faults |= malformed.faults
            left = [fact for fact in left if fact.id not in faults]
    return [], faults


def _strangers(facts: Sequence[PastFact], by: Access) -> dict[UUID, Fault]:
    """Patients who never drank here, and people who never worked here: known before anything is written."""
    patients = set(
        Placement.objects.filter(
            facility_id=by.facility_id or 0, patient_id__in={fact.patient_id for fact in facts}
        ).values_list("patient_id", flat=True)
    )
    hands = (hand for fact in facts for hand in (fact.poured_by, fact.observed_by))
    named = {hand.person_id for hand in hands if hand.person_id is not None} - {by.person_id}
    staff: set[int | None] = {by.person_id, None}
    if named:
        staff |= set(
            Appointment.objects.filter(facility_id=by.facility_id or 0, person_id__in=named).values_list(
                "person_id", flat=True
            )
        )
    faults: dict[UUID, Fault] = {}
    for fact in facts:
        if fact.patient_id not in patients:
            faults[fact.id] = Fault.NOT_OURS
        elif not {fact.poured_by.person_id, fact.observed_by.person_id} <= staff:
            faults[fact.id] = Fault.HAND_NEEDED
    return faults


def _answers(receipts: Sequence[PastReceipt]) -> dict[UUID, Answered]:
    recorded = [receipt.id for receipt in receipts if receipt.status == "recorded"]
    findings = dict(Dose.objects.filter(pk__in=recorded).values_list("pk", "findings")) if recorded else {}
    return {receipt.id: _answer(receipt, findings.get(receipt.id, [])) for receipt in receipts}


def _answer(receipt: PastReceipt, findings: list[dict[str, Any]]) -> Answered:
    stands = receipt.stands.pk if receipt.stands else None
    at = receipt.stands.occurred_at if receipt.stands else None
    if receipt.status == "recorded":
        more = any(finding["code"] != Code.TYPED_LATER for finding in findings)
        return Answered(receipt.id, Answer.WITH_FINDINGS if more else Answer.ACCEPTED, None, stands, at, findings)
    answer = Answer.CONFLICT if receipt.status == "other" else Answer.KNOWN
    return Answered(receipt.id, answer, None, stands, at)


def _keep_evidence(
    facts: Sequence[PastFact], receipts: Sequence[PastReceipt], digests: Mapping[UUID, str],
    device_at: datetime | None, offset: timedelta, by: Access, now: datetime,
) -> None:  # fmt: skip
    new = {receipt.id for receipt in receipts if receipt.status == "recorded"}
    if not new:
        return
    sync = DeviceSync(
        id=new_id(),
        device_id=by.device_id,
        person_id=by.actor_id,
        facility_id=by.facility_id or 0,
        device_at=device_at,
        received_at=now,
        offset_ms=None if device_at is None else round(offset.total_seconds() * 1000),
        facts=len(facts),
    )
    rows.insert(sync)
    rows.insert_many(
        SyncedFact(fact_id=fact.id, sync=sync, digest=digests[fact.id], device_occurred_at=fact.occurred_at)
        for fact in facts
        if fact.id in new
    )


def _tell_conflicts(
    facts: Sequence[PastFact], done: Mapping[UUID, Answered], receipts: Sequence[PastReceipt], by: Access, now: datetime
) -> None:
    """Those that the late door has not written down itself."""
    told = {receipt.id for receipt in receipts}
    rows.insert_many(
        audit.event(
            action="late.other_content", by=by, now=now, subject_kind="late", subject_id=fact.id,
            patient_id=fact.patient_id,
        )
        for fact in facts
        if fact.id not in told and done[fact.id].answer is Answer.CONFLICT
    )  # fmt: skip
