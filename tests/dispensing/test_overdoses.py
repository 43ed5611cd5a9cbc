"""An overdose through the services: started, timeline, stock, hold, who is told, the report."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from core.ids import new_id
from dispensing.models import Hold, Observation, OverdoseEvent, OverdoseIncident
from dispensing.queries.overdoses import history_of
from dispensing.rules.choices import HoldReason
from dispensing.rules.facts import DayFact
from dispensing.rules.overdose import Signs as S
from dispensing.rules.overdose import check_signs, check_step, injected_mg, missed_in
from dispensing.rules.overdose_codes import OverdoseStep
from dispensing.services import holds, overdoses
from dispensing.services.doses import OtherContent
from dispensing.services.incidents import IncidentRefused
from dispensing.services.overdoses import REPORT, TOLD, NewOverdose
from followup.models import Case, CaseKind, Notice, Task
from inventory.models import RestockRequest
from patients.models import Patient
from staff.models import Attestation, Mode
from staff.services.pins import PinRefused
from tests import cast, world, world_patients, world_stock
from tests.dispensing import morning, overdosed
from tests.entrance import access
from tests.inventory import shelf_hands
from tests.world import NOW, TODAY

pytestmark = pytest.mark.django_db
PHONG = world_patients.PHONG.code


def test_start_of_a_patient_holds_the_doses_and_tells_clinic_physician_and_head() -> None:
    incident = overdosed.started(PHONG)
    hold = Hold.objects.get(overdose=incident)
    assert (hold.reason, hold.unlocker, hold.patient.code) == (HoldReason.OVERDOSE, "physician", PHONG)
    told = Task.objects.get(subject_id=incident.pk, kind=TOLD)
    assert (told.owner, told.due_at) == (world.person(cast.CLINIC_PHYSICIAN), incident.found_at + timedelta(hours=2))
    report = Task.objects.get(subject_id=incident.pk, kind=REPORT)
    assert (report.owner, report.due_at) == (world.person(cast.DISPENSER), incident.found_at + timedelta(hours=24))
    case = Case.objects.get(subject_id=incident.pk)
    assert (case.kind, case.owner) == (CaseKind.OVERDOSE, world.person(cast.PHYSICIAN))
    notices = Notice.objects.filter(kind__in=[TOLD, REPORT])
    assert {notice.person for notice in notices} == {
        world.person(cast.CLINIC_PHYSICIAN), world.person(cast.CLINIC_HEAD),
    }  # fmt: skip
    assert all(PHONG not in str(notice.data) and "nalox" not in str(notice.data) for notice in notices)


def test_held_patient_is_not_dosed_until_a_physician_lifts_it() -> None:
    patient = morning.patient()
    incident = overdosed.started(patient.code)
    refused = morning.choose(patient, access(cast.DISPENSER))
    assert refused.authorisation is None
    holds.lift(hold_id=incident.hold_id, reason="tỉnh táo", by=access(cast.PHYSICIAN), now=NOW)
    assert morning.choose(patient, access(cast.DISPENSER)).authorisation is not None


def test_start_twice_is_one_incident_and_other_content_is_refused() -> None:
    command = NewOverdose(new_id(), overdosed.EARLIER, code=PHONG)
    rows = {overdoses.start(command=command, by=overdosed.by(), now=NOW).pk for _ in range(2)}
    assert (rows, Hold.objects.filter(reason=HoldReason.OVERDOSE).count()) == ({command.id}, 1)
    with pytest.raises(OtherContent):
        overdoses.start(command=command, by=overdosed.by(cast.COUNSELLOR), now=NOW)


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"found_at": NOW + timedelta(minutes=1)}, "found"), ({"code": "9999"}, "code")],
)
def test_start_asks_back_only_what_cannot_be(changes: dict, field: str) -> None:
    with pytest.raises(IncidentRefused) as refused:
        overdosed.started(**changes)
    assert refused.value.field == field
    assert OverdoseIncident.objects.count() == 0


@pytest.mark.parametrize("member", [cast.COUNSELLOR, cast.PHYSICIAN, cast.SITE_HEAD, cast.ASSISTANT_PHYSICIAN])
def test_everybody_who_looks_after_patients_may_record(member: cast.Member) -> None:
    overdoses.start(command=NewOverdose(new_id(), NOW), by=overdosed.by(member), now=NOW)


def test_witness_may_not_record() -> None:
    with pytest.raises(PermissionDenied):
        overdoses.start(command=NewOverdose(new_id(), NOW), by=overdosed.by(cast.WITNESS), now=NOW)


def test_naloxone_leaves_the_shelf_in_the_same_act_and_the_patient_is_watched() -> None:
    lot = shelf_hands.receive(6)
    incident = overdosed.started(PHONG)
    event = overdosed.injected(incident.pk, lot, 2)
    assert (event.mg, event.ampoules, event.act_id) == (Decimal("0.8"), 2, event.pk)
    assert shelf_hands.stands().need.usable == 4
    assert RestockRequest.objects.get(ended_at__isnull=True).usable == 4
    assert Attestation.objects.get(act_id=event.pk).mode == Mode.ALONE
    watched = Observation.objects.get(patient=incident.patient)
    assert watched.until == NOW + timedelta(hours=10)


def test_naloxone_by_somebody_without_the_stock_permission_is_booked_too() -> None:
    lot = shelf_hands.receive(9)
    incident = overdosed.started()
    command = overdoses.NewStep(
        new_id(), incident.pk, OverdoseStep.NALOXONE, NOW, naloxone=overdoses.Naloxone(
            overdosed.Route.IM, lot_id=lot.pk, ampoules=1
        ),
    )  # fmt: skip
    overdoses.add(command=command, by=overdosed.by(cast.COUNSELLOR), now=NOW)
    assert shelf_hands.stands().need.usable == 8


def test_same_naloxone_twice_takes_one_ampoule() -> None:
    lot = shelf_hands.receive(9)
    incident, id_ = overdosed.started(), new_id()
    rows = {overdosed.injected(incident.pk, lot, 1, id=id_).pk for _ in range(2)}
    assert (rows, shelf_hands.stands().need.usable) == ({id_}, 8)


def test_naloxone_of_the_ambulance_leaves_the_book_alone() -> None:
    shelf_hands.receive(9)
    event = overdosed.injected(overdosed.started().pk, None, 3)
    assert (event.mg, event.act_id, shelf_hands.stands().need.usable) == (Decimal("1.2"), None, 9)


def test_naloxone_beyond_the_book_is_recorded_with_a_case() -> None:
    lot = shelf_hands.receive(1)
    event = overdosed.injected(overdosed.started().pk, lot, 2)
    assert Case.objects.get(subject_id=event.act_id).kind == CaseKind.UNRECONCILED_STOCK


def test_unknown_person_is_identified_later_held_and_watched() -> None:
    incident = overdosed.started()
    assert not Hold.objects.filter(reason=HoldReason.OVERDOSE).exists()
    overdosed.injected(incident.pk, None, 1)
    for _ in range(2):
        overdoses.identify(incident_id=incident.pk, code=PHONG, by=overdosed.by(), now=NOW)
    assert Hold.objects.filter(reason=HoldReason.OVERDOSE, patient__code=PHONG).count() == 1
    assert Observation.objects.filter(patient__code=PHONG, ended_at__isnull=True).count() == 1
    other = Patient.objects.filter(placements__facility=world.facility(cast.SITE)).exclude(code=PHONG)[0]
    with pytest.raises(IncidentRefused):
        overdoses.identify(incident_id=incident.pk, code=other.code, by=overdosed.by(), now=NOW)


def test_word_that_the_clinic_was_called_ends_its_task() -> None:
    incident = overdosed.started()
    overdosed.stepped(incident.pk, OverdoseStep.CLINIC)
    assert Task.objects.get(subject_id=incident.pk, kind=TOLD).outcome == "told"


def test_report_is_signed_once_with_what_the_record_says() -> None:
    incident = overdosed.started(PHONG)
    command = overdosed.new_report(incident.pk)
    rows = [overdosed.reported(incident.pk, id=command.id) for _ in range(2)]
    assert rows[0].pk == rows[1].pk
    known = history_of(incident, zone="Asia/Ho_Chi_Minh")
    assert (rows[0].last_mg, rows[0].missed_30) == (known.last_mg, known.missed_30)
    assert Task.objects.get(subject_id=incident.pk, kind=REPORT).outcome == "written"
    with pytest.raises(IncidentRefused):
        overdosed.reported(incident.pk)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"present": " "}, "present"),
        ({"root_cause": ""}, "root_cause"),
        ({"physician_at": None}, "physician_at"),
        ({"hospital": "", "transferred_at": None, "outcome": overdosed.OverdoseEnd.TRANSFERRED}, "hospital"),
        ({"transferred_at": NOW + timedelta(hours=1)}, "transferred_at"),
    ],
)
def test_report_asks_back_what_is_missing(changes: dict, field: str) -> None:
    incident = overdosed.started()
    with pytest.raises(IncidentRefused) as refused:
        overdosed.reported(incident.pk, **changes)
    assert refused.value.field == field


def test_report_with_a_wrong_pin_is_not_written() -> None:
    with pytest.raises(PinRefused):
        overdosed.reported(overdosed.started().pk, pin="000000")


def test_incident_of_another_site_is_out_of_reach() -> None:
    incident = overdosed.started()
    command = overdoses.NewStep(new_id(), incident.pk, OverdoseStep.CALL, NOW)
    with pytest.raises(OverdoseIncident.DoesNotExist):
        overdoses.add(command=command, by=world_stock.act_as(cast.OTHER_DISPENSER), now=NOW)
    assert OverdoseEvent.objects.count() == 0


@pytest.mark.parametrize(
    ("signs", "field"),
    [(S(), "avpu"), (S(spo2=101), "spo2"), (S(gcs=2), "gcs"), (S(breaths=0), None), (S(cyanosis=False), None)],
)
def test_signs_that_nobody_can_have_are_asked_back(signs: S, field: str | None) -> None:
    assert [wrong.field for wrong in check_signs(signs)] == ([field] if field else [])


@pytest.mark.parametrize(("minutes", "fits"), [(1, False), (0, True), (-30, True), (-91, False)])
def test_step_is_not_ahead_and_not_long_before_it_was_found(minutes: int, fits: bool) -> None:
    at = NOW + timedelta(minutes=minutes)
    assert (not check_step(at=at, found_at=NOW - timedelta(minutes=30), now=NOW)) is fits


def test_mg_is_what_was_said_or_what_the_ampoules_held() -> None:
    ampoule = Decimal("0.4")
    assert injected_mg(ampoules=2, mg=None, ampoule_mg=ampoule) == Decimal("0.8")
    assert injected_mg(ampoules=2, mg=Decimal(2), ampoule_mg=ampoule) == Decimal(2)
    assert injected_mg(ampoules=None, mg=None, ampoule_mg=ampoule) is None


def test_missed_days_are_known_days_without_a_dose() -> None:
    def day(ago: int, mg: int, *, known: bool = True) -> DayFact:
        return DayFact(TODAY - timedelta(days=ago), Decimal(mg), None, None, known, False)

    days = (day(9, 0), day(3, 0), day(2, 60), day(1, 0, known=False))
    assert (missed_in(days, last=7, today=TODAY), missed_in(days, last=30, today=TODAY)) == (1, 2)
