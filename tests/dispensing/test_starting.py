"""A site begins: a real file is checked and saved, once, by who may; the first morning says what the rules say."""

from datetime import timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from core import clock, proofs
from core.access import SYSTEM
from core.ids import new_id
from core.models import AuditEvent
from dispensing.forms import start_book
from dispensing.models import DoseElsewhere, Prescription, StartRecord
from dispensing.queries import days as days_query
from dispensing.queries import stability
from dispensing.queries.gaps import gaps_of
from dispensing.rules.facts import Answers
from dispensing.rules.start_form import Field
from dispensing.rules.violations import Code, Level
from dispensing.services import days, elsewhere, starting
from dispensing.services.elsewhere import NewElsewhere
from dispensing.services.proofs import PROOFS
from dispensing.services.starting import StartRefused
from followup.models import Case, Notice
from patients.known import of_patient
from patients.models import Alert, AlertMedicine, Consent, Identity, Patient, Placement
from patients.rules.person import Particulars
from staff.models import Appointment
from tests import cast, world
from tests.dispensing import beginning, morning
from tests.dispensing.beginning import FIRST_DAY, HEADINGS, YESTERDAY, drank, row
from tests.entrance import signed_in
from tests.patients.test_concurrency import at_once

NAME = "Lò Văn Bắt Đầu"


def run(*args: Any) -> str:
    out = StringIO()
    with clock.at(world.NOW):
        call_command("import_patients", *[str(each) for each in args], stdout=out, no_color=True)
    return out.getvalue()


def filled_in(path: Path, *rows: dict[Field, Any]) -> Path:
    """The real form, made by the command, with these rows typed into it."""
    run("--form", path)
    book = load_workbook(path)
    sheet: Any = book["Người bệnh"]
    for number, each in enumerate(rows, start=2):
        for column, field in enumerate(HEADINGS, start=1):
            sheet.cell(row=number, column=column, value=each.get(field))
    book.save(path)
    return path


def test_form_is_checked_saved_and_never_saved_twice(db, tmp_path):
    rows = [
        row(alerts="rượu", medicines="efavirenz (01/11/2026)", code="77301"),
        row(name="Vừ Thị Mẫu", sex="nữ", born=1990, last_on="không rõ", last_mg=None, consent="chưa hỏi"),
    ]
    path = filled_in(tmp_path / "mẫu.xlsx", *rows)
    asked = (path, "--facility", cast.SITE, "--by", cast.SITE_HEAD.username)
    before = Patient.objects.count()

    checked = run(*asked)

    assert "2 người mới; 0 đã nhập trước; 0 chỗ cần sửa." in checked
    assert "Dòng 2: mã số 77301; 60 mg đến hết 15/12/2026; liều cuối: 60 mg ngày 23/11/2026" in checked
    assert "liều cuối: không rõ" in checked
    assert NAME not in checked
    assert Patient.objects.count() == before

    saved = run(*asked, "--save")

    assert "Đã ghi 2 người." in saved
    assert NAME not in saved
    patient = Patient.objects.get(code="77301")
    sealed = Identity.objects.get(pk=patient.pk)
    assert Particulars.unpacked(Identity.opened(patient.pk, sealed.key, sealed.content)).full_name == NAME
    assert Placement.objects.get(patient=patient).facility == morning.site()
    order = Prescription.objects.get(patient=patient)
    assert (order.dose_mg, order.signed_by.username) == (Decimal(60), cast.PHYSICIAN.username)
    assert (order.signature.proof, order.signature.person_id) == ("paper", order.signed_by_id)
    copied = AuditEvent.objects.get(action="prescription.copied_from_paper", subject_id=str(order.pk))
    assert copied.actor_id == world.person(cast.SITE_HEAD).pk
    [told] = Notice.objects.filter(kind=starting.COPIED)
    assert (told.person_id, told.data["orders"]) == (order.signed_by_id, 2)
    assert "2 đơn giấy" in signed_in(cast.PHYSICIAN).get(reverse("followup:notices")).content.decode()
    assert DoseElsewhere.objects.get(patient=patient).day == YESTERDAY
    assert {alert.kind for alert in Alert.objects.filter(patient=patient)} == {"alcohol", "medicine"}
    assert AlertMedicine.objects.get(alert__patient=patient).name == "efavirenz"
    assert Case.objects.filter(patient_id=patient.pk, kind="alert_review").count() == 2
    assert Consent.objects.filter(patient=patient).exists()
    assert StartRecord.objects.get(patient=patient).missed_30 == 2
    started = AuditEvent.objects.get(action="patients.started")
    assert (started.facility_id, started.detail["patients"]) == (morning.site().pk, 2)
    assert not AuditEvent.objects.filter(detail__icontains="Bắt Đầu").exists()
    assert "Khai khi cơ sở bắt đầu với Trạm" in {str(one.label) for one in of_patient(patient.pk)}
    assert [broken for name in PROOFS for broken in proofs.run(name)] == []

    assert "0 người mới; 2 đã nhập trước" in run(*asked, "--save")
    assert Patient.objects.count() == before + 2
    assert AuditEvent.objects.filter(action="patients.started").count() == 1

    filled_in(path, rows[0] | {Field.DOSE: 70}, rows[1])
    with pytest.raises(CommandError, match="1 chỗ cần sửa"):
        run(*asked, "--save")
    assert Prescription.objects.get(patient=patient).dose_mg == Decimal(60)


