"""Referrals: drafted by itself, answered in time, the place moves with the agreed day, and the patient comes back."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.access import SYSTEM, Access, Permission
from core.models import AuditEvent
from dispensing.models import Hold, Referral, ReferralStep
from dispensing.rules.facts import Answers
from dispensing.rules.referral_codes import Answer, Proof
from dispensing.rules.referral_table import Kind, State, Step
from dispensing.services import last_doses, referrals
from dispensing.services.last_doses import Told
from dispensing.services.referral_steps import At, OtherContent, ReferralRefused
from followup.models import Notice, Task
from patients.models import Patient, Placement
from tests import cast, world
from tests.dispensing import morning
from tests.dispensing.referring import DAY, NOW, THURSDAY, TODAY, Road, assessed, blocked, order

pytestmark = pytest.mark.django_db
CAME_BACK = Answers(last_dose_proof="card", missed_reason="work")


def places(patient: Patient) -> list[tuple[str, str]]:
    """Where the patient drinks on each of the next ten days; fails where a day has not exactly one place."""
    rows = list(Placement.objects.filter(patient=patient).select_related("facility"))
    found = []
    for n in range(10):
        day = TODAY + n * DAY
        (row,) = [row for row in rows if row.starts_on <= day and (row.ended_on is None or row.ended_on >= day)]
        found.append((row.facility.name, row.kind))
    return found


def drafts(*patients: Patient) -> int:
    return referrals.draft_needed([patient.pk for patient in patients], by=SYSTEM, now=NOW)


def waiting(road_id: UUID) -> list[tuple[str, str]]:
    """The open tasks about a referral: kind and owner."""
    open_ones = Task.objects.filter(subject_id=road_id, done_at__isnull=True)
    return list(open_ones.values_list("kind", "owner__username"))


def test_blocked_and_unstable_patients_are_drafted_once_with_the_case():
    one, other, steady = morning.patient(), morning.patient(), morning.patient()
    blocked(one)
    assessed(other)
    assessed(steady, "stable")

    assert drafts(one, other, steady) == 2
    assert drafts(one, other, steady) == 0

    made = Referral.objects.get(patient=one)
    assert (made.kind, made.initiator, made.urgent, made.reasons) == ("to_clinic", "system", True, ["blocked"])
    assert (made.from_facility.name, made.clinic.name) == (cast.SITE, cast.MAIN_CLINIC)
    assert made.summary["order"]["dose_mg"] == "65.00"
    assert waiting(made.pk) == [("referral_drafted", cast.SITE_HEAD.username)]
    assert Referral.objects.get(patient=other).reasons == ["unstable"]


def test_drafting_takes_as_many_statements_for_many_as_for_few():
    few, many = [morning.patient() for _ in range(2)], [morning.patient() for _ in range(12)]
    for patient in (*few, *many):
        assessed(patient)

    def count(of: list[Patient]) -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            drafts(*of)
        return len(seen)

    count([morning.patient()])
    assert count(many) <= count(few)


def test_ended_referral_is_not_drafted_again_save_for_a_new_block():
    road = Road().draft()
    assessed(road.patient)
    road.take(Step.CANCEL, cast.DISPENSER, "đã ổn")

    assert drafts(road.patient) == 0
    blocked(road.patient, at=NOW + timedelta(hours=1))
    assert drafts(road.patient) == 1


def test_draft_that_nobody_confirms_sends_itself_after_the_settings_hours():
    patient = morning.patient()
    blocked(patient)
    drafts(patient)
    made = Referral.objects.get(patient=patient)

    assert referrals.step_by_itself(now=NOW + timedelta(hours=3)) == 0
    assert referrals.step_by_itself(now=NOW + timedelta(hours=4)) == 1
    assert referrals.step_by_itself(now=NOW + timedelta(hours=5)) == 0

    last = ReferralStep.objects.get(referral=made, step=Step.SEND)
    assert (last.state, last.side, last.actor_id, last.signature_id) == ("sent", "system", None, None)
    assert waiting(made.pk) == [("referral_sent", cast.CLINIC_PHYSICIAN.username)]


def test_clinic_that_does_not_acknowledge_is_escalated_by_its_task():
    road = Road().draft(urgent=True).send()

    task = Task.objects.get(subject_id=road.id, done_at__isnull=True)

    assert task.kind == "referral_sent"
    assert task.due_at == NOW + timedelta(hours=4)
    road.take(Step.ACKNOWLEDGE, cast.CLINIC_PHYSICIAN)
    task.refresh_from_db()
    assert task.done_at is not None


def test_day_that_both_name_moves_the_place_at_once_and_another_waits_for_the_site():
    same = Road().draft().send(THURSDAY)
    same.appoint(THURSDAY)
    other = Road().draft().send(THURSDAY + DAY)
    other.appoint(THURSDAY)

    assert (same.state, other.state) == (State.EXPECTED, State.APPOINTED)
    assert places(same.patient)[:3] == [(cast.SITE, "home"), (cast.SITE, "home"), (cast.MAIN_CLINIC, "clinic")]
    assert places(other.patient)[2] == (cast.SITE, "home")
    other.agree()
    assert places(other.patient)[2] == (cast.MAIN_CLINIC, "clinic")


def test_site_asks_for_another_day():
    road = Road().draft().send().appoint()

    road.take(Step.OTHER_DAY, cast.DISPENSER, "thứ Năm có đám cưới")

    assert road.state is State.ACKNOWLEDGED
    with pytest.raises(ReferralRefused):
        road.take(Step.OTHER_DAY, cast.DISPENSER, "lần nữa")


@pytest.mark.parametrize("day", [None, TODAY, TODAY - DAY, TODAY + 90 * DAY])
def test_day_that_cannot_be_is_refused(day):
    road = Road().draft().send()

    with pytest.raises(ReferralRefused) as refused:
        referrals.appoint(at=road.step(Step.APPOINT, cast.CLINIC_PHYSICIAN), day=day)

    assert refused.value.wrong[0].field == "day"


def test_patient_who_drinks_at_the_clinic_has_arrived_and_who_does_not_by_the_evening_has_not():
    came, stayed = Road().draft().send(THURSDAY).appoint(), Road().draft().send(THURSDAY).appoint()
    clinic = morning.site(cast.MAIN_CLINIC)
    morning.opened_bottle(at=clinic)
    on_the_day = NOW + 2 * DAY
    by, said = at_the_clinics_window(), Told(Proof.CALL, "Lò Thị Hoa", TODAY + DAY, Decimal("65"))
    last_doses.record(patient_id=came.patient.pk, told=said, by=by, now=on_the_day)
    morning.drink(came.patient, by, now=on_the_day, answers=CAME_BACK)

    assert referrals.step_by_itself(now=on_the_day) == 1
    assert (came.state, stayed.state) == (State.ARRIVED, State.EXPECTED)
    assert referrals.step_by_itself(now=on_the_day + DAY) == 1
    assert stayed.state is State.NOT_ARRIVED


def at_the_clinics_window() -> Access:
    """The clinic's physician, as if they also stood at its window: the cast has nobody else there."""
    by = morning.access(cast.CLINIC_PHYSICIAN, at=cast.MAIN_CLINIC)
    here = frozenset({by.facility_id or 0})
    return replace(by, reach_by_permission={**by.reach_by_permission, Permission.GIVE_DOSE: here})


