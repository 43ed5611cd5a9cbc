"""The steps of a referral, each once, signed where the table asks for it; the dosing place moves with the agreed day.

`at` says which step of which referral, by whom and when (referral_steps.At); every function answers its receipt and
raises ReferralRefused, OtherContent, PermissionDenied, Referral.DoesNotExist.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from core.access import SYSTEM
from core.clock import local_day
from core.ids import new_id
from dispensing.models import Dose, Flag, Hold, Prescription, Referral, ReferralStep
from dispensing.queries.referral_needs import BLOCKS
from dispensing.queries.referral_sides import satellite_of
from dispensing.queries.referral_summary import latest_assessments
from dispensing.rules import referrals as rules
from dispensing.rules.referral_table import Kind, State, Step, row_of
from dispensing.rules.referrals import Wrong
from dispensing.services import referral_steps as steps
from dispensing.services.referral_drafts import draft as draft
from dispensing.services.referral_drafts import draft_needed as draft_needed
from dispensing.services.referral_drafts import drafts_to_send
from dispensing.services.referral_steps import At, Held, Receipt, ReferralRefused
from patients.models import PlacementKind
from patients.services import placements
from patients.services.placements import PlacementRefused

ONE_DAY: Final = timedelta(days=1)
# Steps that state nothing but themselves, and why.
PLAIN: Final = (
    Step.CANCEL, Step.ACKNOWLEDGE, Step.OTHER_DAY, Step.ARRIVE, Step.NOT_ARRIVE, Step.DECLINE, Step.SETTLE, Step.CLOSE,
)  # fmt: skip


def take(*, at: At) -> Receipt:
    """A step that states nothing but itself, and why. Closing calls off a move that has not come yet."""
    if at.step not in PLAIN:
        raise ValueError(f"{at.step} asks for more.")

    def work(held: Held) -> Receipt:
        if at.step is Step.CLOSE:
            _call_off(held)
        return steps.write(held, state=_after(held))

    return _step(at, work)


def send(*, at: At, wished_on: date | None, own_pin: str) -> Receipt:
    """The site confirms the draft and asks for a day; where the clinic names the same, both have agreed."""
    wrong = rules.check_day(wished_on, today=_today(at)) if wished_on else ()
    if wrong:
        raise ReferralRefused(wrong)
    own = steps.prove_own(at, own_pin)
    return _step(at, lambda held: steps.write(held, state=State.SENT, moves_on=wished_on, own=own))


def appoint(*, at: At, day: date | None) -> Receipt:
    """The clinic names the first day there. Where it is the day that the site asked for, the place moves."""
    wrong = rules.check_day(day, today=_today(at))
    if wrong or day is None:
        raise ReferralRefused(wrong)

    def work(held: Held) -> Receipt:
        asked = ReferralStep.objects.filter(referral=held.referral, step=Step.SEND, moves_on=day).exists()
        if not asked:
            return steps.write(held, state=State.APPOINTED, moves_on=day)
        _move(held, held.referral.clinic_id, PlacementKind.CLINIC, day)
        return steps.write(held, state=State.EXPECTED, moves_on=day)

    return _step(at, work)


def agree(*, at: At) -> Receipt:
    """The site agrees to the clinic's day: from then on the patient drinks there, visible on both boards."""

    def work(held: Held) -> Receipt:
        day = held.last.moves_on if held.last else None
        wrong = rules.check_day(day, today=_today(at))
        if wrong or day is None:
            raise ReferralRefused([Wrong("", _("Ngày hẹn đã qua. Đề nghị ngày khác."))])
        _move(held, held.referral.clinic_id, PlacementKind.CLINIC, day)
        return steps.write(held, state=State.EXPECTED, moves_on=day)

    return _step(at, work)


def go_back(*, at: At) -> Receipt:
    """The patient did not go, or does not want to: they drink at the satellite again, from the day of the move where
    that has not come, else from tomorrow."""

    def work(held: Held) -> Receipt:
        day = max(_moves_on(held) or _today(at), _today(at) + ONE_DAY)
        _move(held, held.referral.from_facility_id, PlacementKind.HOME, day)
        return steps.write(held, state=State.CLOSED, moves_on=day)

    return _step(at, work)


