"""Nobody's patient tomorrow: in treatment, and no place, no order, or a place that will not open on that day."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dispensing.queries.following import following_path
from dispensing.rules.settings import DosingSettings
from facilities.queries.calendar import days_off_between
from facilities.services import settings as rule_settings


class Lack(StrEnum):
    """What somebody lacks for that day, the gravest first."""

    PLACE = "place"
    CLOSED = "closed"
    ORDER = "order"


LACK_WORDS: Final[Mapping[Lack, Promise]] = {
    Lack.PLACE: _("chưa có nơi uống"),
    Lack.CLOSED: _("trạm không mở"),
    Lack.ORDER: _("chưa có đơn, và không có bác sĩ"),
}
TO_DO: Final[Mapping[Lack, Promise]] = {
    Lack.PLACE: _("Xếp nơi uống trong sổ đăng ký, hoặc ghi tình trạng điều trị."),
    Lack.CLOSED: _("Báo người bệnh; hỏi cơ sở điều trị nơi uống thay hoặc thuốc mang về."),
    Lack.ORDER: _("Gọi bác sĩ hôm nay: ký đơn, hoặc y lệnh qua điện thoại với đúng liều cũ."),
}


@dataclass(frozen=True)
class Nobodys:
    """One patient who may get no dose on that day. `facility_id`: where they drink on it, or drank last."""

    patient_id: UUID
    code: str
    initials: str
    facility_id: int
    facility: str
    lack: Lack

    @property
    def words(self) -> str:
        return str(LACK_WORDS[self.lack])

    @property
    def to_do(self) -> str:
        return str(TO_DO[self.lack])

    @property
    def path(self) -> str:
        return following_path(self.patient_id)


# In treatment: where they drink on the day, else where they drank last; whether that place opens, and whether an order
# covers the day. Who lies in hospital or is detained needs neither here; who is stopped for missed days needs no order.
_SQL: Final = """
SELECT p.id, p.code, p.initials, w.facility_id, f.name, w.here,
       w.kind NOT IN ('hospital', 'detention') AND (f.went_live_on IS NULL OR f.went_live_on > %(day)s
         OR EXISTS (SELECT FROM dispensing_cutoff c
                     WHERE c.facility_id = w.facility_id AND c.kind = 'closed' AND c.from_day <= %(day)s
                       AND coalesce(c.ended_on, c.until_day) >= %(day)s)),
       w.kind IN ('hospital', 'detention')
         OR EXISTS (SELECT FROM dispensing_flag g
                     WHERE g.patient_id = p.id AND g.cleared_at IS NULL
                       AND g.level IN ('order', 'main_clinic', 'dropped_out'))
         OR EXISTS (SELECT FROM dispensing_prescription r
                WHERE r.patient_id = p.id AND r.starts_on <= %(day)s AND r.ends_on >= %(day)s
                  AND (r.ended_on IS NULL OR r.ended_on >= %(day)s))
  FROM patients_patient p
  JOIN LATERAL (
       SELECT pl.facility_id, pl.kind,
              pl.starts_on <= %(day)s AND (pl.ended_on IS NULL OR pl.ended_on >= %(day)s) AS here
         FROM patients_placement pl WHERE pl.patient_id = p.id
        ORDER BY pl.starts_on <= %(day)s AND (pl.ended_on IS NULL OR pl.ended_on >= %(day)s) DESC, pl.starts_on DESC
        LIMIT 1) w ON true
  JOIN facilities_facility f ON f.id = w.facility_id
 WHERE p.status = 'in_treatment' AND p.treatment_started_on <= %(day)s
   AND EXISTS (SELECT FROM patients_placement pl WHERE pl.patient_id = p.id AND pl.starts_on <= %(day)s)
   AND (%(places)s::bigint[] IS NULL OR w.facility_id = ANY(%(places)s))
   AND NOT EXISTS (SELECT FROM dispensing_absence a
                    WHERE a.patient_id = p.id AND a.cancelled_at IS NULL
                      AND %(day)s BETWEEN a.from_day AND a.until_day)
 ORDER BY f.name, p.code
"""


def nobodys(*, day: date, now: datetime, facility_ids: Collection[int] | None = None) -> tuple[Nobodys, ...]:
    """Who may get no dose on `day`, by place and code; who announced an absence on it is left out. Two statements.

    A missing order counts where no physician comes on that day to sign one (setting `physician_weekdays`).
    """
    places = None if facility_ids is None else sorted(facility_ids)
    holiday = bool(days_off_between(day, day))
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"day": day, "places": places})
        rows = cursor.fetchall()
    comes = {facility_id: _physician_comes(facility_id, day, holiday, now) for facility_id in {row[3] for row in rows}}
    found = []
    for id_, code, initials, facility_id, name, here, closed, ordered in rows:
        lack = None
        if not here:
            lack = Lack.PLACE
        elif closed:
            lack = Lack.CLOSED
        elif not ordered and not comes[facility_id]:
            lack = Lack.ORDER
        if lack is not None:
            found.append(Nobodys(id_, code, initials, facility_id, name, lack))
    return tuple(found)


def by_place(found: Collection[Nobodys]) -> dict[int, list[Nobodys]]:
    """The same, by facility."""
    places: dict[int, list[Nobodys]] = defaultdict(list)
    for one in found:
        places[one.facility_id].append(one)
    return places


def _physician_comes(facility_id: int, day: date, holiday: bool, now: datetime) -> bool:
    settings = rule_settings.for_facility(DosingSettings, facility_id=facility_id, at=now)
    return day.isoweekday() in settings.physician_weekdays and (settings.physician_on_holidays or not holiday)


def day_after(today: date) -> date:
    """The day that is asked about."""
    return today + timedelta(days=1)
