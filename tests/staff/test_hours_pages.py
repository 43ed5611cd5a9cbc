"""The pages of working time: one's own month, approving, payroll; on a telephone, on paper, and closed to others."""

from io import BytesIO

import pytest
from django.test import Client
from openpyxl import load_workbook

from core.ids import new_id
from staff.models import DutyApproval, DutyInterval, DutyTap, PayBatch, PayTerm
from staff.queries.payroll import due_at
from tests import cast, world
from tests.entrance import signed_in
from tests.staff.working import MONTH, SUNDAY, approved, proposed, typed

pytestmark = pytest.mark.django_db
HOURS = "/staff/hours/"


@pytest.fixture
def client() -> Client:
    return signed_in(cast.DISPENSER)


def test_month_shows_what_is_proposed_and_one_tap_confirms_it(client):
    row = proposed()
    assert "05:31 – 09:02 · 3 giờ 31" in client.get(HOURS).content.decode()

    client.post(f"{HOURS}confirm/", {"chosen": [str(row.pk)]})

    row.refresh_from_db()
    assert row.confirmed_at is not None
    page = client.get(HOURS).content.decode()
    assert "Đúng giờ bạn đã làm không?" not in page
    assert "3 giờ 31" in page


def test_confirm_of_nonsense_says_so_and_changes_nothing(client):
    row = proposed(cast.SECOND_DISPENSER)

    for chosen in ("x", str(new_id()), str(row.pk)):
        answer = client.post(f"{HOURS}confirm/", {"chosen": [chosen]}, follow=True)
        assert "Lần ghi này không còn" in answer.content.decode()
    row.refresh_from_db()
    assert row.confirmed_at is None


def test_tap_begins_and_ends_a_duty_and_goes_back(client):
    assert "Bắt đầu ca của tôi" in client.get(f"{HOURS}tap/?next=/dispensing/").content.decode()
    began = client.post(f"{HOURS}tap/", {"what": "start", "id": str(new_id()), "next": "/dispensing/"})
    assert (began.status_code, began["Location"]) == (303, "/dispensing/")
    assert "Kết thúc ca của tôi" in client.get(f"{HOURS}tap/").content.decode()

    ended = client.post(f"{HOURS}tap/", {"what": "end", "next": "https://elsewhere.example/"})

    assert ended["Location"] == "/"
    assert DutyTap.objects.get().ended_at is not None
    assert DutyInterval.objects.filter(source="tapped").count() == 1


def test_board_has_the_tap(client):
    assert "/staff/hours/tap/" in client.get("/dispensing/").content.decode()


def test_typing_in_keeps_what_was_typed_when_it_cannot_be(client):
    typed()
    said = {"id": str(new_id()), "day": f"{SUNDAY}", "starts": "09:00", "ends": "11:00", "reason": "quên bấm giờ"}

    refused = client.post(f"{HOURS}new/", said)

    page = refused.content.decode()
    assert refused.status_code == 422
    assert "Bạn đã ghi giờ làm từ" in page
    assert "quên bấm giờ" in page
    taken = client.post(f"{HOURS}new/", said | {"starts": "22:00", "ends": "05:00"})
    assert taken["Location"] == f"{HOURS}?month={MONTH:%Y-%m}"
    assert DutyInterval.objects.get(pk=said["id"]).day == SUNDAY


def test_correcting_and_declining_are_ones_own(client):
    row = typed()
    stranger = signed_in(cast.SECOND_DISPENSER)

    assert stranger.get(f"{HOURS}{row.pk}/correct/").status_code == 404
    assert stranger.post(f"{HOURS}{row.pk}/decline/").status_code == 404
    assert client.get(f"{HOURS}{row.pk}/correct/").status_code == 200
    client.post(f"{HOURS}{row.pk}/decline/")
    row.refresh_from_db()
    assert row.ended_why == "declined"