def answer(*, at: At, prescription_id: UUID) -> Receipt:
    """The physician's order answers: the patient goes on at the satellite, or begins treatment at the clinic."""

    def work(held: Held) -> Receipt:
        order = _order(held.referral, prescription_id)
        before = held.referral.summary.get("order") or {}
        said = rules.answer_of(dose_mg=order.dose_mg, phase=order.phase, before_mg=rules.as_mg(before.get("dose_mg")))
        if at.step is Step.ANSWER:
            _call_off(held)
        return steps.write(held, state=_after(held), prescription_id=order.pk, answer=str(said))

    return _step(at, work)


def keep(*, at: At, own_pin: str) -> Receipt:
    """The patient stays with the main clinic: it is their own facility from tomorrow on."""
    own = steps.prove_own(at, own_pin)

    def work(held: Held) -> Receipt:
        _move(held, held.referral.clinic_id, PlacementKind.HOME, _today(at) + ONE_DAY)
        return steps.write(held, state=State.KEPT, own=own)

    return _step(at, work)


def offer(*, at: At, day: date | None, checks: Sequence[str], own_pin: str) -> Receipt:
    """The treating physician signs that the patient may go to the satellite: checklist, stability, and a day."""
    referral = Referral.objects.get(pk=at.referral_id)
    level, held_back = _stability(referral.patient_id)
    wrong = (
        *rules.check_list(Kind(referral.kind), checks),
        *rules.check_day(day, today=_today(at)),
        *rules.check_stable(level=level, held=held_back, words=at.words),
    )
    if wrong:
        raise ReferralRefused(wrong)
    own = steps.prove_own(at, own_pin)
    found = {"checks": sorted(checks), "stability": level}
    return _step(at, lambda held: steps.write(held, state=State.OFFERED, moves_on=day, own=own, found=found))


def countersign(*, at: At, own_pin: str) -> Receipt:
    """The head of the main clinic signs too, somebody else than the treating physician."""
    own = steps.prove_own(at, own_pin)

    def work(held: Held) -> Receipt:
        _somebody_else(held)
        return steps.write(held, state=State.SIGNED, moves_on=held.last.moves_on if held.last else None, own=own)

    return _step(at, work)


def accept(*, at: At, day: date | None, own_pin: str) -> Receipt:
    """The head of the satellite signs the patient in; the day is agreed with that, and the place moves."""
    wrong = rules.check_day(day, today=_today(at))
    if wrong or day is None:
        raise ReferralRefused(wrong)
    own = steps.prove_own(at, own_pin)

    def work(held: Held) -> Receipt:
        _somebody_else(held)
        offered = held.last.moves_on if held.last else None
        if offered is not None and day < offered:
            words = _("Bên chuyển ký cho từ ngày %(day)s. Chọn ngày đó hoặc sau đó.")
            raise ReferralRefused([Wrong("day", words % {"day": f"{offered:%d/%m/%Y}"})])
        _move(held, satellite_of(held.referral), PlacementKind.HOME, day)
        return steps.write(held, state=State.MOVING, moves_on=day, own=own)

    return _step(at, work)


def step_by_itself(*, now: datetime) -> int:
    """What a job does with referrals: a draft that nobody confirmed is sent; who has drunk at the new place has
    arrived, who has not by the end of the agreed day has not. Each in its own transaction; answers how many steps.
    """
    wanted = [(referral_id, Step.SEND) for referral_id in drafts_to_send(now=now)] + _arrivals(now)
    taken = 0
    for referral_id, step in wanted:
        at = At(new_id(), referral_id, step, SYSTEM, now)
        try:
            _step(at, lambda held: steps.write(held, state=_after(held)))
            taken += 1
        except ReferralRefused:
            continue  # somebody was quicker: the step is in the trail, and is not wanted any more
    return taken


def _arrivals(now: datetime) -> list[tuple[UUID, Step]]:
    """Moves that a dose at the new place, or the end of their day, has decided."""
    found = []
    for referral, last in _last_steps([State.EXPECTED, State.NOT_ARRIVED, State.MOVING]):
        moving = last.state == State.MOVING
        place = satellite_of(referral) if moving else referral.clinic_id
        since = last.moves_on or local_day(last.at, referral.from_facility.zone)
        drunk = Dose.objects.filter(
            patient_id=referral.patient_id, facility_id=place, covers_day__gte=since, void__isnull=True
        ).exists()
        if drunk:
            found.append((referral.pk, Step.SETTLE if moving else Step.ARRIVE))
        elif last.state == State.EXPECTED and local_day(now, referral.from_facility.zone) > since:
            found.append((referral.pk, Step.NOT_ARRIVE))
    return found