def test_one_fault_refuses_the_file_and_all_faults_are_told(db, tmp_path):
    path = filled_in(
        tmp_path / "sai.xlsx", row(), row(name="Vừ Thị Mẫu", dose="1.250"), row(name="Cà Thị Thử", sex="x")
    )
    before = Patient.objects.count()
    out = StringIO()

    asked = ["--facility", cast.SITE, "--by", cast.SITE_HEAD.username, "--save"]
    with clock.at(world.NOW), pytest.raises(CommandError, match="2 chỗ cần sửa"):
        call_command("import_patients", str(path), *asked, stdout=out)

    assert "Dòng 3, cột K “Liều theo đơn (mg)”: “1.250” có thể đọc là hàng nghìn" in out.getvalue()
    assert "Dòng 4, cột C “Giới tính”" in out.getvalue()
    assert "Mẫu" not in out.getvalue()
    assert Patient.objects.count() == before


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([row(), row()], "đã có ở dòng 2"),
        ([row(code="77301"), row(name="Vừ Thị Mẫu", code="77301")], "Mã số này đã có ở dòng 2"),
        ([row(code="4116")], "đã có trong sổ đăng ký"),
        ([row(name="Lò Văn Phóng", treated_since="08/03/2021")], "mã số 4116"),
        ([row(name="Giàng A Sếnh", born=1986, treated_since="02/11/2020")], "ở cơ sở khác"),
        ([row(physician="bs.khong.co")], "tên đăng nhập"),
        ([row(physician=cast.SITE_HEAD.username)], "tên đăng nhập"),
        ([row(order_until="20/12/2026")], "30"),
        ([row(dose=310)], "300"),
        ([row(last_on="24/11/2026", first_day="25/11/2026")], ""),
        ([row(first_day="23/11/2026", last_on="22/11/2026")], "trước hôm nay"),
    ],
)
def test_what_meets_the_books_is_a_fault(db, rows, sentence):
    plan = starting.check(
        book=beginning.book(*rows), facility_id=morning.site().pk, by=morning.access(cast.SITE_HEAD), now=world.NOW
    )

    assert plan.good == (not sentence)
    assert sentence in " ".join(fault.sentence for fault in plan.faults)


def test_too_early_is_checked_and_not_saved(db):
    early = row(first_day="01/12/2026", last_on="23/11/2026", missed_7=7, missed_30=7)

    with pytest.raises(StartRefused) as refused:
        beginning.saved(early)

    assert "30/11/2026" in refused.value.sentence
    assert not StartRecord.objects.exists()


def test_nobody_saves_without_an_appointment_that_registers_patients_there(db):
    head = world.person(cast.SITE_HEAD)
    with pytest.raises(PermissionDenied):
        beginning.saved(row(), by=morning.access(cast.DISPENSER))
    with pytest.raises(PermissionDenied):
        beginning.saved(row(), by=morning.access(cast.SITE_HEAD, cast.OTHER_SITE))
    assert beginning.saved(row(), by=morning.access(cast.CLINIC_PHYSICIAN)).codes

    Appointment.objects.filter(person=head).update(ended_on=YESTERDAY, ended_by=head)
    with pytest.raises(PermissionDenied):
        beginning.saved(row(name="Vừ Thị Mẫu"))


def stops(patient: Patient) -> tuple[set[Code], set[Code]]:
    """What the board stops and asks on the first morning, nothing answered."""
    decision = morning.choose(patient, morning.access(cast.DISPENSER), answers=Answers()).snapshot.decision
    found = decision.violations
    return {v.code for v in found if v.level is Level.STOP}, {v.code for v in found if v.level is Level.ASK}


