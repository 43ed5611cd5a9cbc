"""What happened without the software and is typed in later: doses and outcomes with their true time, never refused.

The rules are asked as of that time; what they find is stored beside the fact. What a whole outage shares opens one case
for its sheet of paper, what concerns one patient a case of its own.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from core import audit, rows
from core.access import Access
from core.clock import local_day
from dispensing.models import DayOutcome, LateEntry
from dispensing.rules.daycodes import Why
from dispensing.services import days, past_cases, past_outcomes
from dispensing.services.batches import PastDose, record_many
from dispensing.services.past_rows import (
    Hand,
    Judged,
    Malformed,
    PastFact,
    Site,
    bottle_of,
    judge,
    refuse_malformed,
    site_then,
)
from inventory.services.bottles import set_apart_used
from inventory.services.ledger import Status as Booked
from inventory.services.withdrawals import lock_bottles


@dataclass(frozen=True)
class PastReceipt:
    """`stands`: what is recorded of this row; for `twice` what somebody typed in before, for `other` nothing new."""

    id: UUID
    patient_id: UUID
    status: str  # recorded, known, twice, other
    stands: LateEntry | None = None


def record_past(*, command: PastFact, by: Access, now: datetime) -> PastReceipt:
    """One past fact; see `record_many_past`."""
    return record_many_past(commands=[command], by=by, now=now)[0]


def record_many_past(
    *, commands: Sequence[PastFact], by: Access, now: datetime, apart: timedelta | None = None
) -> list[PastReceipt]:
    """Record what happened at the acting facility, in the order given; all of it, or Malformed and nothing.

    The same id again answers the same receipt. A row of paper (patient, day, part) that was typed in before, by
    whomever, is answered as `twice` and not recorded as a second swallowing unless it says `again`; who typed it sees
    both readings. `apart`: nobody will see them, so a row is `twice` only where it says the same of the same time, as
    far as two clocks may differ; anything else has happened, too. One transaction;
    statements do not grow with the rows, but with how often one patient occurs. An opened bottle that had expired when
    somebody drank from it is set apart at once.
    """
    if by.facility_id is None:
        raise ValueError("A past fact is recorded at a facility.")
    done: dict[UUID, PastReceipt] = {}
    with transaction.atomic():
        _lock(sorted({fact.patient_id for fact in commands}))
        site = site_then(commands, by)
        refuse_malformed(commands, site, by, now)
        fresh = _without_known(commands, by, done, apart)
        expired = _lock_expired(fresh, site, by)
        for wave in _waves(fresh):
            _record_wave(wave, site, by, now, done)
        if expired:
            words = _("Ghi bù cho thấy đã dùng chai này sau ngày hết hạn.")
            set_apart_used(bottle_ids=expired, words=words, by=by, now=now)
        _afterwards(commands, done, site, by, now)
    return [done[fact.id] for fact in commands]


def _lock(patient_ids: Sequence[UUID]) -> None:
    """The first lock of every clinical write, for all at once and in one order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM patients_patient WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", [list(patient_ids)]
        )


def _lock_expired(fresh: Sequence[PastFact], site: Site, by: Access) -> list[int]:
    """The opened bottles that these rows drank from after their expiry, locked: before the chain head, as ever."""
    used = {
        bottle.bottle.id
        for fact in fresh
        if fact.takes_stock and (bottle := bottle_of(fact, site)) is not None
        and bottle.bottle.expires_on < local_day(fact.occurred_at, by.zone)
    }  # fmt: skip
    if used:
        lock_bottles(sorted(used))
    return sorted(used)


def _without_known(
    commands: Sequence[PastFact], by: Access, done: dict[UUID, PastReceipt], apart: timedelta | None
) -> list[PastFact]:
    """What is not in the books yet; the others get their receipts."""
    patients = {fact.patient_id for fact in commands}
    entries = list(
        LateEntry.objects.filter(
            patient_id__in=patients, day__in={local_day(fact.occurred_at, by.zone) for fact in commands},
            facility_id=by.facility_id or 0,
        ).select_related("dose", "outcome", "recorded_by", "dose__void")
    )  # fmt: skip
    own = {entry.id: entry for entry in entries}
    by_row: dict[tuple[UUID, date, int], list[LateEntry]] = defaultdict(list)
    for entry in entries:
        if entry.dose is None or not hasattr(entry.dose, "void"):
            by_row[_row_of(entry)].append(entry)
    fresh: list[PastFact] = []
    for fact in commands:
        row = (fact.patient_id, local_day(fact.occurred_at, by.zone), fact.slot)
        if fact.id in own:
            entry = own[fact.id]
            same = entry.recorded_by_id == by.person_id and says_the_same(entry, fact)
            done[fact.id] = PastReceipt(fact.id, fact.patient_id, "known" if same else "other", entry)
        elif (stands := _stands(by_row[row], fact, apart)) is not None and not fact.again:
            done[fact.id] = PastReceipt(fact.id, fact.patient_id, "twice", stands)
        else:
            fresh.append(fact)
    return fresh


def _stands(entries: Sequence[LateEntry], fact: PastFact, apart: timedelta | None) -> LateEntry | None:
    """What was typed in of this row before; where nobody looks at both, only what may be the same happening."""
    return next(
        (
            entry
            for entry in entries
            if apart is None or (_alike(entry, fact) and abs(entry.occurred_at - fact.occurred_at) <= apart)
        ),
        None,
    )


