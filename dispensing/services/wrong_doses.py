"""Somebody drank what was meant for another, or another amount: both patients are put right in one act.

The record that says otherwise is voided, what was really drunk is recorded with its own stock, and whoever drank too
much is watched. Facts are never refused: only what cannot be read (nobody's code, no amount) is asked back.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, rows
from core.access import Access
from core.clock import local_day
from core.digests import sha256_of
from core.ids import new_id
from core.quantities import NotExact, format_ml, ul_to_mg
from dispensing.models import CoveredDay, Dose, DoseKind, DoseVoid, Observation, VoidKind, WrongDose
from dispensing.rules.daycodes import Why
from dispensing.rules.facts import Answers, PatientFacts
from dispensing.rules.incident_codes import FoundHow, ObservationWhy, WrongDoseKind
from dispensing.rules.incident_settings import IncidentSettings
from dispensing.rules.incidents import must_be_watched, tolerance_of, watched_until
from dispensing.rules.reviews import ReviewWhy
from dispensing.rules.violations import Code
from dispensing.services import days, observations, reviews, screens, told_physicians, voids
from dispensing.services.authorisations import Authorisation, Snapshot, look
from dispensing.services.doses import OtherContent, document
from dispensing.services.incidents import IncidentRefused, lock_patients
from dispensing.services.observations import NewObservation
from dispensing.services.told_physicians import SUBJECT, NewlyTold
from dispensing.services.voids import UNKNOWN, NewVoid
from facilities.services import settings as rule_settings
from followup.models import CaseKind
from followup.services import cases
from inventory.models import AccountKind, ActKind, Bottle, Item, Movement
from inventory.queries import bottles
from inventory.rules.kinds import OF_A_CONSIGNMENT
from inventory.services import accounts, ledger
from inventory.services.ledger import Move, NewAct
from inventory.services.withdrawals import beyond_tolerance
from patients.models import Patient


@dataclass(frozen=True)
class NewWrongDose:
    """What really happened. `dose_id` names the record to put right; `slip` the open card, where nothing is recorded.

    `drinker`: the code of who drank it, or UNKNOWN; empty where the right person drank another amount, `actual_ul`.
    `reason`: why the record is voided, where that was said.
    """

    id: UUID
    dose_id: UUID | None = None
    slip: Authorisation | None = None
    drinker: str = ""
    actual_ul: int | None = None
    found_how: FoundHow = FoundHow.SEEN
    advice: tuple[str, ...] = ()
    told: str = ""
    told_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True)
class _Poured:
    """What left one bottle."""

    lot_id: int
    bottle_id: int
    ul: int


@dataclass
class _Act:
    """What the record is made of, put together under both patients' locks."""

    command: NewWrongDose
    by: Access
    now: datetime
    meant_id: UUID
    drinker_id: UUID | None
    dose: Dose | None
    given_at: datetime
    mg: Decimal
    poured: list[_Poured]
    snapshot: Snapshot | None = None
    findings: list[dict[str, Any]] = field(default_factory=list)

    @property
    def drinker(self) -> UUID:
        """Who drank it, where that is known."""
        if self.drinker_id is None:
            raise ValueError("Nobody knows who drank it.")
        return self.drinker_id

    @property
    def kind(self) -> WrongDoseKind:
        return WrongDoseKind.OTHER_AMOUNT if self.drinker_id == self.meant_id else WrongDoseKind.OTHER_PERSON


def record(*, command: NewWrongDose, by: Access, now: datetime, screen: str = "") -> WrongDose:
    """Put both patients right. The same id by the same person answers the same record; other content: OtherContent.

    Raises IncidentRefused for what only the person can say, Dose.DoesNotExist for another site's dose.
    """
    meant_id = _meant(command, by)
    drinker_id = meant_id if not command.drinker else _drinker(command.drinker, meant_id, by)
    with transaction.atomic():
        lock_patients(meant_id, drinker_id)
        stands = WrongDose.objects.filter(pk=command.id).first()
        if stands is not None:
            return _same_again(stands, command, meant_id, drinker_id, by)
        dose = Dose.objects.filter(pk=command.slip.dose_id if command.slip is not None else command.dose_id).first()
        if dose is not None and DoseVoid.objects.filter(dose=dose).exists():
            raise IncidentRefused(None, _("Bản ghi này đã được hủy trước đó. Mở lại danh sách để xem."))
        act = _put_together(command, by, now, meant_id, drinker_id, dose)
        made = _record(act)
    screens.leave(screen=screen)
    return made