@pytest.mark.parametrize(
    ("mg", "more", "answer"),
    [
        ("65", {}, Answer.SAME),
        ("32.5", {}, Answer.REDUCED),
        ("20", {"phase": "induction"}, Answer.REINDUCTION),
    ],
)
def test_physicians_order_answers_the_block_and_the_patient_stays(mg: str, more: dict, answer: Answer):
    road = Road().draft().send()
    made = order(road.patient, mg, **more)

    referrals.answer(at=road.step(Step.ANSWER, cast.CLINIC_PHYSICIAN), prescription_id=made.pk)

    step = ReferralStep.objects.get(referral_id=road.id, step=Step.ANSWER)
    assert (road.state, step.answer, step.prescription_id) == (State.CLOSED, answer, made.pk)
    assert set(places(road.patient)) == {(cast.SITE, "home")}


def test_order_from_before_the_referral_or_of_somebody_else_answers_nothing():
    road, stranger = Road().draft().send(), morning.patient()

    for wrong in (road.patient.prescriptions.get(), order(stranger), order(road.patient, at=NOW - DAY)):
        with pytest.raises(ReferralRefused):
            referrals.answer(at=road.step(Step.ANSWER, cast.CLINIC_PHYSICIAN), prescription_id=wrong.pk)


def test_return_has_three_signatures_of_three_people_and_moves_the_place_back():
    road = Road().to(State.TREATED)
    assessed(road.patient, "stable")
    back = TODAY + 5 * DAY

    road.offer(back).countersign()
    with pytest.raises(ReferralRefused):
        road.accept(back - DAY)
    road.accept(back)

    signed = ReferralStep.objects.filter(referral_id=road.id, step__in=["offer", "countersign", "accept"])
    assert len({step.actor_id for step in signed}) == 3
    assert all(step.signature is not None and step.signature.digest == step.digest for step in signed)
    assert [place for place, _kind in places(road.patient)] == [
        *[cast.SITE] * 2, *[cast.MAIN_CLINIC] * 3, *[cast.SITE] * 5,
    ]  # fmt: skip
    road.take(Step.SETTLE, cast.DISPENSER)
    assert road.referral.ended_state == "returned"


