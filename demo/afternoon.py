"""The afternoon of a simulated site: orders for tomorrow, holds, newcomers, stock, reviews and conclusions."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import F

from demo import attendance, away, dice, looks, orders, stock
from demo.attendance import Plan, Visit
from demo.cohort import Member
from demo.day import SiteDay, plan_of
from demo.morning import OF_MISSED_DAYS
from demo.orders import ONE_DAY, Order, Signing
from demo.refusals import left_out
from demo.sites import Site
from demo.window import OpenBottles
from dispensing.models import Prescription
from dispensing.queries.prescribing import order_fact, orders_of
from dispensing.rules.choices import HoldReason
from dispensing.rules.codes import Unlocker
from dispensing.rules.facts import Phase, PrescriptionFact
from dispensing.rules.missed import MissedCount, count_missed
from dispensing.services import holds
from dispensing.services.holds import NewHold
from followup.models import Case, CaseKind
from followup.services import cases
from patients.models import Patient, Sex, Status
from patients.rules.person import Phone, Whose
from patients.services import register, status
from patients.services.register import NewPatient
from staff.queries.attestations import open_for_review
from staff.services import attestations

REVIEWED_AFTER: Final = timedelta(days=2)
REVIEWED_LATE: Final = timedelta(days=9)
# Days after which a case of the kind is concluded; one in four waits longer, and is overdue.
CONCLUDED_AFTER: Final = {CaseKind.CONFLICTING_DOSE: 14, CaseKind.DOSE_FINDING: 2}
LEFT_LYING_DAYS, LEFT_LYING = 11, 0.25
CONCLUSIONS: Final = {
    CaseKind.CONFLICTING_DOSE: "Người bệnh uống hai lần trong một buổi khi mất mạng. Theo dõi 4 giờ, ổn định.",
    CaseKind.BOTTLE_YIELD: "Đã đo lại, kiểm tra bơm định liều. Chai hụt khi đóng gói, không thấy đổ vỡ.",
    CaseKind.DOSE_FINDING: "Đã gọi người bệnh và bác sĩ, đã có đơn mới.",
}
HOLD_REASONS: Final = (HoldReason.MEDICINE, HoldReason.PHYSICIAN_REVIEW, HoldReason.ILLNESS)
LEFT_FOR_GOOD: Final = "Không đến uống thuốc quá 30 ngày, đã gọi điện và đến nhà"


def close(today: SiteDay, *, at: datetime) -> None:
    """Everything that a site does after its morning, in its order from `at` on."""
    site, moments = today.site, _moments(today.site, at)
    orders.sign(site, list(_orders(today, next(moments))))
    _give_up(today, next(moments))
    _place_holds(today, moments)
    enrol(site, site.members(today.day + ONE_DAY), joining=today.day + ONE_DAY, at=next(moments))
    opened = OpenBottles(site)
    opened_ul, daily_ul = opened.left_ul, today.daily_ul()
    with left_out(f"{site.spec.key} delivery"):
        stock.stock_up(site, daily_ul=daily_ul, opened_ul=opened_ul, at=next(moments))
    with left_out(f"{site.spec.key} cabinets"):
        stock.prepare_cabinet(site, daily_ul=daily_ul, opened_ul=opened_ul, at=next(moments))
    with left_out(f"{site.spec.key} cabinet closed"):
        looks.evening(site, today.day, opened)
    away.sign_what_waits(site, moments)
    away.delegate(site, today.day, moments)
    _review(site, moments)
    _conclude(site, moments)


def _moments(site: Site, at: datetime) -> Iterator[datetime]:
    """One after the other, all before midnight."""
    midnight = site.midnight(at.astimezone(site.zone).date() + ONE_DAY)
    step = min(timedelta(minutes=3), (midnight - at) / 2000)
    while True:
        at += step
        yield at


def enrol(site: Site, members: dict[UUID, Member], *, joining: date, at: datetime) -> None:
    """Register the members who join on a day, and sign their first order."""
    new = [member for member in members.values() if member.joined_on == joining]
    if not new:
        return
    known = set(Patient.objects.filter(pk__in=[member.id for member in new]).values_list("pk", flat=True))
    register.register_many(
        new=[_new_patient(site, member) for member in new if member.id not in known],
        by=site.team.clinic_physician.access,
        now=at,
    )
    orders.sign(
        site,
        [
            Signing(
                member=member,
                order=orders.first(member, member.joined_on),
                starts_on=member.joined_on,
                before_mg=None if member.newcomer else member.target_mg,
                at=at,
                by_clinic=member.newcomer,
            )
            for member in new
        ],
    )


def _new_patient(site: Site, member: Member) -> NewPatient:
    return NewPatient(
        full_name=member.name.full_name,
        sex=Sex.FEMALE if member.name.female else Sex.MALE,
        birth_year=member.birth_year,
        treatment_started_on=member.treatment_started_on,
        facility_id=site.facility_id,
        starts_on=member.joined_on,
        language=member.name.language,
        consent_language=member.name.language,
        code=member.code,
        id=member.id,
        phones=_phones(member),
    )


def _phones(member: Member) -> tuple[Phone, ...]:
    """Half own one, some are reached by way of their family, the others have none; 0100 is nobody's prefix."""
    tail = f"0100{member.id.int % 1_000_000:06d}"
    return {
        0: (Phone(tail, Whose.OWN),),
        1: (Phone(tail, Whose.OWN),),
        2: (Phone(tail, Whose.FAMILY),),
    }.get(member.id.int % 4, ())


