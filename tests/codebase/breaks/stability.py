"""What breaks the constraints of urine tests, examinations, counselling and assessments."""

from typing import Final

from tests.codebase.breaks import Break, copied
from tests.dispensing import following


def tested() -> None:
    following.a_test(following.phong().pk)


def corrected() -> None:
    following.corrected_everything(following.phong().pk)


def examined() -> None:
    following.examined(following.phong().pk)


def counselled() -> None:
    following.counselled(following.phong().pk)


def assessed() -> None:
    following.assessed(following.phong().pk)


def _test(**changes: str) -> str:
    return copied("dispensing_urinetest", "corrects_id IS NULL", **changes)


def _exam(**changes: str) -> str:
    return copied("dispensing_examination", "corrects_id IS NULL", **changes)


def _talk(**changes: str) -> str:
    return copied("dispensing_counselling", "corrects_id IS NULL", **changes)


def _level(**changes: str) -> str:
    return copied("dispensing_stabilityassessment", **{"version": "version + 1"} | changes)


def _twice(table: str) -> Break:
    return Break(copied(table, "corrects_id IS NOT NULL"), corrected)


_RESULTS: Final = ("opioids", "methadone", "amphetamines", "benzodiazepines", "cannabis")

BREAKS: Final = {
    "dispensing_urinetest_asked_known": Break(_test(asked="'x'"), tested),
    "dispensing_urinetest_sample_known": Break(
        _test(sample="'x'", observed="false", opioids="'not_tested'", methadone="'not_tested'"), tested
    ),
    **{f"dispensing_urinetest_{name}_known": Break(_test(**{name: "'x'"}), tested) for name in _RESULTS},
    "dispensing_urinetest_sample_fits": Break(_test(sample="'refused'", observed="false"), tested),
    "dispensing_urinetest_not_ahead": Break(_test(taken_at="recorded_at + interval '1 minute'"), tested),
    "dispensing_urinetest_untrue_names_what": Break(_test(took_place="false"), tested),
    "dispensing_urinetest_corrects_id_key": _twice("dispensing_urinetest"),
    "dispensing_examination_one_place": Break(_exam(place_words="'x'"), examined),
    "dispensing_examination_one_physician": Break(_exam(physician_name="''"), examined),
    "dispensing_examination_next_is_later": Break(_exam(next_due="examined_on"), examined),
    "dispensing_examination_untrue_names_what": Break(_exam(took_place="false"), examined),
    "dispensing_examination_corrects_id_key": _twice("dispensing_examination"),
    "dispensing_counselling_kind_known": Break(_talk(kind="'x'"), counselled),
    "dispensing_counselling_one_counsellor": Break(_talk(counsellor_name="'x'"), counselled),
    "dispensing_counselling_untrue_names_what": Break(_talk(took_place="false"), counselled),
    "dispensing_counselling_corrects_id_key": _twice("dispensing_counselling"),
    "dispensing_stabilityassessment_level_known": Break(_level(level="'x'"), assessed),
    "dispensing_stabilityassessment_version_positive": Break(_level(version="0"), assessed),
    "dispensing_stabilityassessment_version_check": Break(_level(version="-1"), assessed),
    "dispensing_stabilityassessment_version_once": Break(_level(version="version"), assessed),
    "dispensing_stabilityassessment_says_why": Break(_level(reasons="'[]'::jsonb", level="'watch'"), assessed),
}
