"""What is decided of a facility's patient-days: the one service behind close, nightly sweep, late facts and voids."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from core import audit, rows
from core.access import Access
from core.clock import local_day
from core.ids import new_id
from dispensing.models import DayClose, DayOutcome
from dispensing.queries import days as days_query
from dispensing.queries.days import Undecided
from dispensing.rules import days as rules
from dispensing.rules.daycodes import Why
from dispensing.rules.days import RULE_VERSION, DecidedDay
from dispensing.rules.reviews import ReviewWhy
from dispensing.rules.settings import DosingSettings
from dispensing.services import reviews
from facilities.models import Facility
from facilities.rules import digest
from facilities.services import settings as rule_settings

# What a new decision asks to be looked at for.
REVIEWED: Final[Mapping[Why, ReviewWhy]] = {
    Why.CLOSE: ReviewWhy.DAY,
    Why.SWEEP: ReviewWhy.DAY,
    Why.LATE_FACT: ReviewWhy.DAY,
    Why.VOID: ReviewWhy.VOID,
    Why.REGISTER: ReviewWhy.PLACEMENT,
}


def decide(
    *, facility_id: int, day: date, by: Access, now: datetime, why: Why, patient_ids: Sequence[UUID] | None = None
) -> int:
    """Decide the day of every patient whom the facility was to dose on it, or of those named; answers how many changed.

    One pass in a handful of statements, whatever the number of patients. A new version is written only where the
    decision differs from the one that stands, so twice, late, for a past day or by two at once gives the same. A day
    that is not over is left alone where nothing covers it (domain 2.3 a). `by` may be nobody: the sweep.
    Who is decided otherwise than before is to be looked at again. Locks the patients in the order of their ids; call it
    before anything locks the facility's chain head.
    """
    with transaction.atomic():
        lock(facility_id=facility_id, day=day, patient_ids=patient_ids)
        over = is_over(facility_id=facility_id, day=day, now=now)
        found = days_query.to_decide(facility_id=facility_id, day=day, patient_ids=patient_ids)
        stamp = _stamp(facility_id, now)
        made = [
            _version(each, decided, facility_id, by, now, why, stamp)
            for each in found
            if _differs(each, decided := rules.decide(each.known), facility_id) and (over or decided.covered)
        ]
        if made:
            rows.insert_many(made)
            reviews.due([one.patient_id for one in made], why=REVIEWED[why], now=now)
            audit.record(
                action="days.decided", by=by, now=now, subject_kind="day", subject_id=day, facility_id=facility_id,
                why=why, changed=len(made),
            )  # fmt: skip
    return len(made)


def after_the_day(*, patient_id: UUID, day: date, by: Access, now: datetime, why: Why) -> int:
    """A fact about a day that was decided before has come late, or was voided: decide that patient-day again.

    The placement of that day says whose it is, or who decided it where there is none. Nothing is done for a day that
    nothing was decided of yet: its close or the sweep will see the fact. Answers how many versions were written.
    """
    return again(patient_ids=[patient_id], first=day, last=day, by=by, now=now, why=why)


def again(*, patient_ids: Sequence[UUID], first: date, last: date, by: Access, now: datetime, why: Why) -> int:
    """Decide every day from `first` to `last` again that was decided of these patients, or that the sweep has passed:
    what was known of several days has changed (a proof, a placement, a status). Answers how many versions were written.
    """
    with transaction.atomic():
        _lock_people(patient_ids)
        with connection.cursor() as cursor:
            cursor.execute(_DECIDED, {"who": list(patient_ids), "first": first, "last": last})
            found = cursor.fetchall()
        return sum(
            decide(facility_id=facility_id, day=day, by=by, now=now, why=why, patient_ids=who)
            for day, facility_id, who in found
        )


_DECIDED: Final = """
SELECT d.day, coalesce(pl.facility_id, s.facility_id), array_agg(w.id ORDER BY w.id)
  FROM unnest(%(who)s::uuid[]) w (id)
 CROSS JOIN (SELECT generate_series(%(first)s::date, %(last)s::date, interval '1 day')::date AS day) d
  LEFT JOIN LATERAL (
       SELECT x.facility_id FROM dispensing_dayoutcome x
        WHERE x.patient_id = w.id AND x.day = d.day ORDER BY x.version DESC LIMIT 1) s ON true
  LEFT JOIN patients_placement pl ON pl.patient_id = w.id AND pl.starts_on <= d.day
        AND (pl.ended_on IS NULL OR pl.ended_on >= d.day)
 WHERE s.facility_id IS NOT NULL
    OR EXISTS (SELECT FROM dispensing_sweptday t
                WHERE t.facility_id = pl.facility_id AND t.day = d.day AND t.first_at IS NOT NULL)
 GROUP BY 1, 2 ORDER BY 1, 2
