"""A patient's own page and what they ask about it; and who somebody was, removed when records were kept long enough."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core import proofs
from core.ids import new_id
from core.models import AuditEvent
from followup.models import Task
from patients.models import Card, DataRequest, Deidentified, HivStatus, Identity, Patient, Photo
from patients.rules import data_requests as rules
from patients.rules.data_requests import AskedFor, DataSettings, Outcome
from patients.services import data_requests, persons, retention
from staff.services.pins import WrongPin
from tests import cast, world, world_patients
from tests.dispensing import morning
from tests.entrance import access, signed_in
from tests.patients import records
from tests.world_patients import ELSEWHERE, PHONG, name_of

NOW, TODAY = world.NOW, world.TODAY
RULES = DataSettings()
TET = {date(2027, 2, 5) + timedelta(days=n) for n in range(7)}

pytestmark = pytest.mark.django_db


def known(client: Client, patient: Patient, **said: str) -> str:
    return client.post(f"/patients/{patient.pk}/known/", said).content.decode()


def test_patients_own_page_opens_with_a_reason_and_tells_who_looked_before():
    patient, physician = morning.patient(), signed_in(cast.PHYSICIAN)
    morning.recorded(morning.drink(patient, access(cast.DISPENSER)))
    shut = physician.get(f"/patients/{patient.pk}/known/").content.decode()
    refused = physician.post(f"/patients/{patient.pk}/known/", {"why": ""})

    assert name_of(patient) not in shut
    assert refused.status_code == 422
    assert "Chọn lý do mở." in refused.content.decode()
    assert not AuditEvent.objects.filter(action="patient.known_opened").exists()

    first = known(physician, patient, why="asked", part="open")
    for words in (name_of(patient), "Liều đã ghi", "Đơn thuốc", "Nơi uống thuốc", "mở để cấp liều"):
        assert words in first
    assert "xem trang này" not in first
    second = known(physician, patient, why="complaint", part="open")
    assert "xem trang này: người bệnh hỏi, đang ở đây" in second
    assert AuditEvent.objects.filter(action="patient.known_opened", patient_id=patient.pk).count() == 2


def test_patients_own_page_is_printed_for_them_and_shut_to_everybody_else():
    patient = world_patients.patient(PHONG)
    answer = signed_in(cast.SITE_HEAD).post(f"/patients/{patient.pk}/known/", {"why": "request", "part": "print"})

    assert answer.content[:4] == b"%PDF"
    assert PHONG.full_name not in str(answer.headers)
    printed = AuditEvent.objects.get(action="patient.known_printed")
    assert (printed.patient_id, printed.detail["why"]) == (patient.pk, "request")
    assert signed_in(cast.DISPENSER).post(f"/patients/{patient.pk}/known/", {"why": "asked"}).status_code == 403
    other = world_patients.patient(ELSEWHERE).pk
    assert signed_in(cast.SITE_HEAD).post(f"/patients/{other}/known/", {"why": "asked"}).status_code == 404


@pytest.mark.parametrize(
    ("received", "answer"),
    [
        (date(2026, 11, 24), date(2026, 11, 26)),  # Tuesday
        (date(2026, 11, 26), date(2026, 11, 30)),  # over a weekend
        (date(2027, 2, 4), date(2027, 2, 15)),  # over Tết
    ],
)
def test_answer_is_due_after_two_working_days(received: date, answer: date):
    assert rules.answer_due(received, days_off=TET, rules=RULES) == answer


def test_answer_is_not_put_off_by_a_saturday_that_everybody_works():
    saturday, monday = date(2026, 11, 28), date(2026, 11, 30)
    worked = rules.answer_due(date(2026, 11, 26), days_off={monday}, worked={saturday}, rules=RULES)
    assert worked == saturday  # Friday and Saturday; the Monday is off in its place


def test_withdrawal_has_fifteen_days_other_requests_ten_and_records_twenty_years():
    assert rules.done_due(AskedFor.WITHDRAWAL, TODAY, rules=RULES) - TODAY == timedelta(days=15)
    assert rules.done_due(AskedFor.ACCESS, TODAY, rules=RULES) - TODAY == timedelta(days=10)
    assert rules.kept_until(date(2004, 2, 29), 21) == date(2025, 3, 1)


def test_request_goes_from_page_to_task_to_answer_to_its_end():
    patient, head = world_patients.patient(PHONG), signed_in(cast.SITE_HEAD)
    address = f"/patients/{patient.pk}/known/requests/"
    said = {"id": str(new_id()), "kind": "correction", "received_on": TODAY.isoformat(), "words": "năm sinh"}
    too_late = head.post(address, said | {"received_on": (TODAY + timedelta(days=1)).isoformat()})
    assert too_late.status_code == 422
    assert "năm sinh" in too_late.content.decode()
    for _twice in range(2):
        assert head.post(address, said).status_code == 302
    assert head.post(address, said | {"words": "tên đệm"}).status_code == 422
    assert head.post(address, said | {"id": str(new_id())}).status_code == 422  # one of a kind at a time
    row = DataRequest.objects.get()
    [task] = Task.objects.filter(subject_id=row.pk, done_at__isnull=True)
    assert (task.kind, task.due_at.date()) == (data_requests.ANSWER, row.answer_due)

    assert head.post(f"{address}{row.pk}/", {"step": "put_off", "words": "chờ hồ sơ giấy"}).status_code == 422
    assert head.post(f"{address}{row.pk}/", {"step": "answered"}).status_code == 302
    assert Task.objects.get(subject_id=row.pk, done_at__isnull=True).kind == data_requests.DO
    assert head.post(f"{address}{row.pk}/", {"step": "put_off", "words": ""}).status_code == 422
    assert head.post(f"{address}{row.pk}/", {"step": "put_off", "words": "chờ hồ sơ giấy"}).status_code == 302
    assert head.post(f"{address}{row.pk}/", {"step": "put_off", "words": "nữa"}).status_code == 422
    assert head.post(f"{address}{row.pk}/", {"step": "done"}).status_code == 302
    row.refresh_from_db()
    assert (row.outcome, row.extended_to) == (Outcome.DONE, row.due + timedelta(days=RULES.extension_days))
    assert not Task.objects.filter(subject_id=row.pk, done_at__isnull=True).exists()


def test_list_holds_only_who_ended_long_ago_with_nothing_open():
    due = records.long_gone(reason=f"người nhà {records.NAME.upper()} báo")
    records.long_gone("77702", ended=TODAY - timedelta(days=20 * 365))  # some days short of twenty years
    records.asked_by(records.long_gone("77703"))
    with CaptureQueriesContext(connection) as of_one:
        [line] = retention.due(by=access(cast.PROVINCE_MANAGER), now=NOW)
    more = [records.long_gone(code, ended=records.ENDED + timedelta(days=1)).code for code in ("77706", "77707")]
    with CaptureQueriesContext(connection) as of_three:
        lines = retention.due(by=access(cast.PROVINCE_MANAGER), now=NOW)

    assert (line.code, line.ended_on, line.kept_years, line.texts) == (due.code, records.ENDED, 20, 1)
    assert [(each.code, each.texts) for each in lines] == [(due.code, 1), (more[0], 0), (more[1], 0)]
    assert len(of_three) == len(of_one)
    with pytest.raises(PermissionDenied):
        retention.due(by=access(cast.AREA_MANAGER), now=NOW)


def test_manager_signs_codes_on_the_page_and_the_command_removes_who_they_were(capsys: pytest.CaptureFixture[str]):
    patient = records.long_gone()
    manager = signed_in(cast.PROVINCE_MANAGER)
    shown = manager.get("/patients/retention/")
    page, form = shown.content.decode(), shown.context["form"].initial
    assert patient.code in page
    assert records.NAME not in page
    call_command("deidentify", "--carry-out")
    assert Identity.objects.filter(pk=patient.pk).exists()  # nobody has signed

    said = {"id": str(form["id"]), "seen": form["seen"]}
    wrong = manager.post("/patients/retention/", said | {"own_pin": "000000"})
    assert wrong.status_code == 422
    assert manager.post("/patients/retention/", said | {"own_pin": cast.PIN}).status_code == 302
    call_command("deidentify")
    assert patient.code in capsys.readouterr().out
    call_command("deidentify", "--carry-out")

    assert "1 identities removed" in capsys.readouterr().out
    for model in (Identity, Photo, HivStatus):
        assert not model.objects.filter(pk=patient.pk).exists()
    patient.refresh_from_db()
    assert (patient.code, patient.initials, patient.language) == ("77701", "—", "")
    assert not Card.objects.filter(patient=patient, revoked_at__isnull=True).exists()
    row = Deidentified.objects.get(pk=patient.pk)
    assert (row.had_identity, row.had_photo, row.had_hiv) == (True, True, True)
    told = AuditEvent.objects.get(action="retention.deidentified")
    assert told.detail["signed_by"] == world.person(cast.PROVINCE_MANAGER).pk
    assert proofs.run("patients.deidentified") == []
    assert retention.carry_out(now=NOW).removed == 0


def test_who_came_back_after_the_signature_keeps_their_name_and_who_is_gone_stays_unknown():
    back, gone = records.long_gone("77704"), records.long_gone("77705")
    with pytest.raises(WrongPin):
        records.signed(pin="000000")
    records.signed()
    records.asked_by(back)
    done = retention.carry_out(now=NOW)

    assert (done.removed, done.left) == (1, (back.code,))
    with pytest.raises(Patient.DoesNotExist):
        persons.correct_name(patient_id=gone.pk, full_name=records.NAME, by=access(cast.PHYSICIAN), now=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        HivStatus.objects.create(patient=gone, positive=True, recorded_on=TODAY)