def _meant(command: NewWrongDose, by: Access) -> UUID:
    """For whom it was poured. Whether that is recorded is asked under the lock: a card whose dose is recorded is that
    dose, and the confirm of that very card may be under way.
    """
    if command.slip is not None:
        slip = command.slip
        if (slip.person_id, slip.facility_id) != (by.person_id, by.facility_id):
            raise IncidentRefused(None, _("Màn hình này đã cũ. Mở lại người bệnh."))
        return slip.patient_id
    meant_id: UUID = Dose.objects.values_list("patient_id", flat=True).get(
        pk=command.dose_id, facility_id=by.facility_id or 0
    )
    return meant_id


def _drinker(code: str, meant_id: UUID, by: Access) -> UUID | None:
    """Who drank it: somebody with a code who is or was dosed here, or nobody knows who."""
    if code == UNKNOWN:
        return None
    found = Patient.objects.filter(code=code, placements__facility_id=by.facility_id or 0).values_list("pk", flat=True)
    drinker: UUID | None = found.first()
    if drinker is None:
        raise IncidentRefused("drinker", _("Không có mã này ở cơ sở. Xem lại mã, hoặc chọn: chưa biết là ai."))
    if drinker == meant_id:
        raise IncidentRefused("drinker", _("Đây chính là người được rót. Chọn: đúng người, khác số mL."))
    return drinker


def _put_together(
    command: NewWrongDose, by: Access, now: datetime, meant_id: UUID, drinker_id: UUID | None, dose: Dose | None
) -> _Act:  # fmt: skip
    poured = _poured(command, dose)
    if not command.drinker:
        poured = _other_amount(poured, command, dose)
    mg = dose.mg if dose is not None else command.slip.mg if command.slip is not None else Decimal(0)
    if not command.drinker:
        mg = _mg(poured)
        if dose is None or mg == dose.mg:
            raise IncidentRefused("actual", _("Số mL này đúng như đã ghi. Ghi số mL thật sự đã rót."))
    if drinker_id is None and dose is None:
        raise IncidentRefused("drinker", _("Chưa biết ai cầm cốc thuốc đi: ghi ở mục không uống, mang cốc thuốc đi."))
    given_at = dose.given_at if dose is not None else now
    act = _Act(command, by, now, meant_id, drinker_id, dose, given_at, mg, poured)
    if drinker_id is not None:
        act.snapshot = look(patient_id=drinker_id, by=by, now=now, answers=Answers())
    return act


def _poured(command: NewWrongDose, dose: Dose | None) -> list[_Poured]:
    if dose is None:
        assert command.slip is not None  # noqa: S101  without a record there is the open card
        return [_Poured(p.lot_id, p.bottle_id, p.ul) for p in command.slip.portions]
    taken: dict[tuple[int, int], int] = {}
    for move in Movement.objects.filter(act_id=dose.pk, target__kind=AccountKind.PATIENTS).order_by("position"):
        key = (move.lot_id, move.bottle_id or 0)
        taken[key] = taken.get(key, 0) + move.quantity
    return [_Poured(lot, bottle, ul) for (lot, bottle), ul in taken.items()]


def _other_amount(poured: list[_Poured], command: NewWrongDose, dose: Dose | None) -> list[_Poured]:
    """The amount really poured, from the same bottles: what is more or less is the last one's."""
    if dose is None or command.actual_ul is None or command.actual_ul <= 0:
        raise IncidentRefused("actual", _("Ghi số mL thật sự đã rót."))
    left, found = command.actual_ul, []
    for place, one in enumerate(poured):
        part = left if place == len(poured) - 1 else min(one.ul, left)
        if part > 0:
            found.append(_Poured(one.lot_id, one.bottle_id, part))
        left -= part
    return found


def _mg(poured: list[_Poured]) -> Decimal:
    rows = Bottle.objects.filter(pk__in=[p.bottle_id for p in poured]).select_related("lot")
    strengths = {bottle.pk: bottle.lot.concentration or Decimal(0) for bottle in rows}
    try:
        return sum((ul_to_mg(p.ul, strengths[p.bottle_id]) for p in poured), Decimal(0))
    except NotExact as error:
        raise IncidentRefused("actual", _("Số mL này không đổi được đúng ra mg. Xem lại vạch.")) from error


