"""The overdose card: on every page of who is signed in, kept by who runs the site, without anything about a person."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from core import clock
from core.models import AuditEvent
from facilities import worker
from facilities.models import EmergencyCard
from facilities.queries import overdose_steps
from facilities.queries.overdose_steps import steps_in
from facilities.services import emergency, overdose
from facilities.services.emergency import NewCard
from tests import cast, world, world_stock
from tests.entrance import access, signed_in

pytestmark = pytest.mark.django_db

PAGE = "/facilities/overdose/"
WRITTEN = NewCard("115", "0215 382 5115", "Trần Minh Châu", "0912 345 678", "ngăn trên tủ cấp cứu")


@pytest.fixture(autouse=True)
def read_anew():
    overdose.forget()
    yield
    overdose.forget()


def site() -> int:
    return world.facility(cast.SITE).pk


def write(by: cast.Member = cast.SITE_HEAD, at=world.NOW, **changes: str) -> EmergencyCard:
    new = NewCard(**{**vars(WRITTEN), **changes})
    return emergency.write(facility_id=site(), new=new, by=access(by), now=at)


@pytest.mark.parametrize("path", ["/staff/me/", "/dispensing/", "/inventory/", PAGE])
def test_every_page_carries_the_card_with_this_sites_numbers(path: str):
    write()

    page = signed_in(cast.DISPENSER).get(path).content.decode()

    assert "Naloxone 1 ống 0,4 mg, tiêm tĩnh mạch chậm." in page
    assert "tel:0215" in page
    assert "0912 345 678" in page
    assert "ngăn trên tủ cấp cứu" in page
    assert 'href="/facilities/overdose/"' in page or path == PAGE


def test_a_stranger_s_page_has_no_card(client: Client):
    assert "data-overdose" not in client.get("/staff/sign-in/").content.decode()
    assert client.get(PAGE).status_code == 302


def test_who_acts_at_no_facility_has_the_steps_and_the_ambulance():
    page = signed_in(cast.AREA_MANAGER).get(PAGE).content.decode()

    assert "115" in page
    assert "Bác sĩ trực" not in page


def test_before_anything_is_written_the_card_says_so_and_gives_the_clinics_phone():
    clinic = world.facility(cast.MAIN_CLINIC)
    clinic.phone = "0215 111 222"
    clinic.save(update_fields=["phone"])

    page = signed_in(cast.DISPENSER).get(PAGE).content.decode()

    assert "0215 111 222" in page
    assert "chưa ghi số" in page
    assert "chưa ghi để ở đâu" in page


def test_the_ampoules_are_the_books_usable_ones(monkeypatch: pytest.MonkeyPatch):
    asked = []
    monkeypatch.setattr(overdose, "_ampoules", [lambda facility_id, day: asked.append((facility_id, day)) or 7])

    with clock.at(world.NOW):  # the tests' clock runs on while they run
        page = signed_in(cast.DISPENSER).get(PAGE).content.decode()

    assert "7 ống còn hạn" in page
    assert "theo sổ lúc 06:10" in page
    assert asked == [(site(), world.TODAY)]


def test_the_stock_counts_the_ampoules_and_none_are_none():
    world_stock.naloxone()

    assert overdose.numbers_of(site(), zone="Asia/Ho_Chi_Minh", now=world.NOW).ampoules == 0


def test_the_card_s_page_knows_nothing_of_the_person():
    page = signed_in(cast.DISPENSER).get(PAGE).content.decode()

    for said in (cast.DISPENSER.initials, cast.DISPENSER.full_name, "csrfmiddlewaretoken", "/staff/"):
        assert said not in page


def test_the_card_opens_while_the_screen_is_locked():
    client = signed_in(cast.DISPENSER)
    client.post("/staff/lock/")

    assert client.get("/staff/me/").status_code != 200
    assert client.get(PAGE).status_code == 200
    assert f'href="{PAGE}"' in client.get("/staff/me/").content.decode()


def test_the_page_for_no_server_says_that_nothing_can_be_recorded():
    page = signed_in(cast.DISPENSER).get("/facilities/overdose/offline/").content.decode()

    assert "bây giờ chưa ghi được gì" in page
    assert "Naloxone 1 ống" in page


# --- who keeps it ---


@pytest.mark.parametrize("member", [cast.SITE_HEAD, cast.CLINIC_HEAD], ids=str)
def test_who_runs_the_site_writes_the_card_and_the_next_page_says_it(member: cast.Member):
    client = signed_in(member)

    done = client.post(f"{PAGE}{site()}/", vars(WRITTEN), follow=True)

    assert "Đã ghi." in done.content.decode()
    assert "0912 345 678" in signed_in(cast.DISPENSER).get("/staff/me/").content.decode()
    assert AuditEvent.objects.get(action="emergency_card.changed").facility_id == site()


def test_what_the_card_said_before_stays():
    write()
    write(at=world.NOW + timedelta(minutes=1), physician="Người khác")

    assert overdose.latest(site()).physician == "Người khác"
    assert EmergencyCard.objects.filter(facility_id=site()).count() == 2


@pytest.mark.parametrize("member", [cast.DISPENSER, cast.AREA_MANAGER, cast.WITNESS], ids=str)
def test_nobody_else_writes_it(member: cast.Member):
    assert signed_in(member).post(f"{PAGE}{site()}/", vars(WRITTEN)).status_code == 403
    with pytest.raises(PermissionDenied):
        write(member)


def test_a_number_that_is_none_is_refused_and_all_that_was_typed_stays():
    typed = {**vars(WRITTEN), "physician_phone": "gọi anh Châu"}

    refused = signed_in(cast.SITE_HEAD).post(f"{PAGE}{site()}/", typed)

    assert refused.status_code == 422
    assert "Chỉ viết chữ số" in refused.content.decode()
    assert "ngăn trên tủ cấp cứu" in refused.content.decode()


# --- what it costs ---


def test_a_page_reads_the_card_at_most_once_a_minute(django_assert_max_num_queries, django_assert_num_queries):
    client = signed_in(cast.DISPENSER)
    client.get("/healthz")
    with django_assert_max_num_queries(8):
        client.get(PAGE)
    with django_assert_num_queries(2):  # the session and the person
        client.get(PAGE)


# --- the steps as files ---


def test_a_province_replaces_the_steps_and_a_broken_file_is_left_out(tmp_path: Path, settings):
    ours = steps_in("vi")
    settings.OVERDOSE_DIR = str(tmp_path)
    text = (overdose_steps.OURS / "vi.toml").read_text(encoding="utf-8")
    (tmp_path / "vi.toml").write_text(text.replace("chờ bác sĩ của tỉnh duyệt", "đã duyệt"), encoding="utf-8")
    (tmp_path / "en.toml").write_text('language = "en"\n', encoding="utf-8")

    assert steps_in("vi").reviewed_by != ours.reviewed_by
    assert steps_in("en").language == "en"
    assert [sentence.split(" ")[0] for sentence in overdose_steps.refusals()] == ["en.toml"]


def test_both_languages_have_the_same_steps_and_every_step_its_source():
    vietnamese, english = steps_in("vi"), steps_in("en")

    assert [step.source for step in vietnamese.steps] == [step.source for step in english.steps]
    for told in (vietnamese, english):
        known = {key for key, _text in told.sources}
        assert {key for step in told.steps for key in step.source.split(", ")} == known


# --- the worker ---


def test_the_worker_keeps_the_card_its_files_and_nothing_else(client: Client):
    script = client.get("/sw.js")
    page = signed_in(cast.DISPENSER).get(PAGE).content.decode()

    assert script["Content-Type"].startswith("text/javascript")
    wanted = set(re.findall(r'(?:href|src)="/static/([^"]+)"', page))
    imported = re.findall(r'from "\./([\w.]+)"', Path("static/js/overdose_page.js").read_text(encoding="utf-8"))
    assert wanted | {f"js/{name}" for name in imported} <= set(worker.ASSETS)
    assert script.content.decode().count("/dispensing/") == 0
