"""Alerts, what was asked, the language and what was explained: who may write, who may read a medicine's name."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core import clock
from core.ids import new_id
from core.models import AuditEvent
from followup.models import Case, CaseKind
from patients.models import Alert, AlertMedicine, Explained, MedicinesAsked, Patient, Speech
from patients.queries.phrases import phrase_sets, refusals, source_set
from patients.rules.alerts import AlertKind, AlertSource, EndedWhy, Interpreter, MedicineChange, MedicineEffect
from patients.rules.phrases import KEYS, PhrasesRefused, find, read
from patients.services import alerts, speech
from patients.services.alerts import AlertRefused, NewAlert
from patients.services.speech import ExplainedRefused, NewExplained
from tests import cast, world, world_patients
from tests.entrance import access, signed_in
from tests.world_patients import ELSEWHERE, PHONG

pytestmark = pytest.mark.django_db
NOW, TODAY = world.NOW, world.TODAY


@pytest.fixture(autouse=True)
def _at_six_ten():
    with clock.at(NOW):
        yield


def id_of(someone: world_patients.Someone) -> UUID:
    return world_patients.patient(someone).pk


def rifampicin(**changes) -> NewAlert:
    said = {
        "id": new_id(),
        "patient_id": id_of(PHONG),
        "kind": AlertKind.MEDICINE,
        "since": TODAY,
        "source": AlertSource.PATIENT,
        "medicine": "rifampicin",
    }
    return NewAlert(**(said | changes))


def recorded(member: cast.Member = cast.DISPENSER, **changes) -> Alert:
    return alerts.record(new=rifampicin(**changes), by=access(member), now=NOW)


def audited(action: str) -> int:
    return AuditEvent.objects.filter(action=action, patient_id=id_of(PHONG)).count()


def test_record_keeps_the_class_apart_from_the_name_and_tells_a_physician():
    alert = recorded()

    assert (alert.effect, alert.change) == (MedicineEffect.LOWERS, MedicineChange.STARTED)
    assert AlertMedicine.objects.get(alert=alert).name == "rifampicin"
    case = Case.objects.get(kind=CaseKind.ALERT_REVIEW, subject_id=alert.pk)
    assert case.owner == world.person(cast.PHYSICIAN)
    assert case.due_at == NOW + timedelta(hours=24)
    assert MedicinesAsked.objects.get(patient_id=id_of(PHONG)).any_new
    trail = list(AuditEvent.objects.filter(patient_id=id_of(PHONG)).values_list("detail", flat=True))
    assert "rifampicin" not in str([trail, case.findings])


def test_record_by_a_prescriber_opens_no_case():
    recorded(cast.PHYSICIAN, source=AlertSource.CLINIC)

    assert not Case.objects.filter(kind=CaseKind.ALERT_REVIEW).exists()
    assert not MedicinesAsked.objects.exists()


def test_record_twice_is_one_alert_and_other_content_is_refused():
    new = rifampicin()
    first = alerts.record(new=new, by=access(cast.DISPENSER), now=NOW)

    assert alerts.record(new=new, by=access(cast.DISPENSER), now=NOW) == first
    with pytest.raises(AlertRefused):
        recorded(id=new.id, kind=AlertKind.QT)
    assert Alert.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"since": TODAY + timedelta(days=1)},
        {"kind": AlertKind.PREGNANCY},
    ],
)
def test_record_what_cannot_be_is_refused_in_words(changes: dict):
    recorded(kind=AlertKind.PREGNANCY)

    with pytest.raises(AlertRefused) as refused:
        recorded(**changes)
    assert refused.value.sentence.endswith(".")


def test_record_for_a_patient_of_another_site_finds_nobody():
    with pytest.raises(Patient.DoesNotExist):
        recorded(patient_id=id_of(ELSEWHERE))


def test_medicine_name_is_shown_to_a_physician_and_written_down():
    alert = recorded()

    assert alerts.medicine_name(alert_id=alert.pk, by=access(cast.PHYSICIAN), now=NOW) == "rifampicin"
    assert audited("alert.medicine_seen") == 1


def test_medicine_name_is_refused_to_a_dispenser_and_the_try_is_written_down():
    alert = recorded()

    with pytest.raises(PermissionDenied):
        alerts.medicine_name(alert_id=alert.pk, by=access(cast.DISPENSER), now=NOW)
    assert audited("alert.medicine_refused") == 1
    with pytest.raises(Alert.DoesNotExist):
        alerts.medicine_name(alert_id=alert.pk, by=access(cast.OTHER_DISPENSER), now=NOW)


def test_stop_ends_the_start_and_watches_the_stop_with_the_same_class_and_name():
    alert = recorded(since=TODAY - timedelta(days=40))

    stopped = alerts.stop(
        alert_id=alert.pk, stopped_id=new_id(), on=TODAY - timedelta(days=1), by=access(cast.DISPENSER), now=NOW
    )

    alert.refresh_from_db()
    assert (alert.ended_on, alert.ended_why) == (TODAY - timedelta(days=1), EndedWhy.OVER)
    assert (stopped.effect, stopped.change) == (alert.effect, MedicineChange.STOPPED)
    assert AlertMedicine.objects.get(alert=stopped).name == "rifampicin"


@pytest.mark.parametrize("days", [1, -41])
def test_stop_on_a_day_to_come_or_before_the_start_is_refused(days: int):
    alert = recorded(since=TODAY - timedelta(days=40))

    with pytest.raises(AlertRefused):
        alerts.stop(
            alert_id=alert.pk, stopped_id=new_id(), on=TODAY + timedelta(days=days), by=access(cast.DISPENSER), now=NOW
        )


def test_end_twice_ends_once():
    alert = recorded()

    for _ in range(2):
        alerts.end(alert_id=alert.pk, why=EndedWhy.MISTAKE, by=access(cast.DISPENSER), now=NOW)

    alert.refresh_from_db()
    assert (alert.ended_on, alert.ended_by_id) == (TODAY, world.person(cast.DISPENSER).pk)
    assert audited("alert.ended") == 1


def test_asked_twice_with_one_id_is_one_row():
    asked_id = new_id()
    for _ in range(2):
        alerts.asked(asked_id=asked_id, patient_id=id_of(PHONG), by=access(cast.DISPENSER), now=NOW)

    assert MedicinesAsked.objects.get(patient_id=id_of(PHONG)).asked_on == TODAY


def test_state_keeps_the_language_and_the_need_of_an_interpreter():
    speech.state(
        patient_id=id_of(PHONG), language="tiếng Hmông", needs_interpreter=True, by=access(cast.DISPENSER), now=NOW
    )

    assert Patient.objects.get(pk=id_of(PHONG)).language == "tiếng Hmông"
    assert Speech.objects.get(patient_id=id_of(PHONG)).needs_interpreter


def an_explanation(**changes) -> NewExplained:
    ours = source_set()
    said = {
        "id": new_id(),
        "patient_id": id_of(PHONG),
        "phrases": ours.language,
        "version": ours.version,
        "language": "tiếng Thái",
        "interpreter": Interpreter.RELATIVE,
        "understood": True,
    }
    return NewExplained(**(said | changes))


def test_explained_keeps_the_version_that_was_on_the_screen():
    speech.explained(new=an_explanation(), by=access(cast.DISPENSER), now=NOW)

    row = Explained.objects.get(patient_id=id_of(PHONG))
    assert (row.version, row.interpreter, row.understood) == (source_set().version, "relative", True)


def test_explained_with_replaced_phrases_is_refused():
    with pytest.raises(ExplainedRefused):
        speech.explained(new=an_explanation(version="0" * 64), by=access(cast.DISPENSER), now=NOW)


# Files of phrases


def a_file(**changes: str) -> str:
    lines = {"language": '"kjg"', "name": '"Tiếng Khơ Mú"', "reviewed_by": '"Tỉnh"'}
    head = "\n".join(f"{key} = {value}" for key, value in (lines | changes).items() if value)
    return head + "\n[phrases]\n" + "\n".join(f'{key} = "câu thử"' for key in KEYS)


def test_read_a_whole_file_makes_a_set_with_the_digest_of_its_words():
    made = read(a_file(), stem="kjg")

    assert len(made.phrases) == 10
    assert made.is_called("tiếng khơ mú")
    assert read(a_file(reviewed_by='"Sở"'), stem="kjg").version == made.version
    assert read(a_file().replace("câu thử", "câu khác"), stem="kjg").version != made.version


@pytest.mark.parametrize(
    "text",
    [
        "language = ",
        a_file(reviewed_by=""),
        a_file(name='""'),
        a_file(language='"vi"'),
        a_file(also_written='"Khơ Mú"'),
        a_file().replace("vomit = ", "vomitus = "),
        a_file().replace('vomit = "câu thử"', 'vomit = ""'),
        a_file().replace('vomit = "câu thử"', f'vomit = "{"a" * 201}"'),
        'language = "kjg"\nname = "Khơ Mú"\nreviewed_by = "Tỉnh"',
    ],
)
def test_read_a_malformed_file_says_one_sentence(text: str):
    with pytest.raises(PhrasesRefused) as refused:
        read(text, stem="kjg")
    assert str(refused.value).count("\n") == 0


def test_provinces_file_replaces_ours_and_a_bad_one_is_left_out(tmp_path: Path, settings):
    settings.PHRASES_DIR = str(tmp_path)
    (tmp_path / "kjg.toml").write_text(a_file(), encoding="utf-8")
    (tmp_path / "vi.toml").write_text("no toml", encoding="utf-8")

    assert set(phrase_sets()) == {"vi", "en", "kjg"}
    assert source_set().reviewed_by
    (sentence,) = refusals()
    assert sentence.startswith("vi.toml is not used: ")


def test_shipped_files_are_whole_and_no_translation_is_invented():
    assert refusals() == []
    assert set(phrase_sets()) == {"vi", "en"}
    assert find("tiếng Hmông", phrase_sets().values()) is None
    assert find("Tiếng Việt", phrase_sets().values()) == source_set()


# Pages


def path(act: str = "alerts/", someone: world_patients.Someone = PHONG) -> str:
    return f"/patients/{id_of(someone)}/{act}"


def typed(**changes) -> dict:
    said = {"id": new_id(), "kind": "medicine", "medicine": "rifampicin", "change": "started", "since": f"{TODAY}"}
    return said | {"source": "patient"} | changes


@pytest.fixture
def window(db) -> Client:
    return signed_in(cast.DISPENSER)


def test_page_records_and_leads_back_to_the_card(window: Client):
    back = f"/dispensing/patients/{id_of(PHONG)}/"

    response = window.post(path(), typed(back=back))

    assert (response.status_code, response["Location"]) == (302, back)
    shown = window.get(path()).content.decode()
    assert "Thuốc làm giảm nồng độ methadone" in shown
    assert "Xem tên thuốc" not in shown


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example", "/dispensing/patients/../../x"])
def test_page_leads_nowhere_else(window: Client, back: str):
    assert window.post(path(), typed(back=back))["Location"] == path()


@pytest.mark.parametrize("changes", [{"since": ""}, {"since": "2027-01-01"}, {"kind": ""}, {"source": ""}])
def test_page_keeps_what_was_typed_when_it_is_refused(window: Client, changes: dict):
    response = window.post(path(), typed(medicine="other", name="thuốc lá cây", **changes))

    assert response.status_code == 422
    assert "thuốc lá cây" in response.content.decode()


def test_page_shows_the_name_after_the_physicians_tap_only(window: Client):
    alert = recorded()
    asked = path(f"alerts/{alert.pk}/medicine/")

    assert window.post(asked).status_code == 403
    doctor = signed_in(cast.PHYSICIAN)
    assert "rifampicin</b>" not in doctor.get(path()).content.decode()
    assert "<b>rifampicin</b>" in doctor.post(asked).content.decode()
    assert (audited("alert.medicine_refused"), audited("alert.medicine_seen")) == (1, 1)


def test_page_stops_ends_and_states_the_language(window: Client):
    alert = recorded(since=TODAY - timedelta(days=3))
    refused = window.post(path(f"alerts/{alert.pk}/stop/"), {"stopped_id": new_id(), "on": "2027-01-01"})
    stopped = window.post(path(f"alerts/{alert.pk}/stop/"), {"stopped_id": new_id(), "on": f"{TODAY}"})
    standing = Alert.objects.get(patient_id=id_of(PHONG), ended_on__isnull=True)
    ended = window.post(path(f"alerts/{standing.pk}/end/"), {"why": "over"})
    spoken = window.post(path("speech/"), {"language": "tiếng Dao", "needs_interpreter": "1"})

    assert [refused.status_code, stopped.status_code, ended.status_code, spoken.status_code] == [422, 302, 302, 302]
    shown = window.get(path()).content.decode()
    assert "tiếng Dao · cần phiên dịch" in shown
    assert window.post(path("speech/"), {"language": ""}).status_code == 422


def test_page_of_phrases_says_that_no_reviewed_translation_is_there(window: Client):
    response = window.get(path("phrases/"))

    assert "tiếng Thái: chưa có bản dịch đã duyệt." in response.content.decode()
    assert "chưa có bản dịch đã duyệt" in window.get(path("phrases/print/")).content.decode()


def test_page_of_phrases_shows_the_provinces_translation_beside_vietnamese(window: Client, tmp_path: Path, settings):
    settings.PHRASES_DIR = str(tmp_path)
    made = a_file(language='"blt"', name='"Tiếng Thái"').replace("câu thử", "chữ của tỉnh")
    (tmp_path / "blt.toml").write_text(made, encoding="utf-8")

    shown = window.get(path("phrases/")).content.decode()

    assert shown.count("chữ của tỉnh") == 10
    assert "người duyệt: Tỉnh" in shown


def test_page_of_phrases_records_that_they_were_explained(window: Client):
    ours = source_set()
    said = {"id": new_id(), "phrases": "vi", "version": ours.version, "interpreter": "relative", "understood": "no"}

    refused = window.post(path("phrases/"), said | {"interpreter": ""})
    taken = window.post(path("phrases/"), said)

    assert (refused.status_code, taken.status_code) == (422, 302)
    assert not Explained.objects.get(patient_id=id_of(PHONG)).understood
    assert "Chưa hiểu hết" in window.get(path("phrases/")).content.decode()


@pytest.mark.parametrize("act", ["alerts/", "phrases/", "phrases/print/"])
def test_page_of_another_sites_patient_is_not_there(window: Client, act: str):
    assert window.get(path(act, ELSEWHERE)).status_code == 404


def test_page_asks_the_same_number_of_statements_with_twenty_alerts(window: Client):
    recorded()
    window.get(path())  # what a process keeps for a minute is asked once
    with CaptureQueriesContext(connection) as few:
        window.get(path())
    for _ in range(20):
        recorded(id=new_id())
    with CaptureQueriesContext(connection) as many:
        window.get(path())

    assert len(many) == len(few)