def test_own_record_is_exported_with_every_minute_explained(client):
    typed()

    sheet = client.get(f"{HOURS}file/?month={MONTH:%Y-%m}&as=xlsx")
    book = load_workbook(BytesIO(sheet.content))
    assert len(book.worksheets) == 2
    cells = [str(cell.value) for page in book.worksheets for line in page.iter_rows() for cell in line]
    assert "ngày nghỉ hằng tuần: làm thêm 200 %" in cells
    assert client.get(f"{HOURS}file/?as=pdf").content.startswith(b"%PDF")


def test_head_approves_with_the_pin_and_own_hours_are_not_offered():
    row, own = typed(), typed(cast.SITE_HEAD)
    head = signed_in(cast.SITE_HEAD)
    page = head.get(f"{HOURS}approve/").content.decode()
    assert str(row.pk) in page
    assert str(own.pk) not in page

    wrong = head.post(f"{HOURS}approve/", {"chosen": [str(row.pk)], "pin": "000000"})
    assert wrong.status_code == 422
    assert head.post(f"{HOURS}approve/", {"chosen": [str(own.pk)], "pin": cast.PIN}).status_code == 422
    assert head.post(f"{HOURS}approve/", {"chosen": [str(row.pk)], "pin": cast.PIN}).status_code == 302
    assert [each.interval_id for each in DutyApproval.objects.all()] == [row.pk]


def test_payroll_sees_the_month_sets_a_rate_and_pays_it():
    approved(typed())
    payroll = signed_in(cast.PAYROLL)
    person = world.person(cast.DISPENSER).pk
    rate = {"id": str(new_id()), "hourly": "45.000", "from_day": f"{MONTH}"}
    assert payroll.post(f"{HOURS}payroll/{person}/", rate).status_code == 302
    assert PayTerm.objects.get().hourly == 45000

    page = payroll.get(f"{HOURS}payroll/")
    assert "360.000 đ" in page.content.decode()
    places = [world.facility(cast.SITE).pk, world.facility(cast.OTHER_SITE).pk]
    assert due_at(places, month=MONTH) == {places[0]: 240, places[1]: 0}
    form = page.context["form"]
    said = {
        "id": str(form["id"].value()),
        "seen": form["seen"].value(),
        "reference": "PC 7",
        "paid_on": f"{world.TODAY}",
    }
    assert payroll.post(f"{HOURS}payroll/", said).status_code == 302
    assert PayBatch.objects.get().reference == "PC 7"
    assert not any(due_at(places, month=MONTH).values())
    assert "PC 7" in payroll.get(f"{HOURS}payroll/").content.decode()
    for kind in ("pdf", "xlsx"):
        assert payroll.get(f"{HOURS}payroll/file/?as={kind}").status_code == 200


def test_rates_and_pay_are_closed_to_everybody_but_payroll():
    place = world.facility(cast.OTHER_SITE).pk
    stranger = world.person(cast.OTHER_DISPENSER).pk

    for member in (cast.DISPENSER, cast.SITE_HEAD, cast.CLINIC_HEAD, cast.AREA_MANAGER):
        assert signed_in(member).get(f"{HOURS}payroll/").status_code == 403
    payroll = signed_in(cast.PAYROLL)
    assert payroll.get(f"{HOURS}payroll/?facility={place}").status_code == 404
    assert payroll.get(f"{HOURS}payroll/{stranger}/").status_code == 404
    assert signed_in(cast.DISPENSER).get(f"{HOURS}approve/").status_code == 403
    assert signed_in(cast.AUDITOR).get(HOURS).status_code == 403


def test_month_asks_a_bounded_number_of_questions(client, django_assert_max_num_queries):
    for hour in range(0, 20, 2):
        typed(begins=f"{hour:02d}:00", ends=f"{hour + 1:02d}:00")
    client.get(HOURS)

    with django_assert_max_num_queries(16):
        client.get(HOURS)
