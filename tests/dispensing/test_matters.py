"""The strip above the roster: the worst of what waits for somebody on the line, the rest folded, none without words."""

from datetime import date, timedelta

import pytest

from core import clock
from core.ids import new_id
from dispensing.queries.matters import Matter, matters
from dispensing.queries.site_days import DayLine
from dispensing.rules.late import SheetReason
from dispensing.services import sheets
from inventory.services import checks
from inventory.services.checks import Naloxone
from tests import cast, world
from tests.dispensing import mishaps, morning, phoned
from tests.entrance import signed_in
from tests.followup.hands import opened

pytestmark = pytest.mark.django_db
NOW = world.NOW
YESTERDAY = world.TODAY - timedelta(days=1)


@pytest.fixture(autouse=True)
def bottle(db):
    return morning.opened_bottle()


def said(*unclosed: date, now=NOW) -> list[str]:
    return [matter.words for matter in found(*unclosed, now=now)]


def found(*unclosed: date, now=NOW) -> tuple[Matter, ...]:
    day = DayLine(world.TODAY, None, None, to_close=False, unclosed=unclosed)
    return matters(day=day, by=morning.access(cast.DISPENSER), now=now)


def counted(ampoules: int, now=NOW) -> None:
    expiry = world.TODAY + timedelta(days=90) if ampoules else None
    checks.naloxone(command=Naloxone(new_id(), ampoules, expiry), by=morning.access(cast.DISPENSER), now=now)


def test_no_naloxone_is_a_stop_until_some_is_counted_this_morning():
    counted(6, now=NOW - timedelta(days=1))
    assert found()[0] == Matter("stop", "Không còn ống naloxone nào dùng được", "/inventory/shelf/")

    counted(6)
    assert "Không còn ống naloxone nào dùng được" not in said()

    counted(0, now=NOW + timedelta(minutes=1))
    assert found()[0].kind == "stop"


def test_who_must_be_looked_at_comes_before_everything_else():
    by, one, other = morning.access(cast.DISPENSER), morning.patient(), morning.patient()
    mishaps.watched(one.pk, by, now=NOW - timedelta(minutes=5))
    mishaps.watched(other.pk, by, now=NOW - timedelta(hours=3))

    first, last, naloxone = found()[:3]

    assert (first.kind, first.words) == ("look", f"{other.code} · {other.initials}: đến lúc xem lại")
    assert naloxone.kind == "stop"
    assert (last.kind, last.words) == ("info", f"{one.code} · {one.initials}: theo dõi đến 10:05")
    assert last.until_ms is not None


def test_earlier_days_name_the_paper_that_may_wait():
    by = morning.access(cast.DISPENSER)
    sheet = sheets.issue(
        facility_id=by.facility_id or 0, for_day=world.TODAY, by=by, now=NOW, why=SheetReason.ON_DEMAND
    )

    shown = found(YESTERDAY, world.TODAY, now=NOW + timedelta(days=1))

    assert Matter("look", "2 ngày trước chưa đóng", "/dispensing/days/") in shown
    paper = next(matter for matter in shown if str(sheet.pk) in matter.path)
    assert paper.words == "Phiếu giấy số 1 ngày 24/11: nhập nếu đã dùng"


def test_unsigned_orders_are_said_with_their_age():
    phoned.phone_order()

    assert "1 y lệnh bác sĩ chưa ký" in said()
    assert "1 y lệnh bác sĩ chưa ký, lâu nhất 2 ngày" in said(now=NOW + timedelta(days=2))


def test_orders_that_end_are_one_line_that_says_by_when():
    before = [words for words in said() if "đơn sắp hết" in words]
    morning.patient(starts_on=world.TODAY - timedelta(days=25), days=29)  # ends on Friday

    now = [words for words in said() if "đơn sắp hết" in words]

    assert len(now) == 1
    assert now != before


def test_the_line_shows_one_matter_and_folds_the_others_away():
    opened()
    with clock.at(NOW):
        page = signed_in(cast.DISPENSER).get("/dispensing/").content.decode()
    line, fold = page.split("board-matters", 1)[1].split("<details", 1)

    assert "Không còn ống naloxone nào dùng được" in line
    assert "việc cần xử lý" not in line
    assert "việc cần xử lý" in fold.split("</details>")[0]
    assert "Phiếu giấy" in fold.split("</details>")[0]


def test_who_may_not_follow_a_line_reads_it_without_a_link():
    with clock.at(NOW):
        page = signed_in(cast.ASSISTANT_PHYSICIAN).get("/dispensing/").content.decode()

    assert "/inventory/shelf/" not in page
    assert "Không còn ống naloxone nào dùng được" in page
