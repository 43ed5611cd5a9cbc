"""Pictures of figures: what they draw, what they say in words, and that no word breaks out of them."""

from decimal import Decimal
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.charts import Bar, Series, Spot, State, bars, map_of, multiples, spark
from oversight.charts.lines import description
from oversight.charts.places import NAMED, SPREAD

NUMBERS = st.none() | st.integers(-50, 10**7) | st.decimals(0, 9999, places=2) | st.floats(0, 1e6)
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
EVIL = '<script>alert("1")</script>&\'"'


def parsed(picture: str) -> ET.Element:
    """The picture as an XML tree: it fails where something is not closed or not escaped."""
    return ET.fromstring(f"<div>{picture}</div>")  # noqa: S314  our own output


def named(picture: str, name: str) -> list[ET.Element]:
    return [each for each in parsed(picture).iter(name)]


def classes(picture: str, name: str) -> int:
    return sum(name in each.get("class", "").split() for each in parsed(picture).iter())


@given(values=st.lists(NUMBERS, max_size=40), label=WORDS, unit=WORDS, reference=NUMBERS)
def test_spark_of_any_values_and_words_is_well_formed_and_stays_in_its_box(values, label, unit, reference):
    picture = spark(values, label=label, unit=unit, reference=reference)
    [svg] = named(picture, "svg")
    assert svg.get("role") == "img"
    assert [child.tag for child in svg][:2] == ["title", "desc"]
    for line in svg.iter("polyline"):
        for point in line.get("points", "").split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= 120
            assert 0 <= y <= 28
    assert len([cell for cell in parsed(picture).iter("td")]) == len(values)


@given(st.lists(st.tuples(WORDS, st.lists(NUMBERS, min_size=1, max_size=3)), max_size=8), NUMBERS)
def test_bars_of_any_values_never_leave_their_scale(found, threshold):
    picture = bars([Bar(label, values) for label, values in found], label="Giờ", unit="giờ", threshold=threshold)
    for rect in named(picture, "rect"):
        if str(rect.get("x")).endswith("%"):
            assert float(rect.get("x", "").rstrip("%")) + float(rect.get("width", "").rstrip("%")) <= 100.03


@given(
    st.lists(
        st.tuples(WORDS, st.none() | st.floats(102, 110), st.none() | st.floats(8, 24), st.sampled_from(State)),
        max_size=NAMED + 5,
    )
)
def test_map_keeps_every_site_inside_and_apart_and_in_its_order(found):
    spots = [Spot(name, east, north, state, "đủ", path="/x/") for name, east, north, state in found]
    picture = map_of(spots, label="Bản đồ")
    placed = [spot for spot in spots if spot.east is not None and spot.north is not None]
    at = [each for each in parsed(picture).iter("svg") if str(each.get("x", "")).endswith("%")]
    height = float(next((each.get("height", "0") for each in parsed(picture).iter("svg")), "0"))
    assert len(at) == len(placed)
    down = sorted(float(each.get("y", "")) for each in at)
    assert all(0 < y < height or height == 22 for y in down)
    assert all(after - before > 20 for before, after in pairwise(down))
    assert len([row for row in parsed(picture).iter("tr")]) == len(spots) + 1


@pytest.mark.parametrize(
    "picture",
    [
        spark([1, None], label=EVIL, unit=EVIL, names=[EVIL], reference=2, reference_label=EVIL, words=EVIL),
        bars([Bar(EVIL, [1], text=EVIL, note=EVIL, path=EVIL)], label=EVIL, parts=[EVIL]),
        bars([Bar("", [1])], label="", threshold=1, threshold_label=EVIL),
        multiples([Series(EVIL, [1], note=EVIL, path=EVIL)], label=EVIL, names=[EVIL], unit=EVIL),
        map_of([Spot(EVIL, 103, 21, State.STOP, EVIL, path=EVIL, note=EVIL)], label=EVIL),
        map_of([Spot(EVIL, None, None, State.GO, EVIL)], label=EVIL),
    ],
)  # fmt: skip
def test_words_with_markup_stay_words(picture):
    assert "<script" not in picture
    assert named(picture, "script") == []
    assert "style=" not in picture


