"""Loads the snapshot that the rules see: one statement for one patient or a whole roster, whatever the history."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from dispensing.queries import vials, vomiting
from dispensing.rules.choices import OutcomeCode
from dispensing.rules.codes import Unlocker
from dispensing.rules.days import caused_by_patient, stayed_in
from dispensing.rules.facts import (
    AlertFact,
    ArrivalFact,
    DayFact,
    DoseFact,
    HoldFact,
    IfMissedStep,
    OutcomeFact,
    PatientFacts,
    PlacementFact,
    PrescriptionFact,
    StartFact,
)

NOTHING: Final = Decimal(0)
STAYED_AWAY: Final = (None, OutcomeCode.ABSENT)


@dataclass(frozen=True, slots=True)
class Known:
    """A patient as the board and the card know them: facts for the rules, and the words on the row. No name.

    `announced_until`: they said before that they would be away today, up to this day.
    """

    facts: PatientFacts
    code: str
    initials: str
    birth_year: int
    language: str
    was_here: bool
    needs_interpreter: bool
    last_dose: tuple[date, Decimal] | None
    announced_until: date | None = None


# One patient is asked for by equality: PostgreSQL then keeps one plan for all patients. What it expects of a list of
# unknown length makes it plan anew each time, which takes longer than the answer.
_ONE, _MANY = "p.id = %(who)s", "p.id = ANY(%(who)s)"
_TEXT = """
SELECT p.id, p.code, p.initials, p.birth_year, p.language, {status}, p.treatment_started_on, p.known_from,
    (SELECT jsonb_build_array(pl.facility_id, f.name, pl.kind, pl.starts_on, pl.ended_on,
              (SELECT nf.name FROM patients_placement n JOIN facilities_facility nf ON nf.id = n.facility_id
                WHERE n.patient_id = pl.patient_id AND n.starts_on = pl.ended_on + 1
                  AND (n.ended_on IS NULL OR n.ended_on >= n.starts_on) AND n.facility_id <> pl.facility_id LIMIT 1))
       FROM patients_placement pl JOIN facilities_facility f ON f.id = pl.facility_id
      WHERE pl.patient_id = p.id AND pl.starts_on <= %(today)s
        AND (pl.ended_on IS NULL OR pl.ended_on >= %(today)s)),
    (SELECT jsonb_agg(jsonb_build_array(r.id, r.phase, r.dose_mg::text, r.slot_mg::text[], r.starts_on, r.ends_on,
                                        {ended_on}, r.if_missed, r.previous_dose_mg::text, r.bridging, r.answers_until,
                                        r.by_main_clinic,
                                        CASE WHEN r.phone_order_id IS NOT NULL THEN
                                          (SELECT extract(epoch FROM o.recorded_at)::text FROM dispensing_phoneorder o
                                            WHERE o.id = r.phone_order_id AND o.signed_at IS NULL)
                                        WHEN r.delegated_order_id IS NOT NULL THEN
                                          (SELECT extract(epoch FROM o.recorded_at)::text
                                             FROM dispensing_delegatedorder o
                                            WHERE o.id = r.delegated_order_id AND o.signed_at IS NULL)
                                        END)
                      ORDER BY r.starts_on DESC, r.recorded_at DESC)
       FROM (SELECT * FROM dispensing_prescription rx
              WHERE rx.patient_id = p.id AND rx.starts_on <= %(today)s AND rx.starts_on > %(today)s - 120
                AND {in_force}
              ORDER BY rx.starts_on DESC LIMIT {orders}) r),
    (SELECT jsonb_agg(jsonb_build_array(%(today)s - d.covers_day, d.mg::text, d.reduced, d.prescription_id)
                      ORDER BY d.covers_day)
       FROM dispensing_dose d
      WHERE d.patient_id = p.id AND d.covers_day >= %(from)s AND d.covers_day < %(today)s AND d.kind <> 'replacement'
        AND NOT EXISTS (SELECT FROM dispensing_dosevoid v WHERE v.dose_id = d.act_id)),
    (SELECT jsonb_agg(jsonb_build_array(%(today)s - e.day, e.mg::text, e.home) ORDER BY e.day)
       FROM (SELECT w.day, w.mg, w.place_kind = 'take_home' AS home FROM dispensing_doseelsewhere w
              WHERE w.patient_id = p.id AND w.day >= %(from)s AND w.day <= %(today)s AND w.counts
                AND NOT EXISTS (SELECT FROM dispensing_doseelsewhere x WHERE x.corrects_id = w.id)
             UNION ALL
             SELECT tv.day, tv.mg, true FROM dispensing_takehomevial tv
              WHERE tv.patient_id = p.id AND tv.day >= %(from)s AND tv.day <= %(today)s AND {drunk_at_home}) e),
    (SELECT jsonb_agg(jsonb_build_array(d.act_id, d.slot, d.kind, d.mg::text, extract(epoch FROM d.given_at)::text,
                                        d.facility_id)
                      ORDER BY d.given_at, d.act_id)
       FROM dispensing_dose d
      WHERE d.patient_id = p.id AND d.covers_day = %(today)s
        AND NOT EXISTS (SELECT FROM dispensing_dosevoid v WHERE v.dose_id = d.act_id)),
    (SELECT jsonb_agg(jsonb_build_array(%(today)s - o.day, o.code, extract(epoch FROM o.at)::text,
                                        extract(epoch FROM o.recheck_at)::text)
                      ORDER BY o.code = 'vomited', o.at, o.id)
       FROM dispensing_outcome o WHERE o.patient_id = p.id AND o.day >= %(from)s AND o.day <= %(today)s
        AND (o.code <> 'vomited' OR {vomited})
        AND {stated}),
    (SELECT jsonb_agg(jsonb_build_array(h.id, h.reason, extract(epoch FROM h.placed_at)::text, h.unlocker)
                      ORDER BY h.placed_at)
       FROM dispensing_hold h WHERE h.patient_id = p.id AND {held}),
    (SELECT extract(epoch FROM max(c.told_at))::text FROM dispensing_clinictold c
      WHERE c.patient_id = p.id AND c.told_at >= %(day_began)s AND {told}),
    EXISTS (SELECT FROM patients_placement pl WHERE pl.patient_id = p.id AND pl.facility_id = %(facility)s),
    (SELECT jsonb_agg(jsonb_build_array(a.id, a.kind, a.effect, a.change, a.since) ORDER BY a.since, a.id)
       FROM patients_alert a WHERE a.patient_id = p.id AND a.ended_on IS NULL),
    (SELECT max(m.asked_on) FROM patients_medicinesasked m WHERE m.patient_id = p.id),
    COALESCE((SELECT s.needs_interpreter FROM patients_speech s WHERE s.patient_id = p.id), false),
    (SELECT jsonb_build_array(
              CASE WHEN old.kind IN ('hospital', 'detention') THEN old.place ELSE oldf.name END,
              old.kind IN ('hospital', 'detention'),
              CASE WHEN old.kind IN ('hospital', 'detention')
                   THEN EXISTS (SELECT FROM dispensing_doseelsewhere e
                                 WHERE e.patient_id = p.id AND e.day = old.ended_on AND e.counts
                                   AND NOT EXISTS (SELECT FROM dispensing_doseelsewhere y WHERE y.corrects_id = e.id))
                   ELSE EXISTS (SELECT FROM dispensing_dayclose c
                                 WHERE c.facility_id = old.facility_id AND c.day = old.ended_on)
                     OR EXISTS (SELECT FROM dispensing_dayoutcome x
                                 WHERE x.patient_id = p.id AND x.day = old.ended_on) END,
              (SELECT jsonb_build_array(t.last_day, t.mg::text) FROM dispensing_lastdosetold t
                WHERE t.patient_id = p.id AND t.placement_id = pl.id ORDER BY t.recorded_at DESC LIMIT 1))
       FROM patients_placement pl
       JOIN patients_placement old ON old.patient_id = pl.patient_id AND old.ended_on = pl.starts_on - 1
        AND old.ended_on >= old.starts_on
       JOIN facilities_facility oldf ON oldf.id = old.facility_id
      WHERE pl.patient_id = p.id AND pl.starts_on <= %(today)s AND pl.starts_on > %(today)s - 60
        AND (pl.ended_on IS NULL OR pl.ended_on >= %(today)s)
        AND (old.facility_id <> pl.facility_id OR old.kind IN ('hospital', 'detention'))
        AND NOT EXISTS (SELECT FROM dispensing_dose d
                         WHERE d.patient_id = p.id AND d.facility_id = pl.facility_id AND d.covers_day >= pl.starts_on
                           AND NOT EXISTS (SELECT FROM dispensing_dosevoid v WHERE v.dose_id = d.act_id)) LIMIT 1),
    (SELECT max(ab.until_day) FROM dispensing_absence ab
      WHERE ab.patient_id = p.id AND ab.cancelled_at IS NULL AND %(today)s BETWEEN ab.from_day AND ab.until_day),
    (SELECT jsonb_agg(jsonb_build_array(%(today)s - kept.first, %(today)s - kept.last))
       FROM (SELECT greatest(co.from_day, pl.starts_on) AS first,
                    least(coalesce(co.ended_on, co.until_day), pl.ended_on) AS last
               FROM dispensing_cutoff co JOIN patients_placement pl
                 ON pl.facility_id = co.facility_id AND pl.patient_id = p.id
             UNION ALL
             SELECT pl.starts_on, coalesce(pl.ended_on, %(today)s) FROM patients_placement pl
              WHERE pl.patient_id = p.id AND pl.kind IN ('hospital', 'detention')) kept
      WHERE kept.last >= greatest(kept.first, %(from)s)),
    (SELECT jsonb_build_array(st.first_day, st.missed_7, st.missed_30,
              CASE WHEN coalesce(st.dose_before_mg < (SELECT o.dose_mg FROM dispensing_prescription o
                   WHERE o.patient_id = p.id ORDER BY o.starts_on, o.recorded_at LIMIT 1), true) THEN st.changed_on END)
       FROM dispensing_startrecord st WHERE st.patient_id = p.id AND st.first_day > %(from)s)
