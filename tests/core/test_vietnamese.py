"""Names in the order of the Vietnamese dictionary."""

from core.vietnamese import sort_key


def test_sort_key_orders_letters_before_tones():
    ordered = [
        "An",
        "Ẳng Cang",
        "Ân",
        "Dân",
        "Điện Biên",
        "Hoa",
        "Hoà",
        "Mường Ảng",
        "Mường Pon",
        "Mường Pồn",
        "Nà Tấu",
    ]

    assert sorted(reversed(ordered), key=sort_key) == ordered


def test_sort_key_of_foreign_signs_comes_after_our_letters():
    assert sorted(["Trạm 2", "Trạm B", "Trạm 10"], key=sort_key) == ["Trạm B", "Trạm 10", "Trạm 2"]
