"""Every figure of the managers' pages, read off page and Excel, beside the plainest sum over ledger and registers."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from random import Random
from typing import Any, Final

import pytest
from django.db import transaction
from django.test import Client

from core import clock
from core.ids import new_id
from dispensing.rules.choices import OUTCOME_WORDS
from oversight.models import Summarised
from oversight.reports import stock, work
from oversight.reports.ask import ask
from oversight.rules import periods
from oversight.rules.report_codes import ReportKind
from oversight.services import summaries
from staff.rules.wording_hours import hours_words
from staff.services import duty
from staff.services.duty import TypedIn
from tests import cast, world
from tests.entrance import access, signed_in
from tests.oversight.lived import DAY, FAR, LAST, READ_AT, SITES, TODAY, happened
from tests.oversight.plain_sums import (
    AWAY,
    DIFFERENCES,
    alone,
    between,
    blocked,
    caseload,
    cover,
    drank,
    flowed,
    held,
    here,
    hours_of,
    kept_days,
    last_said,
    not_given,
    on_the_road,
    one,
    open_cases,
    opened_in_steps,
    rows,
    share,
    to_come,
    turned_away,
    unsigned,
    waits,
    watched,
)
from tests.oversight.shown import facts, key_figures, read, sheet, table
from tests.staff import working

pytestmark = pytest.mark.django_db
SEED: Final = 20_261_124


@pytest.fixture
def manager() -> Client:
    return signed_in(cast.PROVINCE_MANAGER)


def test_every_figure_of_the_pages_and_their_files_is_the_plain_sum_of_the_facts(manager: Client):
    happened(Random(SEED))  # noqa: S311  the same facts each time
    summaries.rebuild(now=LAST)
    reports_month_from_rows_and_anew()
    with clock.at(READ_AT):
        names = [*SITES, FAR]
        doses_page(manager, "", names, TODAY - 29 * DAY, TODAY)
        doses_page(manager, f"area={world.facility(cast.SITE).area_id}", list(SITES), TODAY - 29 * DAY, TODAY)
        doses_page(manager, f"from={TODAY - DAY}&to={TODAY - DAY}", names, TODAY - DAY, TODAY - DAY)
        stock_page(manager, "", names, TODAY - 29 * DAY, TODAY)
        clinic = f"clinic={here(cast.MAIN_CLINIC)}&from={TODAY - 2 * DAY}&to={TODAY - DAY}"
        stock_page(manager, clinic, list(SITES), TODAY - 2 * DAY, TODAY - DAY)
        hours_page(manager, "", date(2026, 11, 1))
        hours_page(manager, "from=2026-10-01&to=2026-10-31", date(2026, 10, 1))
        morning_page(manager, names)
        for name in (cast.SITE, cast.OTHER_SITE):
            site_page(manager, name)


def reports_month_from_rows_and_anew() -> None:
    """A report's overtime and stock are the same from the kept rows and counted anew, and the plain sum; what is
    confirmed later is in it at once."""
    period = periods.read(ReportKind.MONTH, "2026-10")
    asked = ask([here(name) for name in SITES], period, now=LAST)
    kept = work.month(asked)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(work, "_kept", lambda _ask: {})
        assert work.month(asked) == kept
    running = ask([here(name) for name in SITES], periods.read(ReportKind.MONTH, "2026-11"), now=LAST)
    shelves = stock.month(running, now=LAST)
    assert any(figures["received"].n and figures["issued"].n for figures in shelves.values())
    before = transaction.savepoint()
    Summarised.objects.all().delete()
    assert stock.month(running, now=LAST) == shelves
    transaction.savepoint_rollback(before)
    for name in (cast.SITE, cast.OTHER_SITE):
        mine = hours_of(here(name), date(2026, 10, 1), date(2026, 1, 1), date(2026, 10, 31))
        assert (kept[here(name)]["overtime"].n, kept[here(name)]["payable"].n) == (mine["month"], mine["payable"])
    before = transaction.savepoint()
    day = date(2026, 10, 31)
    command = TypedIn(new_id(), working.at(day, "13:00"), working.at(day, "14:00"), "quên bấm", None)
    duty.type_in(command=command, by=access(cast.OTHER_DISPENSER), now=LAST)
    later = work.month(asked)[here(cast.OTHER_SITE)]["overtime"].n - kept[here(cast.OTHER_SITE)]["overtime"].n
    assert later == 60
    transaction.savepoint_rollback(before)


def total(of: Any, names: Iterable[str]) -> int:
    return sum(of(here(name)) for name in names)


def first_figures(found: dict[str, tuple[str, str]], names: list[str]) -> None:
    """The two that the morning and the doses begin with."""
    number, words = found["Đến mà không được uống hôm nay"]
    assert number == str(total(turned_away, names))
    taken = sum(len(drank(here(name))) for name in names)
    assert words == f"đã uống {taken} / {total(caseload, names)} · còn {total(to_come, names)} chưa đến"
    number, words = found["Chưa uống được, đang chờ người mở"]
    assert number == str(total(blocked, names))
    physician, clinic = (sum(len(waits(here(name))[who]) for name in names) for who in ("physician", "main_clinic"))
    assert words.startswith(f"chờ bác sĩ {physician} · chờ cơ sở điều trị {clinic}")


def doses_page(manager: Client, query: str, names: list[str], first: date, last: date) -> None:
    page = read(manager, f"/oversight/doses/?{query}")
    found = key_figures(page)
    first_figures(found, names)
    missing = "SELECT count(*) FROM dispensing_flag WHERE kind = 'missed' AND cleared_at IS NULL AND facility_id = %s"
    assert found["Đang bỏ liều"][0] == str(total(lambda place: one(missing, place), names))
    assert found["Việc làm một mình, chưa ai xem lại"][0] == str(total(lambda place: alone(place)[0], names))
    assert found["Y lệnh chưa có chữ ký bác sĩ"][0] == str(total(unsigned, names))
    lines = table(page, "Uống thuốc ở từng cơ sở")
    excel = sheet(manager, f"/oversight/doses/?{query}&as=xlsx", "Uống thuốc")
    for name in names:
        doses_line(name, lines[name], excel[name], first, last)
    assert (FAR in lines, FAR in excel) == (FAR in names, FAR in names)


def doses_line(name: str, line: dict[str, str], excel: dict[str, Any], first: date, last: date) -> None:
    place = here(name)
    left, away, said = to_come(place), turned_away(place), last_said(place)
    assert line[""].startswith(f"{name} {caseload(place)} người bệnh")
    assert line["Đã uống hôm nay"] == f"{len(drank(place))} / {caseload(place)}" + (f" còn {left}" if left else "")
    reasons = sorted(said, key=lambda code: (code not in AWAY, -said[code], str(OUTCOME_WORDS[code])))
    words = [f"{OUTCOME_WORDS[code]} {said[code]}" for code in reasons] or ["không"]
    assert line["Đến mà không được uống"] == " ".join([str(away)] * bool(away) + words)
    for who, patients in waits(place).items():
        shown = {"physician": "bác sĩ", "main_clinic": "cơ sở điều trị", "site_head": "trưởng trạm"}[who]
        assert (f"{shown} {len(patients)}" in line["Đang chờ"]) is bool(patients)
    recorded = between("dispensing_dose", place, first, last, "covers_day") + between(
        "dispensing_outcome", place, first, last
    )
    late = between("dispensing_lateentry", place, first, last)
    assert line["Cách ghi"].startswith(f"ghi muộn {share(late, recorded)}" if recorded else "chưa ghi gì")
    acts = (
        "SELECT count(*) FROM staff_attestation WHERE facility_id = %s"
        " AND (at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date BETWEEN %s AND %s AND mode"
    )
    wanted, by_one = (one(f"{acts} {mode}", place, first, last) for mode in ("<> 'review'", "= 'alone'"))
    assert (f"làm một mình {share(by_one, wanted)}" in line["Cách ghi"]) is bool(recorded and wanted)
    (open_, overdue), (waiting, too_late) = open_cases(place), alone(place)
    assert (f"{open_} việc đang mở" in line["Việc, giấy tờ"]) is bool(open_)
    assert (f"làm một mình, chưa xem lại: {waiting}" in line["Việc, giấy tờ"]) is bool(waiting)
    assert (f"{unsigned(place)} y lệnh chưa ký" in line["Việc, giấy tờ"]) is bool(unsigned(place))
    assert line["Việc, giấy tờ"].count("quá hạn") == bool(overdue) + bool(too_late)
    assert list(excel.values()) == [
        name, caseload(place), len(drank(place)), left, away, blocked(place), watched(place), open_, overdue, waiting,
        unsigned(place),
    ]  # fmt: skip


def stock_page(manager: Client, query: str, names: list[str], first: date, last: date) -> None:
    page = read(manager, f"/oversight/stock/?{query}")
    found = key_figures(page)
    bottled = one("SELECT id FROM inventory_item WHERE in_bottles")
    lasts = {name: cover(here(name), bottled) for name in names}
    known = [days_ for days_ in lasts.values() if days_ is not None]
    open_, late = (sum(open_cases(here(name), *DIFFERENCES)[at] for name in names) for at in (0, 1))
    assert found["Cơ sở sắp hết thuốc"] == (
        str(sum(days_ <= 7 for days_ in known)),
        f"ít nhất {min(known)} ngày · chênh lệch đang mở {open_}, quá hạn {late}",
    )
    assert found["Chênh lệch đang mở"] == (str(open_), f"quá hạn báo cáo {late}")
    asked_for = "SELECT count(*) FROM inventory_request WHERE ended_at IS NULL AND facility_id = %s"
    assert found["Dự trù đang chờ"][0] == str(total(lambda place: one(asked_for, place), names))
    naloxone = one("SELECT id FROM inventory_item WHERE code LIKE 'naloxone%%'")
    ampoules = {name: held(here(name), naloxone, "storage", "dispensing", "opened") for name in names}
    assert found["Cơ sở không có naloxone dùng được"][0] == str(sum(not number for number in ampoules.values()))
    lines = table(page, "Thuốc ở từng cơ sở")
    excel = sheet(manager, f"/oversight/stock/?{query}&as=xlsx", "Thuốc")
    assert set(lines) == set(names)
    for name in names:
        place, line = here(name), lines[name]
        assert line["Đủ dùng"] == ("chưa biết" if lasts[name] is None else f"{lasts[name]} ngày")
        assert (str(ampoules[name]) in line["Naloxone"]) is bool(ampoules[name])
        differences = open_cases(place, *DIFFERENCES)
        assert (f"{differences[0]} chênh lệch đang mở" in line["Vướng mắc"]) is bool(differences[0])
        assert list(excel[name].values())[:6] == [
            name,
            lasts[name],
            ampoules[name],
            *differences,
            one(asked_for, place),
        ]
    items = sheet_of_items(manager, query)
    for name in names:
        for item, per in ((bottled, 1000), (naloxone, 1)):
            item_line(lines[name]["Đang có"], items, name, item, per, first, last)


def sheet_of_items(manager: Client, query: str) -> dict[tuple[str, str], list[Any]]:
    """The lines of the second sheet, by site and item."""
    found = sheet(manager, f"/oversight/stock/?{query}&as=xlsx", "Từng mặt hàng", by=2)
    return {key: list(line.values())[3:] for key, line in found.items()}


def item_line(shown: str, items: Any, name: str, item: int, per: int, first: date, last: date) -> None:
    place = here(name)
    [[words, in_bottles]] = rows("SELECT name, in_bottles FROM inventory_item WHERE id = %s", item)
    closed, apart, road = (
        held(place, item, "storage", "dispensing"),
        held(place, item, "quarantine"),
        on_the_road(place, item),
    )
    opened = opened_in_steps(place, item)[0] if in_bottles else held(place, item, "opened")
    yesterday = TODAY - DAY
    used = max(0, round(flowed(place, item, yesterday - 29 * DAY, yesterday, to=["patients"]) / kept_days(place, item)))
    lost = flowed(place, item, first, last, to=["spill", "loss"])
    more = flowed(place, item, first, last, out_of=["surplus", "overfill"])
    line = items.get((name, words))
    if line is None:
        assert [closed, opened, apart, road] == [0, 0, 0, 0]
        return
    assert [float(cell) * per for cell in line] == [closed, opened, road, apart, used, 0, 0, lost, more]
    for amount, before in ((closed, "chưa mở " if in_bottles else ": "), (road, "trên đường "), (apart, "để riêng ")):
        unit = "mL" if in_bottles else "ống"
        assert not amount or f"{before}{amount // per:,} {unit}".replace(",", ".") in shown


def hours_page(manager: Client, query: str, month: date) -> None:
    page = read(manager, f"/oversight/hours/?{query}")
    found = key_figures(page)
    year, end = month.replace(month=1), (month + 31 * DAY).replace(day=1) - DAY
    lines = table(page, "Làm thêm giờ theo cơ sở")
    excel = sheet(manager, f"/oversight/hours/?{query}&as=xlsx", "Theo cơ sở")
    sums = Counter[str]()
    for name in (cast.SITE, cast.OTHER_SITE):
        mine = hours_of(here(name), month, year, end)
        assert lines[name]["Tháng: thực tế"] == hours_words(mine["month"])
        assert lines[name]["được thanh toán"] == hours_words(mine["payable"])
        assert lines[name]["Năm: không được thanh toán"] == hours_words(mine["year_unpaid"])
        assert lines[name]["Chờ duyệt"] == str(mine["waiting"])
        expected = [
            mine["people"], mine["month"], mine["payable"], mine["year"], mine["year_payable"], mine["paid"],
            mine["year_unpaid"], mine["year"], mine["leave"],
        ]  # fmt: skip
        assert list(excel[name].values())[1:10] == expected
        sums.update(mine)
    assert list(excel["Cộng"].values())[1:4] == [sums["people"], sums["month"], sums["payable"]]
    number, words = found[f"Làm thêm thực tế, tháng {month:%m/%Y}"]
    unpaid = sums["month"] - sums["payable"] - sums["month_leave"]
    said = f"được thanh toán {hours_words(sums['payable'])} · không được thanh toán {hours_words(unpaid)}"
    assert number == hours_words(sums["month"])
    assert words == said + (f" · nghỉ bù {hours_words(sums['month_leave'])}" if sums["month_leave"] else "")


def morning_page(manager: Client, names: list[str]) -> None:
    page = read(manager, "/oversight/")
    found = key_figures(page)
    first_figures(found, names)
    open_, overdue = (sum(open_cases(here(name))[at] for name in names) for at in (0, 1))
    assert found["Việc quá hạn"] == (str(overdue), f"trong {open_} việc đang mở")
    paid, worked = (
        sum(hours_of(here(name), date(2026, 10, 1), date(2026, 1, 1), date(2026, 10, 31))[what] for name in names)
        for what in ("paid", "year")
    )
    number, words = found["Giờ làm thêm được trả tiền"]
    assert words == f"đã trả {hours_words(paid)} trong {hours_words(worked)} làm thêm thực tế các tháng trước, 3 người"
    assert number == hours_words(paid)  # three people: counted, no per cent
    assert set(table(page, "Uống thuốc ở từng cơ sở")) == set(names)


def site_page(manager: Client, name: str) -> None:
    place = here(name)
    page = read(manager, f"/oversight/sites/{place}/")
    said = f"đã uống {len(drank(place))} / {caseload(place)} · còn {to_come(place)} chưa đến"
    assert said in page.words
    shown = facts(page)
    for who, words in (("physician", "Chờ bác sĩ"), ("main_clinic", "Chờ cơ sở điều trị")):
        number = len(waits(place)[who])
        assert shown.get(words, "0").split()[0] == str(number)
    assert len(page.every("section", id="not-given")[0].every("li")) == not_given(place)
    lines = [one_ for one_ in page.every("section", id="days-line")[0].every("tr") if one_.every("td")]
    kept = {line.words.split()[0]: line.words.split()[1] for line in lines[: len(lines) // 2]}
    for back in (2, 1, 0):
        day = TODAY - back * DAY
        assert kept[f"{day:%d/%m}"] == str(len(drank(place, day)))