def _orders(today: SiteDay, at: datetime) -> Iterator[Signing]:
    late, provided = _renewed_tomorrow(today), _ordered_from_tomorrow(today)
    for id_, known in today.known.items():
        if id_ in provided:
            continue
        facts, member, plan = known.facts, today.members[id_], today.plans[id_]
        before = facts.prescription
        if before is not None and before.last_day > today.day and id_ in today.dosed and not _reduced(today, id_):
            continue
        before = before or _last_order(id_)
        if before is None or member.number == late:
            continue
        missed = count_missed(facts, today.settings)
        order, in_sight = _tomorrow(today, member, plan, before, missed)
        if order is None:
            continue
        answers = in_sight or (plan.present and missed.in_window > 0)
        yield Signing(
            member=member,
            order=order,
            starts_on=today.day + ONE_DAY,
            before_mg=before.dose_mg,
            at=at,
            answers_until=today.day if answers else None,
            by_clinic=order.phase is Phase.INDUCTION or (in_sight and missed.consecutive + 1 >= orders.RESTART_FROM),
        )


def _tomorrow(
    today: SiteDay, member: Member, plan: Plan, before: PrescriptionFact, missed: MissedCount
) -> tuple[Order | None, bool]:
    """The order that tomorrow needs, if it needs one, and whether it is signed in sight of missed days."""
    tomorrow = today.day + ONE_DAY
    decision = today.stopped.get(member.id)
    blocked = decision is not None and any(violation.code in OF_MISSED_DAYS for violation in decision.violations)
    if plan.sees_physician or (blocked and plan.visit is not Visit.BLOCKED):
        return orders.coming_back(before.dose_mg, missed.consecutive + 1, member, tomorrow), True
    if _reduced(today, member.id):
        given = sum(dose.mg for dose in today.known[member.id].facts.doses_today)
        mg = min(member.target_mg, (given or orders.half(before.dose_mg)) + orders.RAISE_MG)
        return Order(Phase.ADJUSTMENT, mg, tomorrow + (orders.ADJUSTMENT_DAYS - 1) * ONE_DAY), plan.present
    if before.last_day <= today.day:
        return orders.following(before, member, tomorrow), False
    return None, False


def _reduced(today: SiteDay, patient_id: UUID) -> bool:
    """Whether a reduced dose has been given against the order, which offers nothing by itself any more."""
    facts = today.known[patient_id].facts
    parts = facts.prescription.slot_mg if facts.prescription else ()
    return facts.suspended or any(
        dose.slot <= len(parts) and dose.mg < parts[dose.slot - 1] for dose in facts.doses_today
    )


def _ordered_from_tomorrow(today: SiteDay) -> set[UUID]:
    """Patients who have an order for the days to come: whoever tries the demo may have signed it."""
    to_come = Prescription.objects.filter(patient_id__in=list(today.known), starts_on__gt=today.day)
    return set(to_come.exclude(ended_on__lt=F("starts_on")).values_list("patient_id", flat=True))