FROM {asked}
WHERE """
_ORDERS: Final = 40  # a raise counts for 30 days at most, and orders may be for a day each
_SQL = _TEXT.format(
    status="p.status",
    orders=_ORDERS,
    ended_on="r.ended_on",
    in_force="(rx.ended_on IS NULL OR rx.ended_on >= rx.starts_on)",
    stated="true",
    held="h.lifted_at IS NULL",
    told="true",
    drunk_at_home=vials.COVERS,
    vomited=vomiting.STANDS,
    asked="patients_patient p",
)
# The same question, each patient's at a moment of its own that lies behind: an order signed later was no order then, a
# hold lifted since still held.
_THEN = _TEXT.format(
    orders=_ORDERS,
    status=(
        "coalesce((SELECT s.status FROM patients_statuschange s WHERE s.patient_id = p.id AND s.from_day <= %(today)s"
        " ORDER BY s.from_day DESC, s.recorded_at DESC LIMIT 1), p.status)"
    ),
    ended_on="CASE WHEN r.ended_at <= asked.at THEN r.ended_on END",
    in_force=(
        "rx.recorded_at <= asked.at AND (rx.ended_on IS NULL OR rx.ended_on >= rx.starts_on OR rx.ended_at > asked.at)"
    ),
    stated="(o.day < %(today)s OR o.at <= asked.at)",
    held="h.placed_at <= asked.at AND (h.lifted_at IS NULL OR h.lifted_at > asked.at)",
    told="c.told_at <= asked.at",
    drunk_at_home=vials.COVERS,
    vomited=vomiting.STANDS,
    asked="unnest(%(who)s::uuid[], %(at)s::timestamptz[]) AS asked (id, at) JOIN patients_patient p ON p.id = asked.id",
)


def load(
    *, patient_ids: Sequence[UUID], facility_id: int, now: datetime, zone: str, days: int = 91
) -> dict[UUID, Known]:
    """Facts of these patients as asked at this facility now; `days` of history before today. One statement."""
    here = ZoneInfo(zone)
    local_now = now.astimezone(here)
    today = local_now.date()
    since = today - timedelta(days=days)
    one = len(patient_ids) == 1
    values = {
        "who": patient_ids[0] if one else list(patient_ids),
        "facility": facility_id,
        "today": today,
        "from": since,
        "day_began": local_now.replace(hour=0, minute=0, second=0, microsecond=0),
    }
    with connection.cursor() as cursor:
        cursor.execute(_SQL + (_ONE if one else _MANY), values)
        rows = cursor.fetchall()
    return {row[0]: _known(row, facility_id, today, since, here) for row in rows}


def load_then(
    *, moments: Mapping[UUID, datetime], facility_id: int, day: date, zone: str, days: int = 91
) -> dict[UUID, Known]:
    """Facts of these patients as they stood at a past moment of `day`, each at its own. One statement.

    What was recorded since about earlier days, and every dose of `day` itself, counts: it is true whenever typed.
    """
    here = ZoneInfo(zone)
    since = day - timedelta(days=days)
    values: dict[str, Any] = {
        "who": list(moments),
        "at": list(moments.values()),
        "facility": facility_id,
        "today": day,
        "from": since,
        "day_began": datetime.combine(day, time.min, tzinfo=here),
    }
    with connection.cursor() as cursor:
        cursor.execute(_THEN + "true", values)
        rows = cursor.fetchall()
    return {row[0]: _known(row, facility_id, day, since, here) for row in rows}


def _known(row: Sequence[Any], facility_id: int, today: date, since: date, here: ZoneInfo) -> Known:
    (patient_id, code, initials, birth_year, language, status, started_on, known_from) = row[:8]
    parts = (json.loads(part or "[]") for part in row[8:15])
    placement, prescriptions, doses, elsewhere, doses_today, outcomes, holds = parts
    told, was_here, alerts, medicines_asked_on, needs_interpreter, arrival, announced_until, cut_off, begun = row[15:]
    start = json.loads(begun) if begun else None
    prescription, last_end = _in_force(prescriptions, today, here, start)
    drunk = [(dose[0], dose[1]) for dose in doses] + [(ago, mg) for ago, mg, _home in elsewhere if ago]
    last = min(drunk, key=lambda one: one[0], default=None)
    facts = PatientFacts(
        patient_id=patient_id,
        asking_facility_id=facility_id,
        today=today,
        treatment_started_on=started_on,
        status=status,
        placement=_placement(placement),
        prescription=prescription,
        last_prescription_end=last_end,
        suspended=any(reduced and prescription and UUID(rx) == prescription.id for _, _, reduced, rx in doses if rx),
        days=_days(doses, elsewhere, outcomes, known_from, max(since, started_on), today, json.loads(cut_off or "[]")),
        doses_today=tuple(
            DoseFact(UUID(id_), today, slot, kind, Decimal(mg), _moment(at, here), place, None)
            for id_, slot, kind, mg, at, place in doses_today
        ),
        outcomes_today=tuple(
            OutcomeFact(name, today, _moment(at, here), _moment(recheck, here) if recheck else None)
            for ago, name, at, recheck in outcomes
            if ago == 0
        ),
        holds=tuple(HoldFact(UUID(i), why, _moment(at, here), Unlocker(by)) for i, why, at, by in holds),
        contact_told_at=_moment(told, here) if told else None,
        alerts=_alerts(alerts) if alerts else (),
        medicines_asked_on=medicines_asked_on,
        arrival=_arrival(arrival) if arrival else None,
        elsewhere_today_mg=sum((Decimal(mg) for ago, mg, home in elsewhere if ago == 0 and not home), NOTHING),
        take_home_today_mg=sum((Decimal(mg) for ago, mg, home in elsewhere if ago == 0 and home), NOTHING),
        start=StartFact(date.fromisoformat(start[0]), start[1], start[2]) if start else None,
    )
    return Known(
        facts=facts,
        code=code,
        initials=initials,
        birth_year=birth_year,
        language=language,
        was_here=was_here,
        needs_interpreter=needs_interpreter,
        last_dose=(today - timedelta(days=last[0]), Decimal(last[1])) if last else None,
        announced_until=announced_until,
    )


def _moment(epoch: str, here: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(float(epoch), tz=here)


def _alerts(stored: str) -> tuple[AlertFact, ...]:
    return tuple(
        AlertFact(UUID(id_), kind, effect, change, date.fromisoformat(since))
        for id_, kind, effect, change, since in json.loads(stored)
    )


def _placement(stored: Sequence[Any]) -> PlacementFact | None:
    if not stored:
        return None
    facility_id, name, kind, starts_on, ended_on, next_place = stored
    first_day_gone = date.fromisoformat(ended_on) + timedelta(days=1) if ended_on else None
    return PlacementFact(facility_id, name, kind, date.fromisoformat(starts_on), first_day_gone, next_place or "")


def _arrival(stored: str) -> ArrivalFact:
    place, away, settled, told = json.loads(stored)
    last = (date.fromisoformat(told[0]), Decimal(told[1])) if told else None
    return ArrivalFact(place, away, settled, last)


def _in_force(
    stored: Iterable[Sequence[Any]], today: date, here: ZoneInfo, start: Sequence[Any] | None
) -> tuple[PrescriptionFact | None, date | None]:
    """The prescription that covers today, and the last day of the newest that no longer does."""
    found: PrescriptionFact | None = None
    last_end: date | None = None
    newest_first = list(stored)
    for row in newest_first:
        last_day = min(date.fromisoformat(end) for end in (row[5], row[6]) if end)
        if last_day < today:
            last_end = max(last_end, last_day) if last_end else last_day
        elif found is None:
            found = _prescription(row, last_day, newest_first, here, start)
    return found, last_end


def _prescription(
    row: Sequence[Any], last_day: date, history: Sequence[Sequence[Any]], here: ZoneInfo, start: Sequence[Any] | None
) -> PrescriptionFact:
    raised = [
        date.fromisoformat(older[4])
        for older in history
        if older[8] is not None and older[4] <= row[4] and Decimal(older[2]) > Decimal(older[8])
    ]
    raised += [date.fromisoformat(start[3])] if start and start[3] else []
    return PrescriptionFact(
        id=UUID(row[0]),
        phase=row[1],
        dose_mg=Decimal(row[2]),
        slot_mg=tuple(Decimal(mg) for mg in row[3]),
        starts_on=date.fromisoformat(row[4]),
        last_day=last_day,
        if_missed=tuple(
            IfMissedStep(step["from_missed"], step["to_missed"], Decimal(step["dose_mg"]), step["days"])
            for step in row[7]
        ),
        raised_on=max(raised, default=None),
        previous_dose_mg=Decimal(row[8]) if row[8] else None,
        bridging=row[9],
        answers_until=date.fromisoformat(row[10]) if row[10] else None,
        signed_by_main_clinic=row[11],
        unsigned_since=_moment(row[12], here).date() if row[12] else None,
    )


def _days(
    doses: Sequence[Sequence[Any]],
    elsewhere: Sequence[tuple[int, str, bool]],
    outcomes: Sequence[Sequence[Any]],
    known_from: date,
    since: date,
    today: date,
    cut_off: Sequence[tuple[int, int]],
) -> tuple[DayFact, ...]:
    """Every calendar day from `since` to yesterday, oldest first; a later outcome of a day stands for it.

    `cut_off`: from and to how many days ago they could not come: the road closed, in hospital, detained. What another
    place documents, or a vial taken home, covers its day, also where a dose of ours was vomited on it (`rules.days`).
    """
    ingested: dict[int, Decimal] = {}
    for ago, mg, _reduced, _rx in doses:
        ingested[ago] = ingested.get(ago, NOTHING) + Decimal(mg)
    stated: dict[int, str] = {ago: code for ago, code, _at, _recheck in outcomes}
    for ago, mg, _home in elsewhere:
        ingested[ago] = ingested.get(ago, NOTHING) + Decimal(mg)
        if not stayed_in(Decimal(mg), stated.get(ago)):
            del stated[ago]
    days = []
    first, last = since.toordinal(), today.toordinal()
    begins = known_from.toordinal()
    for number in range(first, last):
        ago = last - number
        away = any(first_ago >= ago >= last_ago for first_ago, last_ago in cut_off)
        days.append(_day(number, ingested.get(ago, NOTHING), stated.get(ago), number >= begins, away))
    return tuple(days)


@lru_cache(maxsize=10_000)
def _day(number: int, mg: Decimal, outcome: str | None, on_record: bool, cut_off: bool) -> DayFact:
    """One day by its ordinal. Kept, because most patients of a morning have the same days behind them."""
    return DayFact(
        day=date.fromordinal(number),
        ingested_mg=mg,
        ordered_mg=None,
        outcome=outcome,
        known=mg > 0 or on_record,
        caused_by_patient=mg == 0 and caused_by_patient(outcome) and not (cut_off and outcome in STAYED_AWAY),
    )
