"""A reading far off the book is asked a second time when the day is opened or closed; then it is kept as it is."""

import pytest
from django.test import Client

from core import clock
from core.models import AuditEvent
from dispensing.models import DayClose, DayOpening
from inventory.models import Bottle, BottleMeasure
from tests import cast, world
from tests.dispensing import morning
from tests.dispensing.test_day_close import NINE
from tests.dispensing.test_day_pages import CLOSE, OPEN, alone, hidden, said

pytestmark = pytest.mark.django_db

FAR_OFF = "Số đo này khác nhiều so với mong đợi. Đo lại và gõ lại số vừa đọc."


@pytest.fixture
def client(db: None) -> Client:
    client = Client()
    client.force_login(world.person(cast.DISPENSER), backend="staff.backends.PersonBackend")
    return client


@pytest.fixture
def bottles(db: None) -> tuple[Bottle, Bottle]:
    return morning.opened_bottle(ul=579_500), morning.opened_bottle(ul=412_500)


def test_close_asks_a_far_reading_once_and_keeps_the_second(client: Client, bottles: tuple[Bottle, Bottle]) -> None:
    far, near = bottles
    with clock.at(NINE):
        carried = hidden(client.get(CLOSE).content.decode())
        sent = carried | alone(**{
            f"reading_{far.number}": "99", f"reading_{near.number}": "410", f"seal_{far.number}": "NP 7",
            "note": "trời mưa",
        })  # fmt: skip
        asked = client.post(CLOSE, sent)
        page = asked.content.decode()
        assert asked.status_code == 422
        assert page.count(FAR_OFF) == 1  # only of the bottle that is far off
        assert f'<input type="hidden" name="reading_{far.number}" value="99"' in page
        assert f'name="again_{far.number}"' in page
        assert f'name="again_{near.number}"' not in page
        assert all(kept in page for kept in ('value="410"', "NP 7", "trời mưa", "chỉ có một mình", carried["id"]))
        assert "579,5" not in page
        assert not BottleMeasure.objects.exists()
        assert not DayClose.objects.exists()

        assert client.post(CLOSE, sent | {f"again_{far.number}": ""}).content.decode().count(FAR_OFF) == 1
        unread = client.post(CLOSE, sent | {f"again_{far.number}": "năm bảy chín"})
        assert unread.status_code == 422
        assert "không đọc được thành số" in unread.content.decode()
        assert not BottleMeasure.objects.exists()

        for _ in range(2):  # sent twice, kept once
            assert client.post(CLOSE, sent | {f"again_{far.number}": "579"}).status_code == 302
    rows = BottleMeasure.objects.filter(bottle__in=bottles).order_by("measured_ul")
    assert [(row.measured_ul, row.act_id) for row in rows] == [(410_000, None), (579_000, None)]
    audit = AuditEvent.objects.get(action="stock.bottle_measure", subject_id=str(rows[1].pk))
    assert audit.detail["first_readings"] == ["99"]
    assert DayClose.objects.count() == 1


def test_opening_keeps_a_far_reading_that_was_read_twice_alike(client: Client, bottles: tuple[Bottle, Bottle]) -> None:
    far, outside = bottles
    with clock.at(world.NOW):
        sent = said(client, OPEN, **{f"reading_{far.number}": "99", f"reading_{outside.number}": "400"})
        asked = client.post(OPEN, sent)
        assert asked.status_code == 422
        assert asked.content.decode().count(FAR_OFF) == 1  # outside the tolerance by less than the setting is not asked
        assert not DayOpening.objects.exists()
        assert client.post(OPEN, sent | {f"again_{far.number}": "99"}).status_code == 302
        assert client.post(OPEN, sent).status_code == 302  # somebody has opened this day: said, and nothing asked
    row = BottleMeasure.objects.get(bottle=far)
    assert (row.measured_ul, row.difference_ul) == (99_000, -480_500)
    assert BottleMeasure.objects.filter(act__isnull=False).count() == 2