def _last_steps(states: Sequence[State]) -> list[tuple[Referral, ReferralStep]]:
    rows = (
        ReferralStep.objects.filter(referral__ended_at__isnull=True)
        .order_by("referral_id", "-position")
        .distinct("referral_id")
        .select_related("referral__from_facility")
    )
    return [(row.referral, row) for row in rows if row.state in {str(state) for state in states}]


def _step(at: At, work: Callable[[Held], Receipt]) -> Receipt:
    """Once per id, under the patient's lock."""
    with steps.stepping(at):
        earlier = steps.known(at)
        return earlier if earlier is not None else work(steps.hold(at))


def _after(held: Held) -> State:
    """The one state that the step leads to from here."""
    row = row_of(held.at.step, state=held.state, kind=held.kind)
    assert row is not None  # noqa: S101  the table was asked when the referral was held
    (state,) = row.after
    return state


def _today(at: At) -> date:
    return local_day(at.now, at.by.zone)


def _moves_on(held: Held) -> date | None:
    """The day of the move that both sides agreed on last."""
    agreed = ReferralStep.objects.filter(referral=held.referral, state__in=[State.EXPECTED, State.MOVING])
    last = agreed.order_by("-position").first()
    return last.moves_on if last else None


def _move(held: Held, facility_id: int, kind: PlacementKind, day: date) -> None:
    try:
        placements.agreed_move(
            patient_id=held.referral.patient_id, facility_id=facility_id, kind=kind, starts_on=day, by=held.at.by,
            now=held.at.now,
        )  # fmt: skip
    except PlacementRefused as refused:
        raise ReferralRefused([Wrong("day", refused.sentence)]) from refused


def _call_off(held: Held) -> None:
    """A move that was agreed and has not come yet does not come: the patient stays where they are."""
    if held.state not in (State.EXPECTED, State.MOVING):
        return
    day = _moves_on(held)
    if day is None or day <= _today(held.at):
        return
    referral = held.referral
    there = referral.clinic_id if held.state is State.MOVING and held.kind is Kind.TO_CLINIC else None
    kind = PlacementKind.CLINIC if there else PlacementKind.HOME
    _move(held, there or referral.from_facility_id, kind, day)


def _order(referral: Referral, prescription_id: UUID) -> Prescription:
    """A signed order of the main clinic for this patient, made since the referral."""
    order = Prescription.objects.filter(pk=prescription_id, patient_id=referral.patient_id).first()
    if order is None or not order.by_main_clinic or order.recorded_at < referral.drafted_at or order.ended_on:
        raise ReferralRefused([Wrong("prescription", _("Ký đơn mới cho người bệnh này trước, rồi chọn đơn đó."))])
    return order


def _stability(patient_id: UUID) -> tuple[str | None, bool]:
    """The level that stands, and whether a block does."""
    assessment = latest_assessments([patient_id]).get(patient_id)
    held = Hold.objects.filter(patient_id=patient_id, lifted_at__isnull=True).exists()
    blocked = Flag.objects.filter(
        patient_id=patient_id, cleared_at__isnull=True, level__in=[str(level) for level in BLOCKS]
    ).exists()
    return (assessment.level if assessment else None), held or blocked


def _somebody_else(held: Held) -> None:
    """The signatures of one transfer are those of different people."""
    signed = ReferralStep.objects.filter(
        referral=held.referral, step__in=[Step.OFFER, Step.COUNTERSIGN], actor_id=held.at.by.person_id
    )
    last_offer = ReferralStep.objects.filter(referral=held.referral, step=Step.OFFER).order_by("-position").first()
    if last_offer is not None and signed.filter(position__gte=last_offer.position).exists():
        raise ReferralRefused([Wrong("", _("Bạn đã ký chuyển phiếu này. Chữ ký này phải của người khác."))])