def _record(act: _Act) -> WrongDose:
    command, by, now = act.command, act.by, act.now
    intended = _intended(act)
    code = Code.OTHER_AMOUNT_DRUNK if act.kind is WrongDoseKind.OTHER_AMOUNT else Code.DRUNK_FOR_OTHER
    act.findings = [{"code": str(code), "data": {"actual_mg": _plain(act.mg), "intended_mg": _plain(intended)}}]
    if act.dose is not None:
        _void(act)
    drunk = _drink(act) if act.drinker_id is not None else None
    if drunk is not None:
        days.after_the_day(patient_id=drunk.patient_id, day=drunk.covers_day, by=by, now=now, why=Why.LATE_FACT)
    usual, watched = _watch(act)
    reviews.due({act.meant_id, act.drinker_id or act.meant_id}, why=ReviewWhy.WRONG_DOSE, now=now)
    made = WrongDose.objects.create(
        id=command.id, facility_id=by.facility_id or 0, day=local_day(act.given_at, by.zone), kind=act.kind,
        dose=act.dose, drunk=drunk, meant_id=act.meant_id, drinker_id=act.drinker_id, intended_mg=intended,
        actual_mg=act.mg, usual_mg=usual, found_how=command.found_how, advice=list(command.advice),
        observation=watched, happened_at=act.given_at, recorded_at=now, recorded_by_id=by.actor_id,
    )  # fmt: skip
    if command.told.strip():
        told = NewlyTold(new_id(), made.pk, command.told, min(command.told_at or now, now))
        told_physicians.write(command=told, by=by, now=now)
    cases.open_case(
        kind=CaseKind.WRONG_DOSE, facility_id=made.facility_id, subject_kind=SUBJECT, subject_id=made.pk,
        patient_id=made.drinker_id or made.meant_id, findings=act.findings, by=by, now=now,
    )  # fmt: skip
    audit.record(
        action="wrong_dose.recorded", by=by, now=now, subject_kind=SUBJECT, subject_id=made.pk,
        patient_id=made.drinker_id or made.meant_id, kind=made.kind, meant=str(made.meant_id),
    )  # fmt: skip
    return made


def _intended(act: _Act) -> Decimal:
    """What the drinker was to have had then: the recorded dose; their own order where they had not drunk yet."""
    if act.kind is WrongDoseKind.OTHER_AMOUNT and act.dose is not None:
        return act.dose.mg
    if act.snapshot is None:
        return Decimal(0)
    facts = act.snapshot.known.facts
    if facts.doses_today or facts.prescription is None or local_day(act.given_at, act.by.zone) != facts.today:
        return Decimal(0)
    return facts.prescription.slot_mg[0]


def _void(act: _Act) -> None:
    """The record that says otherwise no longer stands, and its owner's day is free. Who drank it is recorded anew."""
    assert act.dose is not None  # noqa: S101  only a record can be voided
    known = act.drinker_id is not None
    voids.void(
        command=NewVoid(
            id=new_id(),
            dose_id=act.dose.pk,
            kind=VoidKind.RECORDED_AGAIN if known else VoidKind.DRUNK_BY_OTHER,
            reason=act.command.reason.strip() or _("uống nhầm: xem bản ghi đúng"),
            drinker=act.command.drinker,
        ),
        by=act.by,
        now=act.now,
        case=False,
    )


def _drink(act: _Act) -> Dose:
    """What was really drunk, as a dose of who drank it, with the stock of what was poured."""
    by, now, snapshot = act.by, act.now, act.snapshot
    assert snapshot is not None  # noqa: S101  loaded for every known drinker
    day = local_day(act.given_at, by.zone)
    slot = act.dose.slot if act.kind is WrongDoseKind.OTHER_AMOUNT and act.dose else _free_slot(act, day)
    claimed = CoveredDay.objects.filter(patient_id=act.drinker, day=day, slot=slot)
    apart = claimed.filter(dose__order__isnull=False)  # the void left the day to a dose that was ordered beside it
    put_right = act.kind is WrongDoseKind.OTHER_AMOUNT and apart.exists()
    taken = not put_right and claimed.exists()
    if taken:
        act.findings.insert(0, {"code": str(Code.DOSE_ALREADY_TODAY), "data": {}})
    poured_by, observed_by = by.actor_id, by.actor_id
    old = act.dose
    dose = Dose(
        act_id=new_id(), patient_id=act.drinker, facility_id=by.facility_id or 0, covers_day=day, given_on=day,
        given_at=act.given_at, recorded_at=now, slot=slot,
        kind=DoseKind.CONFLICTING if taken else DoseKind.SCHEDULED, mg=act.mg, reduced=False,
        prescription_id=old.prescription_id if old and act.kind is WrongDoseKind.OTHER_AMOUNT else None,
        poured_by_id=old.poured_by_id if old else poured_by, observed_by_id=old.observed_by_id if old else observed_by,
        recorded_by_id=by.actor_id, identified_by="", answers=_names(old), findings=[],
        rules_digest=snapshot.rules_digest, authorised_at=None,
    )  # fmt: skip
    posted = ledger.post(_stock(act, dose), facility_id=dose.facility_id)
    if posted.beyond and beyond_tolerance(
        bottle_ids=[p.bottle_id for p in act.poured], facility_id=dose.facility_id, at=now
    ):
        act.findings.append(
            {"code": str(Code.BEYOND_BOOK), "data": {"beyond_ml": format_ml(posted.beyond, separator=".")}}
        )
    dose.findings = act.findings
    claim = CoveredDay(patient_id=dose.patient_id, day=day, slot=slot, dose_id=dose.act_id)
    rows.insert(dose, *([] if taken or put_right else [claim]))
    if put_right:
        apart.update(dose_id=dose.act_id)
    return dose


