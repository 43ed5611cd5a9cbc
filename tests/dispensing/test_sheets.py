"""Sheets of paper: the board's lines with a number, void when wrong, and their pages."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core import clock, proofs
from core.ids import new_id
from dispensing.models import Dose, LateEntry, Outcome, Sheet
from dispensing.queries.sheets import find_sheet, lines_for, sheet_address
from dispensing.rules.codes import Code
from dispensing.rules.late import SheetReason
from dispensing.services import holds, sheets
from dispensing.services.holds import NewHold
from dispensing.services.sheets import DayIsOver
from facilities.models import RuleSetting
from facilities.services import settings as rule_settings
from tests import cast, world
from tests.dispensing import elsewhere, morning, paper
from tests.dispensing.test_board import signed_in, text

pytestmark = pytest.mark.django_db
TOMORROW = world.TODAY + timedelta(days=1)
AFTER_CLOSE = world.NOW + timedelta(hours=4)


@pytest.fixture
def bottle(db):
    return morning.opened_bottle()


@pytest.fixture
def by(db):
    return morning.access(cast.DISPENSER)


@pytest.fixture
def client(db):
    return signed_in(cast.DISPENSER)


@pytest.fixture(autouse=True)
def _after_close():
    with clock.at(AFTER_CLOSE):
        yield


def issue(by, day=TOMORROW, now=AFTER_CLOSE):
    return sheets.issue(facility_id=by.facility_id, for_day=day, by=by, now=now, why=SheetReason.CLOSE)


def line_of(sheet: Sheet, patient) -> dict:
    return next(line for line in sheet.content["lines"] if line["patient"] == str(patient.pk))


def test_issue_numbers_from_one_and_gives_the_same_sheet_while_nothing_changed(bottle, by):
    first = issue(by)
    again = issue(by, now=AFTER_CLOSE + timedelta(hours=1))
    morning.patient()
    changed = issue(by, now=AFTER_CLOSE + timedelta(hours=2))

    first.refresh_from_db()
    assert (first.number, again.pk, changed.number) == (1, first.pk, 2)
    assert (first.void_why, changed.void_at) == ("replaced", None)
    assert not [broken for name in proofs.names() for broken in proofs.run(name)]


def test_issue_for_a_day_that_is_over_is_refused(bottle, by):
    with pytest.raises(DayIsOver):
        issue(by, day=world.TODAY - timedelta(days=1))


def test_line_says_dose_volume_last_dose_and_end_of_the_order(bottle, by):
    patient = morning.patient(mg="65")
    morning.drink(patient, by)

    line = line_of(issue(by), patient)

    assert (line["mg"], line["ul"], line["measure"]) == ("65", 6_500, "")
    assert (line["last_on"], line["last_mg"]) == (world.TODAY.isoformat(), "65")
    assert (line["ends_on"], line["blocked"]) == ("2026-12-09", False)
    assert "Lò Văn" not in str(line)


def test_line_of_who_is_stopped_says_why_and_offers_no_amount(bottle, by):
    held, ended = morning.patient(), morning.patient(starts_on=date(2026, 11, 1), days=20)
    holds.place(
        command=NewHold(new_id(), held.pk, "illness", "physician"), by=morning.access(cast.PHYSICIAN), now=world.NOW
    )

    sheet = issue(by)

    for patient in (held, ended):
        line = line_of(sheet, patient)
        assert (line["blocked"], line["mg"]) == (True, None)
        assert line["remark"].startswith("KHÔNG RÓT")


def test_line_looks_back_over_the_whole_window_also_where_that_is_the_longer(bottle, by):
    for name, value in {"missed_dropout_days": 14, "missed_window_days": 30}.items():
        RuleSetting.objects.create(
            key=f"DosingSettings.{name}", value=value, facility=morning.site(), source="test", set_by_id=1,
            effective_from=world.NOW - timedelta(days=1), recorded_at=world.NOW - timedelta(days=2), set_by_label="T",
        )  # fmt: skip
    rule_settings.forget()
    patient = morning.patient(known_from=world.TODAY - timedelta(days=22), starts_on=world.TODAY - timedelta(days=20))
    elsewhere.documented(
        patient, day=world.TODAY - timedelta(days=16), until=world.TODAY - timedelta(days=1), member=cast.SITE_HEAD
    )

    card = morning.choose(patient, by).snapshot.decision
    [line] = [one for one in lines_for(facility_id=by.facility_id, for_day=world.TODAY, now=world.NOW).content["lines"]
              if one["patient"] == str(patient.pk)]  # fmt: skip
    rule_settings.forget()

    assert Code.MISSED_WINDOW in {each.code for each in card.violations}
    assert (card.dose_mg, line["mg"]) == (None, None)


def test_another_strength_in_use_makes_coming_sheets_void(bottle, by, client):
    sheet = issue(by)
    morning.put_away(morning.site())
    site = morning.site()
    _retire(bottle, site)
    morning.opened_bottle(concentration="5")

    client.get("/dispensing/sheets/")

    sheet.refresh_from_db()
    assert sheet.void_why == "strength_changed"
    assert "HẾT GIÁ TRỊ" in text(client.get(f"/dispensing/sheets/{sheet.pk}/"))


def _retire(bottle, site):
    held = morning.accounts.ensure(facility_id=site.pk, item=morning.methadone())
    kinds = morning.AccountKind
    move = morning.Move(bottle.lot_id, bottle.pk, held[kinds.OPENED].pk, held[kinds.QUARANTINE].pk, 1_000_000, "test")
    morning.book(morning.ActKind.QUARANTINE, move, at=site)


def test_lines_take_as_many_statements_for_many_as_for_few(bottle, by):
    def statements() -> int:
        with CaptureQueriesContext(connection) as caught:
            lines_for(facility_id=by.facility_id, for_day=TOMORROW, now=AFTER_CLOSE)
        return len(caught)

    few = statements()
    for _ in range(40):
        morning.patient()

    assert statements() == few


def test_find_sheet_by_number_year_or_scan(bottle, by, client):
    sheet = issue(by)
    scanned = sheet_address(sheet.scan, by)

    assert scanned == f"/dispensing/later/?sheet={sheet.pk}"
    for words in ("1", "1/2026"):
        assert find_sheet(words, facility_id=by.facility_id, today=world.TODAY) == sheet
    for words in ("2", "1/2025", "abc", "0000000000", ""):
        assert find_sheet(words, facility_id=by.facility_id, today=world.TODAY) is None
    assert sheet_address(sheet.scan, morning.access(cast.OTHER_DISPENSER, cast.OTHER_SITE)) is None


def test_printed_page_shows_codes_and_no_name(bottle, by, client):
    patient = morning.patient(name="Lò Văn Bí Mật")

    answer = client.post("/dispensing/sheets/", {"day": "tomorrow"}, follow=True)

    page = text(answer)
    assert patient.code in page
    assert "Bí Mật" not in page
    assert "Người bệnh ký" in page


def rows_of(sheet, patients, **typed) -> dict:
    """What a browser sends for these rows; the others are left empty."""
    me = world.person(cast.DISPENSER).pk
    data = {"reason": "no_power", "poured_by": str(me), "observed_by": str(me)}
    for line in sheet.content["lines"]:
        prefix = f"{line['patient']}-{line['slot']}"
        data |= {f"{prefix}-id": str(new_id()), f"{prefix}-mg": line["mg"] or ""}
    for patient in patients:
        data |= {f"{patient.pk}-1-{name}": value for name, value in typed.items()}
    return data


def test_typed_in_the_next_day_from_the_page(bottle, by, client):
    drank, absent = morning.patient(), morning.patient()
    sheet = paper.sheet(by)
    address = f"/dispensing/later/?sheet={sheet.pk}"

    with clock.at(paper.NEXT_DAY):
        assert drank.code in text(client.get(address))
        data = rows_of(sheet, [drank], at="0640") | {f"{absent.pk}-1-what": "absent"}
        answer = client.post(address, data, follow=True)

    dose = Dose.objects.get(patient=drank)
    assert "Đã ghi bù 2 dòng" in text(answer)
    assert dose.given_at == world.NOW + timedelta(minutes=30)
    assert Outcome.objects.get(patient=absent).code == "absent"
    assert set(LateEntry.objects.values_list("sheet", flat=True)) == {sheet.pk}


def test_what_is_wrong_comes_back_with_all_that_was_typed(bottle, by, client):
    patient, other = morning.patient(), morning.patient()
    sheet = paper.sheet(by)
    data = rows_of(sheet, [patient], at="25:00", mg="62,5") | {f"{other.pk}-1-at": "06:45"}

    with clock.at(paper.NEXT_DAY):
        answer = client.post(f"/dispensing/later/?sheet={sheet.pk}", data)

    assert answer.status_code == 422
    for typed in ("25:00", "62,5", "06:45", "Ghi giờ và phút"):
        assert typed in text(answer)
    assert not Dose.objects.exists()


def test_the_same_page_sent_twice_records_once(bottle, by, client):
    patient = morning.patient()
    sheet = paper.sheet(by)
    data = rows_of(sheet, [patient], at="06:40")

    with clock.at(paper.NEXT_DAY):
        for _ in range(2):
            assert client.post(f"/dispensing/later/?sheet={sheet.pk}", data).status_code == 302

    assert Dose.objects.count() == 1


def test_two_readings_of_one_row_are_shown_side_by_side(bottle, by, client):
    patient = morning.patient()
    sheet = paper.sheet(by)
    with clock.at(paper.NEXT_DAY):
        client.post(f"/dispensing/later/?sheet={sheet.pk}", rows_of(sheet, [patient], at="06:40"))
        answer = client.post(f"/dispensing/later/?sheet={sheet.pk}", rows_of(sheet, [patient], at="06:50"))

    assert answer.status_code == 422
    assert "đã ghi dòng này: 65 mg lúc 06:40" in text(answer)
    assert Dose.objects.count() == 1


def test_a_day_without_a_sheet_is_typed_in_by_its_roster(bottle, by, client):
    patient = morning.patient()
    address = f"/dispensing/later/?day={world.TODAY.isoformat()}"
    with clock.at(paper.NEXT_DAY):
        page = text(client.get(address))
        me = world.person(cast.DISPENSER).pk
        data = {
            "reason": "no_network", "poured_by": "else", "poured_name": "Y tá Mùa", "observed_by": str(me),
            f"{patient.pk}-1-id": str(new_id()), f"{patient.pk}-1-mg": "65", f"{patient.pk}-1-at": "06.40",
        }  # fmt: skip
        client.post(address, data)

    assert patient.code in page
    assert Dose.objects.get(patient=patient).poured_words == "Y tá Mùa"


def test_choosing_an_unknown_number_says_what_to_do(bottle, client):
    answer = client.get("/dispensing/later/?paper=99&day=")

    assert answer.status_code == 422
    assert "Không có phiếu số này" in text(answer)


@pytest.mark.parametrize("address", ["/dispensing/later/", "/dispensing/sheets/"])
def test_pages_are_closed_to_a_witness(db, address):
    client = Client()
    client.force_login(world.person(cast.WITNESS), backend="staff.backends.PersonBackend")

    assert client.get(address).status_code == 403


def test_pages_take_as_many_statements_for_many_as_for_few(bottle, by, client):
    def statements(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as caught:
            client.get(address)
        return len(caught)

    addresses = [f"/dispensing/later/?day={world.TODAY.isoformat()}", "/dispensing/sheets/"]
    few = [statements(address) for address in addresses]
    for _ in range(40):
        morning.patient()
    issue(by)

    assert [statements(address) for address in addresses] == few