def test_first_morning_is_what_the_rule_table_says(db):
    cases = [
        (drank(1), set(), set()),
        (drank(4, dose=65), set(), {Code.MISSED_REASON, Code.MISSED_ONSITE_CHECK, Code.MISSED_TELL_CLINIC}),
        (drank(5), {Code.MISSED_NEEDS_ORDER}, None),
        (drank(7), {Code.MISSED_MAIN_CLINIC}, None),
        (drank(31), {Code.MISSED_DROPPED_OUT}, None),
        (row(last_on="không rõ", last_mg=None), set(), {Code.LAST_DOSE_UNKNOWN}),
        (row(missed_7=4, missed_30=4), {Code.MISSED_WINDOW}, None),
        (row(missed_7=3, missed_30=9), set(), set()),
        (drank(3, changed_on="15/11/2026"), {Code.MISSED_AFTER_RAISE}, None),
        (drank(3, changed_on="15/11/2026", before_mg=70), set(), {Code.MISSED_REASON}),
        (drank(5, alerts="mang thai", sex="nữ"), {Code.PREGNANT_MISSED}, None),
        (row(dose=None, order_from=None, order_until=None, phase=None, physician=None, signed_on=None),
         {Code.NO_PRESCRIPTION}, None),
        (row(take_home="25/11/2026"), {Code.TAKE_HOME_TODAY}, None),
    ]  # fmt: skip
    morning.opened_bottle()
    made = beginning.saved(*(each | {Field.BORN: 1970 + n} for n, (each, _s, _a) in enumerate(cases)))
    plan = {planned.row.number: {v.code for v in planned.morning} for planned in made.plan.fresh}

    for number, (_row, wanted, asked) in enumerate(cases, start=2):
        found = stops(beginning.patient(made, number))
        assert found[0] == wanted, (number, found)
        assert asked is None or found[1] == asked, (number, found)
        assert {code for code in wanted if code is not Code.TAKE_HOME_TODAY} <= plan[number]


def test_declared_days_leave_the_window_as_it_moves_on(db):
    """Four of seven were declared; each day that is drunk here the window sees one day less of them."""
    morning.opened_bottle()
    patient = beginning.patient(beginning.saved(row(missed_7=4, missed_30=4)))
    morning.prescription(patient, starts_on=FIRST_DAY + timedelta(days=30))

    in_window = [
        morning.choose(patient, morning.access(cast.DISPENSER), now=world.NOW + timedelta(days=ahead))
        .snapshot.decision.missed.in_window
        for ahead in range(8)
    ]  # fmt: skip

    assert in_window == [4, 5, 6, 6, 6, 6, 6, 7]
    for ahead in range(1, 8):  # and so the flags count, from the days as they were decided
        days.decide(
            facility_id=morning.site().pk,
            day=FIRST_DAY + timedelta(days=ahead - 1),
            by=SYSTEM,
            now=world.NOW + timedelta(days=ahead),
            why="sweep",
            patient_ids=[patient.pk],
        )
        [gaps] = gaps_of([patient.pk], today=FIRST_DAY + timedelta(days=ahead)).values()
        assert gaps.in_window(7) == in_window[ahead]


def test_date_of_the_last_change_is_known_to_who_asks_how_stable_somebody_is(db):
    made = beginning.saved(row(before_mg=50), row(name="Vừ Thị Mẫu", changed_on="không rõ"))
    told, untold = (beginning.patient(made, number).pk for number in (2, 3))

    found = {one.patient_id: one.facts for one in stability.load([told, untold], now=world.NOW)}

    assert (found[told].dose_changed_on, found[told].dose_from_mg) == (beginning.day("02/10/2026"), Decimal(50))
    assert found[untold].dose_known_from == beginning.day("16/11/2026")