"""


def lock(*, facility_id: int, day: date, patient_ids: Sequence[UUID] | None = None, since: date | None = None) -> None:
    """The first lock of every clinical write, for everybody of the day at once and in one order: who was to be dosed
    here, and of whom something was decided here. `since`: of every day from then to `day`.
    """
    first = day if since is None else min(since, day)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM patients_patient p WHERE p.id IN (SELECT pl.patient_id FROM patients_placement pl"
            "   WHERE pl.facility_id = %(facility)s AND pl.starts_on <= %(day)s"
            "     AND (pl.ended_on IS NULL OR pl.ended_on >= %(first)s)"
            "   UNION SELECT y.patient_id FROM dispensing_dayoutcome y"
            "    WHERE y.facility_id = %(facility)s AND y.day BETWEEN %(first)s AND %(day)s)"
            "   AND (%(who)s::uuid[] IS NULL OR p.id = ANY(%(who)s::uuid[])) ORDER BY p.id FOR NO KEY UPDATE",
            {
                "facility": facility_id,
                "day": day,
                "first": first,
                "who": None if patient_ids is None else list(patient_ids),
            },
        )


def _lock_people(patient_ids: Sequence[UUID]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM patients_patient WHERE id = ANY(%s::uuid[]) ORDER BY id FOR NO KEY UPDATE", [list(patient_ids)]
        )


def is_over(*, facility_id: int, day: date, now: datetime) -> bool:
    """Whether who has no dose of that day may be called missed (domain 2.3 a)."""
    facility = Facility.objects.get(pk=facility_id)
    today = local_day(now, facility.zone)
    closed = day == today and DayClose.objects.filter(facility_id=facility_id, day=day).exists()
    closes_at = rules.closing_moment(
        day=today, closes_at=facility.closes_at, zone=facility.zone, round_the_clock=facility.round_the_clock
    )
    return rules.is_over(day=day, today=today, now=now, closes_at=closes_at, closed=closed)


def _stamp(facility_id: int, now: datetime) -> str:
    """By which rules: the version of the code and the fingerprint of the settings."""
    settings = rule_settings.for_facility(DosingSettings, facility_id=facility_id, at=now)
    return f"{RULE_VERSION}-{digest(settings)}"[:16]


def _differs(each: Undecided, decided: DecidedDay, facility_id: int) -> bool:
    standing = each.standing
    return standing is None or (standing.decided, standing.facility_id) != (decided, facility_id)


def _version(
    each: Undecided, decided: DecidedDay, facility_id: int, by: Access, now: datetime, why: Why, stamp: str
) -> DayOutcome:
    return DayOutcome(
        id=new_id(),
        patient_id=each.patient_id,
        facility_id=facility_id,
        day=decided.day,
        version=each.standing.version + 1 if each.standing else 1,
        rules_digest=stamp,
        how=decided.how,
        covered=decided.covered,
        swallowed_mg=decided.swallowed_mg,
        outcome=decided.outcome,
        reason_known=decided.reason_known,
        caused_by_patient=decided.caused_by_patient,
        tolerance_gap=decided.tolerance_gap,
        adherence_gap=decided.adherence_gap,
        why=why,
        decided_at=now,
        decided_by_id=by.person_id,
    )