def test_return_is_refused_while_not_stable_without_words_or_with_a_block_or_an_unticked_list():
    road = Road().to(State.TREATED)
    back = TODAY + 5 * DAY

    with pytest.raises(ReferralRefused):
        road.offer(back)
    with pytest.raises(ReferralRefused):
        road.offer(back, words="gia đình xin", checks=["consent"])
    Hold.objects.create(
        patient=road.patient, facility=morning.site(), reason="other", unlocker="physician", placed_at=NOW,
        placed_by=world.person(cast.PHYSICIAN),
    )  # fmt: skip
    with pytest.raises(ReferralRefused):
        road.offer(back, words="gia đình xin")

    assert road.state is State.TREATED


def test_wrong_pin_signs_nothing():
    road = Road().draft()

    with pytest.raises(ReferralRefused) as refused:
        referrals.send(at=road.step(Step.SEND, cast.DISPENSER), wished_on=None, own_pin="000001")

    assert refused.value.wrong[0].field == "own_pin"
    assert road.state is State.DRAFTED


def test_patient_who_did_not_go_drinks_at_the_satellite_again_from_tomorrow():
    road = Road().draft().send(THURSDAY).appoint()
    road.at = NOW + 3 * DAY
    road.take(Step.NOT_ARRIVE, cast.CLINIC_PHYSICIAN)

    referrals.go_back(at=road.step(Step.GO_BACK, cast.CLINIC_PHYSICIAN, "không muốn đi"))

    assert [place for place, _kind in places(road.patient)] == [
        *[cast.SITE] * 2, *[cast.MAIN_CLINIC] * 2, *[cast.SITE] * 6,
    ]  # fmt: skip
    assert road.referral.ended_state == "closed"


def test_closing_before_the_day_of_the_move_calls_it_off():
    road = Road().draft().send(THURSDAY).appoint()

    road.take(Step.CLOSE, cast.CLINIC_PHYSICIAN, "chuyển đi tỉnh khác")

    assert set(places(road.patient)) == {(cast.SITE, "home")}


def test_kept_patient_is_the_clinics_own():
    road = Road().to(State.TREATED)

    referrals.keep(at=road.step(Step.KEEP, cast.CLINIC_PHYSICIAN, "cần theo dõi lâu dài"), own_pin=cast.PIN)

    assert places(road.patient)[-1] == (cast.MAIN_CLINIC, "home")


def test_transfer_in_of_a_stable_patient_with_request_and_checklist():
    clinic = morning.site(cast.MAIN_CLINIC)
    road = Road(patient=morning.patient(at=clinic)).draft(
        Kind.TRANSFER_IN, cast.CLINIC_PHYSICIAN, to_facility_id=morning.site().pk
    )
    assessed(road.patient, "stable")

    with pytest.raises(ReferralRefused):
        road.offer(THURSDAY, checks=["consent", "dossier", "card", "last_dose", "told"])
    road.offer(THURSDAY).countersign().accept(THURSDAY)

    assert [place for place, _kind in places(road.patient)][:4] == [*[cast.MAIN_CLINIC] * 2, *[cast.SITE] * 2]
    road.take(Step.SETTLE, cast.DISPENSER)
    assert road.referral.ended_state == "moved"


def test_between_satellites_the_sites_physician_signs_out():
    road = Road().draft(Kind.BETWEEN)
    assessed(road.patient, "stable")
    assert waiting(road.id) == [("referral_drafted", cast.PHYSICIAN.username)]

    road.offer(THURSDAY, cast.PHYSICIAN).countersign()

    with pytest.raises(PermissionDenied):
        road.accept(THURSDAY)
    assert waiting(road.id)[0][0] == "referral_signed"


def test_same_step_sent_again_is_one_and_other_content_is_refused():
    road = Road().draft()
    at = road.step(Step.SEND, cast.DISPENSER)

    first = referrals.send(at=at, wished_on=None, own_pin=cast.PIN)
    again = referrals.send(at=at, wished_on=None, own_pin=cast.PIN)

    assert (first.step_id, again.known) == (again.step_id, True)
    with pytest.raises(OtherContent):
        referrals.send(at=At(at.id, at.referral_id, at.step, at.by, NOW, "khác"), wished_on=None, own_pin=cast.PIN)
    assert AuditEvent.objects.filter(action="referral.refused").count() == 1


def test_draft_of_somebody_who_drinks_elsewhere_is_not_found():
    with pytest.raises(Patient.DoesNotExist):
        Road().draft(Kind.TO_CLINIC, cast.OTHER_DISPENSER)


def test_second_referral_of_one_patient_is_refused_in_words():
    road = Road().draft()

    with pytest.raises(ReferralRefused) as refused:
        Road(patient=road.patient).draft()

    assert "đang mở" in refused.value.wrong[0].words


def test_messages_and_tasks_name_nobody():
    road = Road().to(State.RETURNED)

    said = str(list(Task.objects.values_list("data", "kind"))) + str(list(Notice.objects.values_list("data", "key")))

    assert road.patient.code not in said
    assert "Lò Văn" not in said