def test_vials_in_hand_cover_their_days_until_somebody_says_otherwise(db):
    patient = beginning.patient(beginning.saved(row(take_home="25/11/2026")))
    by = morning.access(cast.SITE_HEAD)
    later = world.NOW + timedelta(days=2)

    days.decide(facility_id=morning.site().pk, day=FIRST_DAY, by=by, now=later, why="sweep", patient_ids=[patient.pk])
    [first] = days_query.of_the_day(facility_id=morning.site().pk, day=FIRST_DAY, patient_ids=[patient.pk])
    assert first.standing is not None
    assert str(first.standing.decided.how) == "take_home"

    vial = DoseElsewhere.objects.get(patient=patient, place_kind="take_home", day=FIRST_DAY)
    said = {"day": vial.day, "mg": vial.mg, "place_kind": "take_home", "place": vial.place, "confirmed_by": "A"}
    elsewhere.record(
        command=NewElsewhere(
            id=new_id(), patient_id=patient.pk, corrects=vial.pk, took_place=False, **said
        ), by=by, now=later,
    )  # fmt: skip
    [first] = days_query.of_the_day(facility_id=morning.site().pk, day=FIRST_DAY, patient_ids=[patient.pk])
    assert first.standing is not None
    assert str(first.standing.decided.how) == "nothing"


def test_statements_do_not_grow_with_the_rows(db):
    def people(count: int, born: int) -> list[dict[Field, Any]]:
        names = [f"Lò {chr(65 + n % 26)} {chr(65 + n // 26)}" for n in range(count)]
        return [row(name=f"{name} Thử", born=born, alerts="rượu") for name in names]

    def statements(rows: list[dict[Field, Any]]) -> int:
        with CaptureQueriesContext(connection) as ran:
            assert len(beginning.saved(*rows).codes) == len(rows)
        return len(ran)

    few, many = statements(people(5, 1980)), statements(people(500, 1981))

    assert many <= few + 3, (few, many)  # batches of a thousand
    assert many < 90


def test_saved_by_six_at_once_is_saved_once(committed_db):
    book, by = beginning.book(row(), row(name="Vừ Thị Mẫu")), morning.access(cast.SITE_HEAD)
    before = Patient.objects.count()

    answers = at_once(lambda _n: starting.save(book=book, facility_id=morning.site().pk, by=by, now=world.NOW))

    assert Patient.objects.count() == before + 2
    assert sorted(len(answer.plan.fresh) for answer in answers) == [0, 0, 0, 0, 0, 2]
    assert len({tuple(sorted(answer.codes.items())) for answer in answers}) == 1


def test_command_says_what_is_missing(db, tmp_path):
    path = tmp_path / "x.xlsx"
    path.write_bytes(beginning.file(row()))

    with pytest.raises(CommandError, match="--facility và --by"):
        run(path)
    with pytest.raises(CommandError, match=cast.SITE):
        run(path, "--facility", "Nơi nào", "--by", cast.SITE_HEAD.username)
    with pytest.raises(CommandError, match="Không có người dùng"):
        run(path, "--facility", cast.SITE, "--by", "khong.co")
    with pytest.raises(CommandError, match="không được phân công"):
        run(path, "--facility", cast.SITE, "--by", cast.OTHER_DISPENSER.username)
    with pytest.raises(CommandError, match="Không mở được"):
        run(tmp_path / "y.xlsx", "--facility", cast.SITE, "--by", cast.SITE_HEAD.username)


def sent(client: Client, content: bytes, **more: str) -> Any:
    data = {"facility": morning.site().pk, "file": SimpleUploadedFile("bắt đầu.xlsx", content)}
    return client.post("/dispensing/start/", data | more)


def test_page_checks_the_file_and_saves_only_the_file_that_was_checked(db):
    client = signed_in(cast.SITE_HEAD)
    good, other = beginning.file(row()), beginning.file(row(name="Vừ Thị Mẫu"))
    assert "/dispensing/start/" in client.get("/patients/").content.decode()
    assert "Tải mẫu Excel" in client.get("/dispensing/start/").content.decode()
    assert start_book.MOST_BYTES > len(client.get("/dispensing/start/form/").content) > 5_000

    wrong = sent(client, beginning.file(row(sex="x")))
    assert "Dòng 2, cột C “Giới tính”" in wrong.content.decode()
    assert sent(client, b"x").status_code == 422

    checked = sent(client, good)
    assert "Ghi 1 người" in checked.content.decode()
    assert NAME not in checked.content.decode()
    assert not StartRecord.objects.exists()

    digest = checked.context["digest"]
    refused = sent(client, other, checked=digest)
    assert refused.status_code == 422
    assert "không phải tệp vừa kiểm tra" in refused.content.decode()
    assert not StartRecord.objects.exists()

    saved = sent(client, good, checked=digest)
    record = StartRecord.objects.select_related("patient").get()
    assert record.patient.code in saved.content.decode()
    assert "Mọi dòng của tệp đã được nhập trước" in sent(client, good).content.decode()
    assert signed_in(cast.DISPENSER).get("/dispensing/start/").status_code == 403
