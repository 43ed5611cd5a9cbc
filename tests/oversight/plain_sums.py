"""Sums of managers' figures straight over ledger and registers, in the plainest SQL, without the product's queries."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db import connection

from tests import world
from tests.oversight.lived import DAY, READ_AT, TODAY

AWAY: Final = ("withheld", "intoxicated", "sent_away", "no_prescription", "missed_rule_block", "stock_out")
STANDING: Final = "FROM dispensing_dose d WHERE d.act_id NOT IN (SELECT dose_id FROM dispensing_dosevoid)"
DIFFERENCES: Final = (
    "unreconciled_stock", "bottle_yield", "consignment", "bottle_measure", "night_seal", "closed_bottles",
    "stock_count", "stock_loss", "small_differences",
)  # fmt: skip


def rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def one(sql: str, *values: Any) -> int:
    return int(rows(sql, *values)[0][0] or 0)


def here(name: str) -> int:
    return world.facility(name).pk


def caseload(place: int) -> int:
    return one(
        "SELECT count(*) FROM patients_placement pl JOIN patients_patient p ON p.id = pl.patient_id"
        " WHERE pl.facility_id = %s AND pl.starts_on <= %s AND coalesce(pl.ended_on, 'infinity') >= %s"
        " AND p.status IN ('in_treatment', 'suspended')",
        place, TODAY, TODAY,
    )  # fmt: skip


def drank(place: int, day: date = TODAY) -> set[Any]:
    return {
        row[0] for row in rows(f"SELECT d.patient_id {STANDING} AND facility_id = %s AND covers_day = %s", place, day)
    }


def last_said(place: int, day: date = TODAY) -> Counter[str]:
    stated = rows("SELECT patient_id, code FROM dispensing_outcome WHERE facility_id = %s AND day = %s ORDER BY at, id",
                  place, day)  # fmt: skip
    return Counter(code for patient, code in dict(stated).items() if patient not in drank(place, day))


def turned_away(place: int, day: date = TODAY) -> int:
    return sum(count for code, count in last_said(place, day).items() if code in AWAY)


def waits(place: int) -> dict[str, set[Any]]:
    """Who waits for whom: a stop that stands; missed days; no order for today."""
    held = rows("SELECT unlocker, patient_id FROM dispensing_hold WHERE lifted_at IS NULL AND facility_id = %s", place)
    missed = rows("SELECT CASE level WHEN 'order' THEN 'physician' ELSE 'main_clinic' END, patient_id"
                  " FROM dispensing_flag WHERE cleared_at IS NULL AND kind = 'missed'"
                  " AND level IN ('order', 'main_clinic', 'dropped_out') AND facility_id = %s", place)  # fmt: skip
    without = rows(
        "SELECT 'physician', p.id FROM patients_patient p JOIN patients_placement pl ON pl.patient_id = p.id"
        " WHERE pl.facility_id = %s AND p.status = 'in_treatment' AND pl.starts_on <= %s"
        " AND coalesce(pl.ended_on, 'infinity') >= %s AND p.id NOT IN (SELECT patient_id FROM dispensing_prescription"
        " WHERE %s BETWEEN starts_on AND least(ends_on, ended_on))",
        place, TODAY, TODAY, TODAY,
    )  # fmt: skip
    found: dict[str, set[Any]] = {"physician": set(), "main_clinic": set(), "site_head": set()}
    for who, patient in [*held, *missed, *without]:
        found[who if who in found else "site_head"].add(patient)
    return found


def open_cases(place: int, *kinds: str) -> tuple[int, int]:
    sql = "FROM followup_case WHERE concluded_at IS NULL AND facility_id = %s AND kind = ANY(%s)"
    every = list(kinds) or [row[0] for row in rows("SELECT DISTINCT kind FROM followup_case")]
    return one(f"SELECT count(*) {sql}", place, every), one(
        f"SELECT count(*) {sql} AND due_at < %s", place, every, READ_AT
    )


def alone(place: int) -> tuple[int, int]:
    sql = ("FROM staff_attestation a WHERE mode = 'alone' AND facility_id = %s AND NOT EXISTS"
           " (SELECT 1 FROM staff_attestation r WHERE r.act_id = a.act_id AND r.mode = 'review')")  # fmt: skip
    return one(f"SELECT count(*) {sql}", place), one(f"SELECT count(*) {sql} AND at < %s", place, READ_AT - 3 * DAY)


def unsigned(place: int) -> int:
    waiting = "WHERE facility_id = %s AND signed_at IS NULL AND disowned_at IS NULL"
    return sum(
        one(f"SELECT count(*) FROM dispensing_{named}order {waiting}", place) for named in ("phone", "delegated")
    )


def watched(place: int) -> int:
    return one("SELECT count(*) FROM dispensing_observation WHERE ended_at IS NULL AND facility_id = %s", place)


def between(table_: str, place: int, first: date, last: date, column: str = "day") -> int:
    return one(
        f"SELECT count(*) FROM {table_} WHERE facility_id = %s AND {column} BETWEEN %s AND %s", place, first, last
    )


def share(part: int, whole: int) -> str:
    return f"{part} / {whole}" + (f" ({round(100 * part / whole)} %)" if whole >= 5 else "")


def held(place: int, item: int, *kinds: str) -> int:
    return one(
        "SELECT sum(CASE WHEN m.target_id = a.id THEN m.quantity ELSE -m.quantity END) FROM inventory_movement m"
        " JOIN inventory_account a ON a.id IN (m.source_id, m.target_id) WHERE a.facility_id = %s AND a.item_id = %s"
        " AND a.kind = ANY(%s) AND a.consignment_id IS NULL",
        place, item, list(kinds),
    )  # fmt: skip


def opened_in_steps(place: int, item: int) -> tuple[int, int]:
    """What is in opened bottles in steps of 100 mL: of all together, and of each lot in each bottle."""
    each = rows(
        "SELECT m.bottle_id, sum(CASE WHEN m.target_id = a.id THEN m.quantity ELSE -m.quantity END)"
        " FROM inventory_movement m JOIN inventory_account a ON a.id IN (m.source_id, m.target_id)"
        " WHERE a.facility_id = %s AND a.item_id = %s AND a.kind = 'opened' GROUP BY 1",
        place, item,
    )  # fmt: skip
    return sum(int(row[1]) for row in each) // 100_000 * 100_000, sum(int(row[1]) // 100_000 * 100_000 for row in each)


def on_the_road(place: int, item: int) -> int:
    return one(
        "SELECT sum(CASE WHEN m.target_id = a.id THEN m.quantity ELSE -m.quantity END) FROM inventory_movement m"
        " JOIN inventory_account a ON a.id IN (m.source_id, m.target_id)"
        " JOIN inventory_consignment c ON c.id = a.consignment_id"
        " WHERE a.kind = 'transit' AND c.ended_at IS NULL AND c.to_facility_id = %s AND a.item_id = %s",
        place, item,
    )  # fmt: skip


def flowed(
    place: int, item: int, first: date, last: date, *, to: Iterable[str] = (), out_of: Iterable[str] = ()
) -> int:
    """What went into accounts of these kinds less what came back; or out of them less what went in."""
    moved = (
        "SELECT sum(m.quantity) FROM inventory_movement m JOIN inventory_act act ON act.id = m.act_id"
        " JOIN inventory_account s ON s.id = m.source_id JOIN inventory_account t ON t.id = m.target_id"
        " WHERE act.facility_id = %s AND m.item_id = %s"
        " AND (act.recorded_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date BETWEEN %s AND %s AND "
    )
    kinds = list(to) or list(out_of)
    into, out = (one(f"{moved} {side}.kind = ANY(%s)", place, item, first, last, kinds) for side in ("t", "s"))
    return into - out if to else out - into


def cover(place: int, item: int) -> int | None:
    daily = rows("SELECT sum(r.dose_mg) FROM dispensing_prescription r JOIN patients_placement pl"
                 " ON pl.patient_id = r.patient_id WHERE pl.facility_id = %s AND pl.starts_on <= %s"
                 " AND coalesce(pl.ended_on, 'infinity') >= %s"
                 " AND %s BETWEEN r.starts_on AND least(r.ends_on, r.ended_on)",
                 place, TODAY, TODAY, TODAY)[0][0]  # fmt: skip
    ul = held(place, item, "storage", "dispensing") + opened_in_steps(place, item)[1]
    return None if not daily else int(Decimal(ul) / 100 / daily)  # all of it has 10 mg in a mL


def minutes(place: int, first: date, last: date, *more: str, whose: str = "") -> int:
    return one(
        "SELECT sum(extract(epoch FROM i.ends_at - i.starts_at) / 60) FROM staff_dutyinterval i"
        " JOIN staff_person p ON p.id = i.person_id WHERE i.facility_id = %s AND i.day BETWEEN %s AND %s"
        " AND i.ended_at IS NULL AND i.confirmed_at IS NOT NULL AND p.username LIKE %s" + "".join(more),
        place, first, last, whose or "%",
    )  # fmt: skip


def blocked(place: int) -> int:
    return len(set().union(*waits(place).values()))


def not_given(place: int) -> int:
    return sum(last_said(place).values())


def to_come(place: int) -> int:
    return max(0, caseload(place) - len(drank(place)) - not_given(place))


def kept_days(place: int, item: int) -> int:
    """The days that are over since the item was first here."""
    first = rows("SELECT min((act.recorded_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date) FROM inventory_act act"
                 " WHERE act.facility_id = %s", place)[0][0]  # fmt: skip
    return max(1, (TODAY - first).days) if first else 1


def hours_of(place: int, month: date, year: date, end: date) -> dict[str, int]:
    """Each person's weekends: overtime, and of each month up to forty hours payable."""
    people = [row[0] for row in rows("SELECT DISTINCT p.username FROM staff_dutyinterval i JOIN staff_person p"
                                     " ON p.id = i.person_id WHERE i.facility_id = %s", place)]  # fmt: skip
    months = [date(2026, number, 1) for number in range(1, month.month + 1)]
    ends = [(each + 31 * DAY).replace(day=1) - DAY for each in months]
    within = {
        each: sum(min(40 * 60, minutes(place, each, last, whose=who)) for who in people)
        for each, last in zip(months, ends, strict=True)
    }
    chosen = {
        each: one("SELECT sum(c.minutes) FROM staff_leavechoice c JOIN staff_dutyinterval i ON i.id = c.interval_id"
                  " WHERE c.ended_at IS NULL AND i.facility_id = %s AND i.day BETWEEN %s AND %s", place, each, last)
        for each, last in zip(months, ends, strict=True)
    }  # fmt: skip
    all_year = minutes(place, year, end)
    waiting = one("SELECT count(*) FROM staff_dutyinterval i WHERE i.facility_id = %s AND i.day BETWEEN %s AND %s AND"
                  " i.ended_at IS NULL AND i.id NOT IN (SELECT interval_id FROM staff_dutyapproval)",
                  place, month, end)  # fmt: skip
    paid = one("SELECT sum(l.minutes) FROM staff_payline l JOIN staff_paybatch b ON b.id = l.batch_id"
               " WHERE b.facility_id = %s AND b.month BETWEEN %s AND %s", place, year, end)  # fmt: skip
    return {
        "people": len(people), "month": minutes(place, month, end), "payable": within[month] - chosen[month],
        "year": all_year, "year_payable": sum(within.values()) - sum(chosen.values()), "paid": paid,
        "year_unpaid": all_year - sum(within.values()), "leave": sum(chosen.values()), "month_leave": chosen[month],
        "waiting": waiting,
    }  # fmt: skip
