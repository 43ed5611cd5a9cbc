"""The section of a patient's page: how stable, why, what is due, and the last tests, examinations and counselling."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Final

from django.utils.translation import gettext as _

from core.access import Access, Permission
from core.templatetags.tram import day
from dispensing.models import Counselling, Examination, StabilityAssessment, UrineTest
from dispensing.queries import due as due_queries
from dispensing.queries.following import Followed
from dispensing.rules.due import Due
from dispensing.rules.stability_codes import (
    ASKED_WORDS,
    COUNSELLING_WORDS,
    DUE_WORDS,
    LEVEL_WORDS,
    RESULT_WORDS,
    SAMPLE_WORDS,
    SUBSTANCE_WORDS,
    AskedHow,
    CounsellingKind,
    DueKind,
    ReasonCode,
    Sample,
    StabilityLevel,
    StripResult,
    Substance,
)
from dispensing.rules.wording_stability import reason_words

SHOWN: Final = 6  # newest records of each kind, and changes of level
LEVEL_KIND: Final = {StabilityLevel.STABLE: "go", StabilityLevel.WATCH: "look", StabilityLevel.UNSTABLE: "stop"}
# What a counsellor reads too; the rest is for those who treat.
_FOR_COUNSELLORS: Final = frozenset(
    {
        ReasonCode.MISSED_RUN, ReasonCode.MISSED_MANY, ReasonCode.MISSED_SOME, ReasonCode.MISSED_PATTERN,
        ReasonCode.COUNSELLING_OVERDUE, ReasonCode.COUNSELLING_UNKNOWN, ReasonCode.DAYS_UNKNOWN,
    }
)  # fmt: skip


@dataclass(frozen=True)
class DueLine:
    """What is due by when, in words; `kind` colours it."""

    what: str
    words: str
    kind: str


@dataclass(frozen=True)
class Record:
    """One record of a list: when, what, by whom; `corrects`: it puts an older one right."""

    id: str
    when: str
    words: str
    note: str
    by: str
    corrects: bool
    kind: str = ""


def load(shown: Followed, by: Access) -> Mapping[str, Any]:
    """What the section shows to this person; seven statements at most."""
    clinical = by.may(Permission.VIEW_PRESCRIPTIONS)
    assessments = list(StabilityAssessment.objects.filter(patient=shown.patient).order_by("-version")[:SHOWN])
    now = assessments[0] if assessments else None
    told = [reason_words(one) for one in (now.reasons if now else []) if clinical or one["code"] in _FOR_COUNSELLORS]
    due = due_queries.load([shown.patient.pk], now=shown.now).get(shown.patient.pk)
    return {
        "level": LEVEL_WORDS[StabilityLevel(now.level)] if now else "",
        "level_kind": LEVEL_KIND[StabilityLevel(now.level)] if now else "info",
        "since": now.at if now else None,
        "reasons": [one for one in told if not one.reminder],
        "reminders": [one for one in told if one.reminder],
        "hidden": len(now.reasons) - len(told) if now else 0,
        "before": _before(assessments),
        "dues": _dues(due, shown.today, clinical=clinical),
        "drawn_on": due.drawn_on if due and clinical else None,
        "tests": _tests(shown) if clinical else [],
        "exams": _exams(shown) if clinical else [],
        "counselling": _counselling(shown),
        "clinical": clinical,
        "may_test": shown.may(by, Permission.RECORD_TEST),
        "may_counsel": shown.may(by, Permission.RECORD_COUNSELLING),
    }


def _before(assessments: Sequence[StabilityAssessment]) -> list[dict[str, Any]]:
    """The changes of level before the present one, newest first."""
    found = []
    for newer, older in pairwise(assessments):
        if older.level != newer.level:
            found.append({"level": LEVEL_WORDS[StabilityLevel(older.level)], "at": older.at})
    return found


def _dues(due: due_queries.DueNow | None, today: date, *, clinical: bool) -> list[DueLine]:
    if due is None:
        return []
    return [_due_line(one, today) for one in due.dues if clinical or one.kind is DueKind.COUNSELLING]


def _due_line(due: Due, today: date) -> DueLine:
    last = _("lần gần nhất %(day)s") % {"day": day(due.last_on)} if due.last_on else _("chưa ghi lần nào")
    if due.due_on < today:
        words = _("quá hạn từ %(day)s") % {"day": day(due.due_on)}
    else:
        words = _("hạn %(day)s") % {"day": day(due.due_on)}
    kind = "stop" if due.overdue(today) else "look" if due.due_on < today else ""
    return DueLine(str(DUE_WORDS[due.kind]), f"{words} · {last}", kind)


def _tests(shown: Followed) -> list[Record]:
    found = UrineTest.objects.filter(patient=shown.patient, corrected_by__isnull=True, took_place=True)
    return [
        Record(
            str(row.pk), day(row.taken_at), _test_words(row), row.note, row.recorded_by.initials,
            row.corrects_id is not None, _test_kind(row),
        )
        for row in found.select_related("recorded_by").order_by("-taken_at", "-pk")[:SHOWN]
    ]  # fmt: skip


def _test_words(row: UrineTest) -> str:
    asked = str(ASKED_WORDS[AskedHow(row.asked)])
    if row.sample != Sample.GIVEN:
        return f"{SAMPLE_WORDS[Sample(row.sample)]} · {asked}"
    said = []
    for result in (StripResult.POSITIVE, StripResult.NEGATIVE, StripResult.INVALID, StripResult.PENDING):
        which = [str(SUBSTANCE_WORDS[s]) for s in Substance if getattr(row, s) == result]
        if which:
            said.append(f"{RESULT_WORDS[result]}: {', '.join(which)}")
    seen = _("có người nhìn lúc lấy mẫu") if row.observed else _("không có người nhìn")
    return " · ".join([*said, asked, seen])


def _test_kind(row: UrineTest) -> str:
    results = {s: getattr(row, s) for s in Substance}
    drugs = {result for s, result in results.items() if s is not Substance.METHADONE}
    if StripResult.POSITIVE in drugs or results[Substance.METHADONE] == StripResult.NEGATIVE:
        return "look"
    return ""


def _exams(shown: Followed) -> list[Record]:
    found = Examination.objects.filter(patient=shown.patient, corrected_by__isnull=True, took_place=True)
    records = []
    for row in found.select_related("recorded_by", "place", "physician").order_by("-examined_on", "-pk")[:SHOWN]:
        who = row.physician.full_name if row.physician else row.physician_name
        words = f"{who} · {row.place.name if row.place else row.place_words}"
        if row.next_due:
            words += " · " + _("hẹn %(day)s") % {"day": day(row.next_due)}
        records.append(
            Record(str(row.pk), day(row.examined_on), words, row.note, row.recorded_by.initials,
                   row.corrects_id is not None)
        )  # fmt: skip
    return records


def _counselling(shown: Followed) -> list[Record]:
    found = Counselling.objects.filter(patient=shown.patient, corrected_by__isnull=True, took_place=True)
    records = []
    for row in found.select_related("recorded_by", "counsellor").order_by("-held_on", "-pk")[:SHOWN]:
        who = row.counsellor.full_name if row.counsellor else row.counsellor_name
        words = f"{COUNSELLING_WORDS[CounsellingKind(row.kind)]} · {who}"
        records.append(
            Record(str(row.pk), day(row.held_on), words, row.note, row.recorded_by.initials,
                   row.corrects_id is not None)
        )  # fmt: skip
    return records