def _names(old: Dose | None) -> dict[str, Any]:
    """Who poured or looked on without an account here stays named."""
    return {key: value for key, value in old.answers.items() if key.endswith("_by_name")} if old else {}


def _free_slot(act: _Act, day: Any) -> int:
    """The first part of that day that the drinker has not drunk, else the first."""
    facts: PatientFacts = act.snapshot.known.facts  # type: ignore[union-attr]  # loaded for every known drinker
    parts = len(facts.prescription.slot_mg) if facts.prescription else 1
    taken = set(CoveredDay.objects.filter(patient_id=act.drinker, day=day).values_list("slot", flat=True))
    return next((slot for slot in range(1, parts + 1) if slot not in taken), 1)


def _stock(act: _Act, dose: Dose) -> NewAct:
    """Out of the bottles that stand here; what the void set aside for a bottle that is gone comes from there."""
    states = bottles.states(bottle_ids=[p.bottle_id for p in act.poured], facility_id=dose.facility_id)
    stands = {state.id for state in states if state.place is not None and state.place not in OF_A_CONSIGNMENT}
    there = accounts.ids(facility_id=dose.facility_id, item=Item.objects.get(pk=states[0].item_id))
    return NewAct(
        id=dose.act_id,
        kind=ActKind.DOSE,
        actor_id=act.by.actor_id,
        actor_label=act.by.label,
        occurred_at=dose.given_at,
        recorded_at=dose.recorded_at,
        document_digest=sha256_of(document(dose)),
        moves=[
            Move(
                p.lot_id, p.bottle_id,
                there[AccountKind.OPENED if p.bottle_id in stands else AccountKind.UNRECONCILED],
                there[AccountKind.PATIENTS], p.ul, "dose",
            )
            for p in act.poured
        ],
    )  # fmt: skip


def _watch(act: _Act) -> tuple[Decimal | None, Observation | None]:
    """Watch who drank more than they are used to, for as long as is left of the rule's time."""
    if act.snapshot is None:
        return None, None
    facts = act.snapshot.known.facts
    settings = rule_settings.for_facility(IncidentSettings, facility_id=act.by.facility_id or 0, at=act.now)
    tolerance = tolerance_of(facts, settings)
    before = sum((dose.mg for dose in facts.doses_today if act.dose is None or dose.id != act.dose.pk), Decimal(0))
    if not must_be_watched(drunk_mg=before + act.mg, tolerance=tolerance, settings=settings):
        return tolerance.usual_mg, None
    if watched_until(why=ObservationWhy.WRONG_DOSE, since=act.given_at, settings=settings) <= act.now:
        return tolerance.usual_mg, None
    command = NewObservation(new_id(), facts.patient_id, ObservationWhy.WRONG_DOSE, starts_at=act.given_at)
    return tolerance.usual_mg, observations.watch(command=command, by=act.by, now=act.now)


def _same_again(
    stands: WrongDose, command: NewWrongDose, meant_id: UUID, drinker_id: UUID | None, by: Access
) -> WrongDose:  # fmt: skip
    if (stands.meant_id, stands.drinker_id, stands.recorded_by_id, stands.found_how) != (
        meant_id, drinker_id, by.person_id, command.found_how,
    ):  # fmt: skip
        raise OtherContent
    same_dose = command.dose_id in (None, stands.dose_id)
    amount = stands.drunk if stands.kind == WrongDoseKind.OTHER_AMOUNT else None
    if not same_dose or (amount and sum(part.ul for part in _poured(command, amount)) != command.actual_ul):
        raise OtherContent
    return stands


def _plain(mg: Decimal) -> str:
    return f"{mg.normalize():f}"