def _last_order(patient_id: UUID) -> PrescriptionFact | None:
    orders = orders_of(patient_id)
    return order_fact(orders[0]) if orders else None


def _renewed_tomorrow(today: SiteDay) -> int | None:
    """At a larger site the physician forgets one: that patient's order is signed at the window tomorrow."""
    if not today.site.spec.busy:
        return None
    due: list[int] = []
    for id_, known in today.known.items():
        order, member = known.facts.prescription, today.members[id_]
        if order is None or order.last_day != today.day or order.phase != Phase.MAINTENANCE:
            continue
        plan = plan_of(today.site, member, today.day + ONE_DAY)
        if plan.visit is Visit.COMES and not plan.special and id_ in today.dosed:
            due.append(member.number)
    return min(due, default=None)


def _give_up(today: SiteDay, at: datetime) -> None:
    """Who has not come for thirty days has left treatment (domain 2.3)."""
    for id_, known in today.known.items():
        if id_ in today.dosed or known.facts.status != Status.IN_TREATMENT:
            continue
        days = count_missed(known.facts, today.settings).consecutive + 1
        if days >= today.settings.missed_dropout_days:
            with left_out("dropped out"):
                status.change(
                    patient_id=id_,
                    status=Status.DROPPED_OUT,
                    from_day=today.day,
                    reason=LEFT_FOR_GOOD,
                    by=today.site.team.clinic_physician.access,
                    now=at,
                )


def _place_holds(today: SiteDay, moments: Iterator[datetime]) -> None:
    """Stop tomorrow's dose of a patient whom the physician wants to see first."""
    tomorrow, seed = today.day + ONE_DAY, today.site.seed
    for id_, member in today.members.items():
        if today.known[id_].facts.holds or not attendance.held_on(
            today.site.spec, seed=seed, member=member, day=tomorrow
        ):
            continue
        moment = next(moments)
        command = NewHold(
            id=today.site.id(moment, "hold", member.number, tomorrow),
            patient_id=id_,
            reason=dice.pick(HOLD_REASONS, seed, today.site.spec.key, member.number, tomorrow),
            unlocker=Unlocker.PHYSICIAN,
        )
        with left_out("hold"):
            holds.place(command=command, by=today.site.team.physician.access, now=moment)


def _review(site: Site, moments: Iterator[datetime]) -> None:
    """The head of the site looks at what was done alone some days ago."""
    at = next(moments)
    old = at - (REVIEWED_LATE if site.spec.leaves_reviews else REVIEWED_AFTER)
    waiting = open_for_review(reach=[site.facility_id]).filter(at__lt=old).exclude(actor=site.team.head.person_id)
    for attestation_id in waiting.order_by("at", "id").values_list("id", flat=True):
        with left_out("review"):
            attestations.review(
                attestation_id=attestation_id,
                by=site.team.head.access,
                pin=site.team.head.post.pin,
                words="Đã xem tủ, nhãn chai và sổ",
                now=next(moments),
            )


def _conclude(site: Site, moments: Iterator[datetime]) -> None:
    """The head of the site concludes older cases; some wait beyond their time."""
    at = next(moments)
    old = Case.objects.filter(
        facility_id=site.facility_id, concluded_at__isnull=True, opened_at__lt=at - 2 * ONE_DAY
    ).order_by("opened_at", "id")
    for case in old:
        days = CONCLUDED_AFTER.get(CaseKind(case.kind), 3)
        if site.share("left lying", case.subject_id) < LEFT_LYING:
            days += LEFT_LYING_DAYS
        if case.opened_at > at - days * ONE_DAY:
            continue
        with left_out("case"):
            cases.conclude(
                case_id=case.pk,
                words=CONCLUSIONS.get(CaseKind(case.kind), "Đã xem lại cùng ca trực, đã nhắc cách ghi."),
                pin=site.team.head.post.pin,
                by=site.team.head.access,
                now=next(moments),
                second=site.team.witness.signs() if cases.needs_two(case) else None,
            )