def test_gaps_in_the_data_are_gaps_and_not_zeros():
    picture = spark([5, 6, None, None, 3, 2, None, 4], label="Tồn", unit="ngày")
    assert classes(picture, "chart-line") == 2  # 5-6 and 3-2
    assert classes(picture, "chart-dot") == 3  # and the 4 alone
    assert "3 chỗ không có số liệu" in picture
    assert [cell.text for cell in named(picture, "td")].count("–") == 3
    assert "Thấp nhất 2 ngày" in picture
    bar = bars([Bar("Nà Tấu", [None]), Bar("Mường Pồn", [0])], label="Đủ dùng", unit="ngày")
    assert "không có số liệu" in bar
    assert classes(bar, "chart-begin") == 1  # only the zero that was counted stands at the line


@pytest.mark.parametrize("values", [[], [None], [None, None]])
def test_nothing_counted_says_so(values):
    assert description(values) == "Chưa có số liệu."
    assert classes(spark(values, label="Tồn"), "chart-dot") == 0


def test_only_zeros_and_a_single_value_still_draw():
    assert classes(spark([0, 0, 0], label="Tồn"), "chart-line") == 1
    assert classes(spark([7], label="Tồn"), "chart-dot") == 1
    assert 'width="0%"' not in bars([Bar("A", [0, 0])], label="Giờ")
    assert "Chưa có số liệu" in bars([], label="Giờ")
    assert "Chưa có số liệu" in multiples([], label="Tồn")


def test_decimals_are_written_as_the_field_writes_them_and_added_exactly():
    picture = bars([Bar("A", [Decimal("0.1"), Decimal("0.2")])], label="Giờ", unit="giờ", parts=["trả", "không trả"])
    assert "0,3 giờ" in picture
    assert [cell.text for cell in named(picture, "td")] == ["0,1", "0,2", "0,3"]


def test_multiples_share_one_scale_that_is_said_once():
    picture = multiples(
        [Series("A", [10, 20], path="/a/"), Series("B", [1, 2])],
        label="Đủ dùng", unit="ngày", names=["T2", "T3"], reference=7, reference_label="ngưỡng",
    )  # fmt: skip
    first, second = (line.get("points", "").split() for line in named(picture, "polyline"))
    assert float(second[1].split(",")[1]) - float(first[1].split(",")[1]) > 19  # B is drawn ten times lower than A
    assert picture.count("Mọi hình cùng một thang: 0 đến 20 ngày; nét đứt: ngưỡng 7 ngày") == 1
    assert [row.get("href") for row in named(picture, "a")] == ["/a/", "/a/"]


def test_map_tells_each_state_by_shape_and_word_and_leads_to_each_site():
    spots = [
        Spot(str(state), 103 + n, 21 + n, state, f"tình trạng {n}", path=f"/{n}/") for n, state in enumerate(State)
    ]
    picture = map_of(spots, label="Khu vực")
    shapes = {next(iter(each.attrib.items())) for each in parsed(picture).iter() if each.tag in {"polygon", "circle"}}
    assert len(shapes) >= len(State)
    links = [each.get("aria-label") for each in named(picture, "a") if each.get("aria-label")]
    assert links == [f"{state}: tình trạng {n}" for n, state in enumerate(State)]
    assert parsed(picture).find(".//svg").get("role") == "group"


def test_one_site_stands_in_the_middle_and_three_hundred_draw_without_their_words():
    [spot] = [each for each in named(map_of([Spot("A", 103, 21, State.GO, "đủ")], label="x"), "svg") if each.get("x")]
    assert spot.get("x") == "50%"
    many = [Spot(f"Trạm {n}", 103 + n % 17, 21 + n % 13, State.LOOK, "thiếu") for n in range(300)]
    picture = map_of(many, label="Tỉnh")
    assert len(many) > SPREAD > NAMED
    assert len(named(picture, "text")) == 0
    assert len([row for row in named(picture, "tr")]) == 301


def test_the_line_to_the_supplying_clinic_is_drawn_once_for_each_site():
    spots = [
        Spot("Cơ sở điều trị", 103, 21, State.GO, "đủ"),
        Spot("Nà Tấu", 103.1, 21.2, State.STOP, "hết", supplied_by="Cơ sở điều trị"),
        Spot("Xa", 103.3, 21.4, State.STOP, "hết", supplied_by="nơi khác"),
    ]
    assert classes(map_of(spots, label="x"), "chart-wire") == 1
