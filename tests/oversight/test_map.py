"""How a site stands on the map: its worst trouble in a word, every trouble behind it."""

from dataclasses import replace

import pytest

from followup.queries.cases import Counts
from oversight.charts import State
from oversight.figures_map import Position, how_it_stands, map_picture
from oversight.queries.sites import Reason, Site, Unwitnessed
from oversight.queries.stock import ItemStock, StockSite
from oversight.queries.waiting import Waiting
from oversight.rules.settings import MorningSettings
from tests import world

SITE = Site(id=7, name="Nà Tấu", caseload=20, taken=12, reasons=(), cases=Counts(), unwitnessed=Unwitnessed())
STOCK = StockSite(id=7, name="Nà Tấu", items=(), rules=MorningSettings(), now=world.NOW)


def holding(days: int | None) -> StockSite:
    return replace(STOCK, items=(ItemStock(1, "methadone", in_bottles=True, cover_days=days),))


TURNED_AWAY = replace(SITE, reasons=(Reason("hết thuốc", 3, turned_away=True, code="stock_out"),))
WITHHELD = replace(SITE, reasons=(Reason("tạm ngừng", 2, turned_away=True, code="withheld"),))


@pytest.mark.parametrize(
    ("site", "stock", "state", "words"),
    [
        (SITE, holding(30), State.GO, ["ổn"]),
        (SITE, holding(None), State.GO, ["ổn"]),
        (SITE, holding(14), State.LOOK, ["thuốc đủ 14 ngày"]),
        (SITE, holding(7), State.STOP, ["thuốc đủ 7 ngày"]),
        (SITE, holding(0), State.STOP, ["thuốc đủ 0 ngày"]),
        (TURNED_AWAY, holding(30), State.STOP, ["3 người không được uống"]),
        (WITHHELD, holding(30), State.LOOK, ["2 người tạm ngừng uống"]),
        (replace(SITE, silent=True), holding(10), State.SILENT, ["chưa có tin", "thuốc đủ 10 ngày"]),
        (replace(SITE, silent=True), holding(3), State.STOP, ["thuốc đủ 3 ngày", "chưa có tin"]),
        (SITE, replace(STOCK, cases=2), State.LOOK, ["2 chênh lệch chưa xong"]),
        (SITE, replace(STOCK, cases=2, cases_late=1), State.STOP, ["2 chênh lệch chưa xong"]),
        (SITE, replace(STOCK, cases=1, keys_lost=1), State.STOP, ["mất chìa khóa", "1 chênh lệch chưa xong"]),
        (replace(SITE, waiting=Waiting(blocked=4)), None, State.LOOK, ["4 người chờ mở khóa"]),
    ],
)  # fmt: skip
def test_worst_trouble_is_the_state_and_the_first_word(site, stock, state, words):
    assert how_it_stands(site, stock) == (state, words)


def test_picture_leads_to_each_site_and_lists_who_has_no_place_yet():
    drawn = map_picture([TURNED_AWAY, replace(SITE, id=8, name="Mường Pồn")], [STOCK], {7: Position(103.1, 21.4, "x")})
    assert 'href="/oversight/sites/7/"' in drawn
    assert "Chưa ghi vị trí: Mường Pồn" in drawn
    assert "cần giúp ngay: 1" in drawn
