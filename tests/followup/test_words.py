"""What a case says, and how far its time is away."""

from datetime import timedelta
from uuid import uuid4

import pytest

from followup import words
from followup.rules.due import spoken
from tests import world


@pytest.fixture(autouse=True)
def own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "_subjects", {})


def test_a_finding_that_nobody_words_shows_its_code():
    assert words.of("dose", {"code": "new_code", "data": {}}) == words.Words("new_code", "")
    assert words.name_of("dose") == "dose"
    assert words.path_to("dose", uuid4(), None) is None


def test_the_longest_registered_prefix_words_a_finding():
    words.register("", lambda code, data: (f"any {code}", ""))
    words.register(
        "dose", lambda code, data: (f"dose {code} {data['mg']}", "do"), path=lambda id_, access: f"/d/{id_}/"
    )

    assert words.of("dose", {"code": "a", "data": {"mg": "65"}}) == words.Words("dose a 65", "do")
    assert words.of("bottle", {"code": "a"}) == words.Words("any a", "")
    assert words.path_to("dose.void", world.TODAY, None) == f"/d/{world.TODAY}/"
    assert words.path_to("bottle", uuid4(), None) is None


@pytest.mark.parametrize(
    ("away", "said"),
    [
        (timedelta(minutes=-1), "vừa quá hạn"),
        (timedelta(minutes=59), "còn dưới 1 giờ"),
        (timedelta(hours=-1), "quá hạn 1 giờ"),
        (timedelta(hours=47, minutes=59), "còn 47 giờ"),
        (timedelta(hours=-48), "quá hạn 2 ngày"),
        (timedelta(days=3, hours=23), "còn 3 ngày"),
    ],
)
def test_spoken_says_how_far_in_whole_hours_then_days(away: timedelta, said: str):
    assert spoken(world.NOW + away, world.NOW) == said
