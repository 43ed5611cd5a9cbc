"""Every code speaks, from its code and figures alone, and no figure is lost or invented."""

import re
from decimal import Decimal

import pytest

from dispensing.rules import choices
from dispensing.rules.codes import Code, Level, Unlocker
from dispensing.rules.violations import violation, words_for
from dispensing.rules.wording import WORDS, case_words, unlocker_words
from tests.dispensing.rules.snapshots import NOW, TODAY

PLACEHOLDER = re.compile(r"%\((\w+)\)s")
BLAME = ("lỗi của", "vi phạm", "cấm", "phạt", "không tuân thủ", "con nghiện", "đối tượng")


@pytest.mark.parametrize("code", list(Code))
def test_every_code_says_what_is_wrong_and_what_to_do(code: Code) -> None:
    wrong, to_do = (str(text) for text in WORDS[code])
    assert wrong.endswith((".", "?"))
    assert to_do.endswith((".", "?"))
    assert len(wrong) <= 110
    assert len(to_do) <= 110
    assert not any(word in f"{wrong} {to_do}".lower() for word in BLAME)


def test_no_words_are_kept_for_a_code_that_is_gone() -> None:
    assert set(WORDS) == set(Code)


@pytest.mark.parametrize("code", list(Code))
def test_placeholders_are_typed_by_their_name(code: Code) -> None:
    names = {name for text in WORDS[code] for name in PLACEHOLDER.findall(str(text))}
    plain = {
        "days",
        "window",
        "window_days",
        "limit",
        "times",
        "draws",
        "slot",
        "label",
        "place",
        "device",
        "first",
        "second",
        "sheet",
        "minutes",
    }
    listed = {
        "ordered",
        "observed",
        "signs",
        "outcome",
        "hold",
        "status",
        "phase",
        "where",
        "effect",
        "change",
        "reason",
        "reasons",
        "troubles",
        "away",
    }
    for name in names:
        assert name in plain | listed or name.endswith(("_mg", "_ml", "_on", "_at", "strength")), name


def test_figures_are_written_as_people_write_them() -> None:
    found = violation(
        Code.MISSED_NEEDS_ORDER,
        Level.STOP,
        Unlocker.PHYSICIAN,
        days=4,
        half_mg=Decimal("32.50"),
        cap_mg=Decimal("40.00"),
    )
    assert found.data == (("days", "4"), ("half_mg", "32.5"), ("cap_mg", "40"))
    assert found.words == "Đã bỏ 4 ngày liền. Cần y lệnh của bác sĩ trước khi cho uống."
    assert found.what_to_do == "Gọi bác sĩ. Để bác sĩ tham khảo: nửa liều, nhiều nhất 40 mg, là 32,5 mg."
    assert found.unlocker_words == "bác sĩ"


def test_dates_and_hours_are_written_as_people_write_them() -> None:
    ended = violation(Code.PRESCRIPTION_ENDED, Level.STOP, Unlocker.PHYSICIAN, ended_on=TODAY, days=3)
    assert ended.words == "Đơn thuốc đã hết ngày 03/03/2026."
    waiting = violation(Code.WITHHELD_WAIT, Level.STOP, Unlocker.DISPENSER, recheck_at=NOW)
    assert waiting.words == "Đã tạm ngừng cấp liều, hẹn xem lại lúc 06:10."


def test_items_of_a_list_are_named() -> None:
    signs = violation(Code.SIGNS_SEEN, Level.STOP, Unlocker.DISPENSER, signs="alcohol,slurred")
    assert signs.words == "Thấy dấu hiệu: có mùi rượu; nói líu, nói khó."


def test_words_are_read_from_stored_pairs_or_from_a_stored_mapping() -> None:
    pairs = (("days", "4"), ("half_mg", "20"), ("cap_mg", "40"))
    assert words_for("missed_needs_order", pairs) == words_for("missed_needs_order", dict(pairs))


def test_a_finding_of_another_version_is_shown_and_never_an_error() -> None:
    assert words_for("a_rule_of_tomorrow", ()) == ("a_rule_of_tomorrow", "")
    assert words_for("missed_needs_order", ())[0].startswith("Đã bỏ – ngày liền.")
    assert words_for("hold", (("hold", "something_new"), ("placed_on", "2026-03-02")))[0].endswith("something_new.")


def test_a_case_speaks_of_its_day_and_not_of_today() -> None:
    drunk = (("dose_mg", "65"), ("given_at", "2026-03-02T06:46:00+07:00"), ("where", "here"))
    assert case_words("dose_already_today", drunk)[0].startswith("Hôm đó đã uống 65 mg")
    assert case_words("a_rule_of_tomorrow", ()) == ("a_rule_of_tomorrow", "")
    for code in WORDS:
        assert "Hôm nay" not in case_words(code, ())[0], code


def test_a_whole_number_stays_whole() -> None:
    assert violation(Code.NOT_ENOUGH, Level.STOP, Unlocker.DISPENSER, dose_ml=Decimal("100.0")).data == (
        ("dose_ml", "100"),
    )


@pytest.mark.parametrize(
    ("words", "members"),
    [
        (choices.OUTCOME_WORDS, choices.OutcomeCode),
        (choices.SIGN_WORDS, choices.SobrietySign),
        (choices.IDENTIFICATION_WORDS, choices.Identification),
        (choices.MISSED_REASON_WORDS, choices.MissedReason),
        (choices.LAST_DOSE_PROOF_WORDS, choices.LastDoseProof),
        (choices.HOLD_WORDS, choices.HoldReason),
        (choices.STATUS_WORDS, choices.TreatmentStatus),
        (choices.UNLOCKER_WORDS, Unlocker),
    ],
)
def test_every_closed_list_has_words_for_each_item(words: dict, members: type) -> None:
    assert set(words) == set(members)
    assert len({str(text) for text in words.values()}) == len(words)


def test_every_unlocker_is_named() -> None:
    assert all(unlocker_words(unlocker) for unlocker in Unlocker)