def _row_of(entry: LateEntry) -> tuple[UUID, date, int]:
    return entry.patient_id, entry.day, entry.dose.slot if entry.dose else 1


def says_the_same(entry: LateEntry, fact: PastFact) -> bool:
    """Whether a recorded entry and a row state the same thing at the same time."""
    return _alike(entry, fact) and entry.occurred_at == fact.occurred_at


def _alike(entry: LateEntry, fact: PastFact) -> bool:
    stated: tuple[str, Decimal | None]
    if entry.dose is not None:
        stated = ("", entry.dose.mg)
    else:
        stated = (entry.outcome.code, entry.outcome.poured_mg) if entry.outcome else ("", None)
    typed = (fact.outcome, fact.mg if fact.takes_stock else None)
    return stated == typed


def _waves(facts: Iterable[PastFact]) -> list[list[PastFact]]:
    """Rows in order of time, no patient and no row twice in one wave: the second part of a dose sees the first."""
    waves: list[list[PastFact]] = []
    turn: dict[UUID, int] = defaultdict(int)
    for fact in sorted(facts, key=lambda one: one.occurred_at):
        place = turn[fact.patient_id]
        turn[fact.patient_id] += 1
        if place == len(waves):
            waves.append([])
        waves[place].append(fact)
    return waves


def _record_wave(
    wave: Sequence[PastFact], site: Site, by: Access, now: datetime, done: dict[UUID, PastReceipt]
) -> None:
    judged: list[Judged] = []
    by_day: dict[date, list[PastFact]] = defaultdict(list)
    for fact in wave:
        by_day[local_day(fact.occurred_at, by.zone)].append(fact)
    for day, facts in by_day.items():
        judged += judge(facts, day, site, by)
    drunk = [one for one in judged if not one.fact.outcome]
    new: set[UUID] = set()
    if drunk:
        receipts = record_many(
            doses=[_past_dose(one, by, now) for one in drunk], facility_id=by.facility_id or 0, by=by,
            told_together=past_cases.SHARED,
        )  # fmt: skip
        new |= {receipt.id for receipt in receipts if receipt.status is Booked.POSTED}
    stated = [
        past_outcomes.PastOutcome(
            id=one.fact.id, facts=one.known.facts, code=one.fact.outcome, at=one.fact.occurred_at, note=one.fact.note,
            slip=one.slip, findings=one.findings,
        )
        for one in judged
        if one.fact.outcome
    ]  # fmt: skip
    new |= past_outcomes.write(stated, by=by, now=now)
    entries = {one.fact.id: _entry(one, by, now) for one in judged if one.fact.id in new}
    rows.insert_many(entries.values())
    for fact in wave:
        status = "recorded" if fact.id in entries else "other"
        done[fact.id] = PastReceipt(fact.id, fact.patient_id, status, entries.get(fact.id))


def _past_dose(one: Judged, by: Access, now: datetime) -> PastDose:
    assert one.slip is not None  # noqa: S101  a dose takes stock, and its faults were looked for
    fact = one.fact
    named = {"poured_by_name": fact.poured_by, "observed_by_name": fact.observed_by}
    return PastDose(
        authorisation=one.slip,
        identified_by="",
        poured_by_id=fact.poured_by.person_id,
        observed_by_id=fact.observed_by.person_id,
        given_at=fact.occurred_at,
        recorded_at=now,
        findings=tuple(one.findings),
        rules_digest=one.rules_digest,
        named={key: hand.name for key, hand in named.items() if hand.person_id is None},
        authorised=False,
    )


def _entry(one: Judged, by: Access, now: datetime) -> LateEntry:
    fact = one.fact
    return LateEntry(
        id=fact.id,
        dose_id=None if fact.outcome else fact.id,
        outcome_id=fact.id if fact.outcome else None,
        patient_id=fact.patient_id,
        facility_id=by.facility_id or 0,
        day=one.known.facts.today,
        sheet_id=fact.sheet_id,
        reason=fact.reason,
        note=fact.note.strip(),
        occurred_at=fact.occurred_at,
        recorded_at=now,
        recorded_by_id=by.actor_id,
    )


def _afterwards(
    commands: Sequence[PastFact], done: Mapping[UUID, PastReceipt], site: Site, by: Access, now: datetime
) -> None:
    """One case for what the rows share, the day decided anew, and the refusals written down."""
    written = [fact for fact in commands if done[fact.id].status == "recorded"]
    for fact in commands:
        if done[fact.id].status == "other":
            audit.record(
                action="late.other_content", by=by, now=now, subject_kind="late", subject_id=fact.id,
                patient_id=fact.patient_id,
            )  # fmt: skip
    if not written:
        return
    past_cases.open_shared(written=[fact.id for fact in written], sheets=site.sheets, by=by, now=now)
    patients: dict[date, list[UUID]] = defaultdict(list)
    for fact in written:
        patients[local_day(fact.occurred_at, by.zone)].append(fact.patient_id)
    today = local_day(now, by.zone)
    for day, ids in sorted(patients.items()):
        if day < today or DayOutcome.objects.filter(facility_id=by.facility_id or 0, day=day).exists():
            days.decide(
                facility_id=by.facility_id or 0, day=day, by=by, now=now, why=Why.LATE_FACT,
                patient_ids=sorted(set(ids)),
            )  # fmt: skip
        days.again(patient_ids=sorted(set(ids)), first=day, last=day, by=by, now=now, why=Why.LATE_FACT)


__all__ = ["Hand", "Malformed", "PastFact", "PastReceipt", "record_many_past", "record_past", "says_the_same"]
