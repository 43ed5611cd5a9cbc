"""Rows of the form by which a site begins: what is read, and each fault by its column."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispensing.rules.start_cells import Cell
from dispensing.rules.start_form import COLUMNS, Field
from dispensing.rules.start_rows import StartRow, check_new, read_row
from patients.rules.alerts import AlertKind
from tests.dispensing.beginning import FIRST_DAY, row

PLACE = "Mường Pồn"


def read(**changes):
    cells = {field: Cell(value) for field, value in row(**changes).items()}
    return read_row(7, cells, place=PLACE)


def good(**changes) -> StartRow:
    found, faults = read(**changes)
    assert found is not None, faults
    return found


def test_good_row_is_read_with_dates_numbers_and_words_as_people_write_them():
    found = good(
        dose="40 + 22.5", alerts="Mang thai (01/09/2026); rượu", medicines="Rifampicin (từ 15/10/2026); thuốc lá cây",
        take_home=datetime(2026, 11, 25, tzinfo=UTC), born="1984", before_mg="50,0", language="  tiếng   Thái ",
    )  # fmt: skip

    assert found.order is not None
    assert (found.order.parts, found.order.dose_mg) == ((Decimal(40), Decimal("22.5")), Decimal("62.5"))
    assert (found.phone, found.phone_of, found.language) == ("0912345678", "own", "tiếng Thái")
    assert found.last == (date(2026, 11, 23), Decimal(60))
    assert (found.gap, found.known_from, found.take_home_until) == (0, FIRST_DAY, date(2026, 11, 25))
    assert found.alerts == ((AlertKind.PREGNANCY, date(2026, 9, 1)), (AlertKind.ALCOHOL, None))
    assert found.medicines == (
        ("rifampicin", "Rifampicin", date(2026, 10, 15)),
        ("other", "thuốc lá cây", None),
    )


def test_days_after_the_last_dose_are_known_to_be_without_one():
    assert good(last_on="20/11/2026", missed_7=3, missed_30=3).known_from == date(2026, 11, 21)
    assert good(last_on="không rõ", last_mg=None).known_from == FIRST_DAY


def test_who_begins_here_has_no_last_dose():
    new = good(
        treated_since="24/11/2026", last_on=None, last_mg=None, missed_7=None, missed_30=None, changed_on="chưa đổi",
        order_from="24/11/2026", order_until="24/11/2026", signed_on="24/11/2026", dose=20, phase="khởi liều",
    )  # fmt: skip

    assert new.new
    assert new.last is None


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"name": None}, Field.NAME, "còn trống"),
        ({"name": "123"}, Field.NAME, "chữ cái"),
        ({"name": '=HYPERLINK("x")'}, Field.NAME, "công thức"),
        ({"name": "@SUM(A1)"}, Field.NAME, "công thức"),
        ({"sex": "đàn ông"}, Field.SEX, "nam; nữ"),
        ({"born": "84"}, Field.BORN, "bốn chữ số"),
        ({"born": 1984.5}, Field.BORN, "bốn chữ số"),
        ({"code": "A-12"}, Field.CODE, "4 đến 10 chữ số"),
        ({"phone": "12345"}, Field.PHONE, "10 hoặc 11"),
        ({"place": "Nà Tấu"}, Field.PLACE, "nơi khác"),
        ({"treated_since": "2021-04-03"}, Field.TREATED_SINCE, "ngày/tháng/năm"),
        ({"treated_since": "31/02/2021"}, Field.TREATED_SINCE, "trong lịch"),
        ({"treated_since": 44289}, Field.TREATED_SINCE, "ngày/tháng/năm"),
        ({"treated_since": "03/04/1985"}, Field.TREATED_SINCE, "quá sớm"),
        ({"treated_since": "25/11/2026"}, Field.TREATED_SINCE, "sau ngày đầu"),
        ({"dose": "1.250"}, Field.DOSE, "hàng nghìn"),
        ({"dose": 4.125}, Field.DOSE, "hàng nghìn"),
        ({"dose": "sáu mươi"}, Field.DOSE, "Không đọc được số mg"),
        ({"dose": 1250}, Field.DOSE, "nhiều nhất 1000"),
        ({"dose": "20+20+20"}, Field.DOSE, "hai lần"),
        ({"dose": None}, Field.DOSE, "đủ sáu ô"),
        ({"phase": "ổn định"}, Field.PHASE, "khởi liều; điều chỉnh liều"),
        ({"order_until": "15/11/2026"}, Field.ORDER_UNTIL, "trước ngày đầu"),
        ({"order_until": "23/11/2026"}, Field.ORDER_UNTIL, "hết hạn trước"),
        ({"order_from": "25/11/2026"}, Field.ORDER_FROM, "sẽ không có liều"),
        ({"signed_on": "17/11/2026"}, Field.SIGNED_ON, "ký trước"),
        ({"last_on": None, "last_mg": None}, Field.LAST_ON, "không rõ"),
        ({"last_on": None}, Field.LAST_ON, "không rõ"),
        ({"last_mg": None}, Field.LAST_MG, "số mg của liều cuối"),
        ({"last_on": "không rõ"}, Field.LAST_MG, "để trống"),
        ({"last_on": "24/11/2026"}, Field.LAST_ON, "trước ngày đầu"),
        ({"last_on": "01/04/2021"}, Field.LAST_ON, "trước ngày bắt đầu điều trị"),
        ({"missed_7": None}, Field.MISSED_7, "Viết 0"),
        ({"missed_7": 8}, Field.MISSED_7, "từ 0 đến 7"),
        ({"missed_7": "không rõ"}, Field.MISSED_30, "cùng viết"),
        ({"missed_7": 3, "missed_30": 2}, Field.MISSED_30, "không khớp"),
        ({"last_on": "19/11/2026", "missed_7": 2, "missed_30": 5}, Field.MISSED_7, "từ 4 đến 6"),
        ({"changed_on": None}, Field.CHANGED_ON, "còn trống"),
        ({"changed_on": "20/11/2026"}, Field.CHANGED_ON, "sau ngày đầu của đơn"),
        ({"changed_on": "01/01/2020"}, Field.CHANGED_ON, "bắt đầu điều trị"),
        ({"changed_on": "không rõ", "before_mg": 50}, Field.BEFORE_MG, "để trống ô này"),
        ({"before_mg": 60}, Field.BEFORE_MG, "bằng liều theo đơn"),
        ({"alerts": "dị ứng"}, Field.ALERTS, "mang thai; thuốc an thần"),
        ({"alerts": "rượu; rượu"}, Field.ALERTS, "hai lần"),
        ({"alerts": "rượu (hôm qua)"}, Field.ALERTS, "ngày/tháng/năm"),
        ({"medicines": "x" * 81}, Field.MEDICINES, "80 chữ"),
        ({"take_home": "23/11/2026"}, Field.TAKE_HOME, "nhiều nhất 7 ngày"),
        ({"take_home": "01/12/2026"}, Field.TAKE_HOME, "nhiều nhất 7 ngày"),
        ({"consent": "chắc là có"}, Field.CONSENT, "có; chưa hỏi"),
        ({"language": True}, Field.LANGUAGE, "đúng/sai"),
        ({"physician": "#N/A"}, Field.PHYSICIAN, "lỗi của Excel"),
    ],
)  # fmt: skip
def test_each_fault_names_its_row_and_column_and_what_to_do(changes, field, words):
    found, faults = read(**changes)

    assert found is None
    assert [fault.row for fault in faults] == [7] * len(faults)
    assert any(fault.field is field and words in fault.sentence for fault in faults), faults


def test_all_faults_of_a_row_are_told_at_once():
    _found, faults = read(sex="x", born="84", dose="1.250", consent="?")

    assert {fault.field for fault in faults} >= {Field.SEX, Field.BORN, Field.DOSE, Field.CONSENT}


def test_formula_is_no_value():
    cells = {field: Cell(value) for field, value in row().items()} | {Field.DOSE: Cell(None, formula=True)}

    _found, faults = read_row(2, cells, place=PLACE)

    assert any(fault.field is Field.DOSE and "công thức" in fault.sentence for fault in faults)


def test_days_to_come_and_days_gone_are_asked_about_only_for_who_is_not_there_yet():
    today = FIRST_DAY + timedelta(days=1)

    assert [fault.field for fault in check_new(good(), today=today)] == [Field.FIRST_DAY]
    assert check_new(good(), today=FIRST_DAY) == ()
    assert [f.field for f in check_new(good(alerts="rượu (25/11/2026)"), today=FIRST_DAY)] == [Field.ALERTS]


@given(st.dictionaries(st.sampled_from(list(Field)), st.one_of(
    st.none(), st.text(max_size=30), st.integers(), st.floats(), st.booleans(), st.dates(),
    st.datetimes(), st.sampled_from(["không rõ", "24/11/2026", "60", "40+20", "có", "nam"]),
)))  # fmt: skip
def test_whatever_stands_in_the_cells_is_a_row_or_a_fault(said):
    cells = {field: Cell(value) for field, value in row().items()} | {f: Cell(v) for f, v in said.items()}

    found, faults = read_row(3, cells, place=PLACE)

    assert (found is None) == bool(faults)
    assert all(fault.sentence for fault in faults)


def test_every_field_has_one_column():
    assert [column.field for column in COLUMNS] == list(Field)
    assert len({str(column.heading) for column in COLUMNS}) == len(COLUMNS)
