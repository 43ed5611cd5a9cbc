"""The patients of the tests' world, all invented: twenty at Mường Pồn, five at Nà Tấu, one at the main
clinic.

Among them: two of one name's initials whose codes differ by a swap (one brought his from another province),
one who moved from Nà Tấu to Mường Pồn a week ago, one who dropped out, one who comes to Nà Tấu tomorrow.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from core.access import Access
from facilities.models import Facility
from patients.models import Identity, Patient, Sex, Status
from patients.services import identity, placements, register, status
from patients.services.register import NewPatient
from staff.models import Person
from staff.queries.appointments import standing_at
from tests import cast

ZONE: Final = ZoneInfo("Asia/Ho_Chi_Minh")
REGISTERED_AT: Final = datetime(2026, 9, 1, 8, 0, tzinfo=ZONE)
MOVED_AT: Final = datetime(2026, 11, 16, 9, 0, tzinfo=ZONE)
MOVED_ON: Final = date(2026, 11, 17)
DROPPED_OUT_AT: Final = datetime(2026, 11, 2, 9, 0, tzinfo=ZONE)
COMING_AT: Final = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
COMING_ON: Final = date(2026, 11, 25)


@dataclass(frozen=True)
class Someone:
    """One patient of the world."""

    code: str
    full_name: str
    sex: Sex
    birth_year: int
    language: str
    started_on: date
    place: str = cast.SITE


PHONG: Final = Someone("4116", "Lò Văn Phong", Sex.MALE, 1984, "tiếng Thái", date(2021, 3, 8))
LOOK_ALIKE: Final = Someone("4161", "Lường Văn Pảnh", Sex.MALE, 1979, "tiếng Thái", date(2019, 7, 1))
MOVED: Final = Someone("4204", "Vừ A Chống", Sex.MALE, 1990, "tiếng Mông", date(2023, 5, 15), cast.OTHER_SITE)
DROPPED_OUT: Final = Someone("4245", "Cà Văn Sơn", Sex.MALE, 1988, "tiếng Thái", date(2022, 2, 21))
COMING: Final = Someone("4253", "Quàng Thị Ín", Sex.FEMALE, 1993, "tiếng Thái", date(2024, 1, 9))
ELSEWHERE: Final = Someone("4510", "Giàng A Sùng", Sex.MALE, 1986, "tiếng Mông", date(2020, 11, 2), cast.OTHER_SITE)
AT_THE_CLINIC: Final = Someone("4601", "Nguyễn Đức Thành", Sex.MALE, 1981, "", date(2018, 4, 4), cast.MAIN_CLINIC)

PATIENTS: Final = (
    PHONG,
    LOOK_ALIKE,
    MOVED,
    DROPPED_OUT,
    COMING,
    Someone("4010", "Lò Thị Ban", Sex.FEMALE, 1991, "tiếng Thái", date(2022, 6, 1)),
    Someone("4028", "Giàng A Dế", Sex.MALE, 1987, "tiếng Mông", date(2021, 9, 13)),
    Someone("4036", "Quàng Văn Tiện", Sex.MALE, 1976, "tiếng Thái", date(2017, 10, 2)),
    Someone("4044", "Tòng Văn Mai", Sex.MALE, 1982, "tiếng Thái", date(2019, 1, 21)),
    Someone("4052", "Cà Văn Lả", Sex.MALE, 1994, "tiếng Thái", date(2024, 8, 5)),
    Someone("4069", "Sùng A Vảng", Sex.MALE, 1989, "tiếng Mông", date(2023, 3, 20)),
    Someone("4077", "Lù Văn Ọi", Sex.MALE, 1973, "tiếng Thái", date(2016, 12, 5)),
    Someone("4085", "Bạc Cầm Đôi", Sex.MALE, 1985, "tiếng Thái", date(2020, 2, 10)),
    Someone("4093", "Mùa A Tủa", Sex.MALE, 1996, "tiếng Mông", date(2025, 4, 14)),
    Someone("4108", "Kha Văn Ún", Sex.MALE, 1980, "tiếng Khơ Mú", date(2018, 5, 28)),
    Someone("4124", "Vì Thị Hạnh", Sex.FEMALE, 1988, "tiếng Thái", date(2022, 11, 7)),
    Someone("4132", "Lèo Văn Chựa", Sex.MALE, 1977, "tiếng Thái", date(2017, 2, 6)),
    Someone("4149", "Thào A Lử", Sex.MALE, 1992, "tiếng Mông", date(2024, 10, 21)),
    Someone("4157", "Điêu Chính Ngoan", Sex.MALE, 1983, "tiếng Thái", date(2019, 9, 16)),
    Someone("4165", "Hoàng Văn Nghĩa", Sex.MALE, 1978, "", date(2018, 8, 13)),
    ELSEWHERE,
    Someone("4528", "Lò Văn Yêu", Sex.MALE, 1990, "tiếng Thái", date(2021, 5, 3), cast.OTHER_SITE),
    Someone("4536", "Hờ A Dính", Sex.MALE, 1995, "tiếng Mông", date(2025, 1, 6), cast.OTHER_SITE),
    Someone("4544", "Quàng Thị Phượng", Sex.FEMALE, 1987, "tiếng Thái", date(2023, 7, 17), cast.OTHER_SITE),
    Someone("4552", "Lầu A Sò", Sex.MALE, 1981, "tiếng Mông", date(2020, 6, 22), cast.OTHER_SITE),
    AT_THE_CLINIC,
)


def build() -> None:
    """Register everybody, then let one move, one drop out and one be expected."""
    for place in (cast.MAIN_CLINIC, cast.SITE, cast.OTHER_SITE):
        by = physician_at(place, REGISTERED_AT)
        register.register_many(
            new=[_new(someone, by) for someone in PATIENTS if someone.place == place],
            by=by,
            now=REGISTERED_AT,
        )
    placements.move(
        patient_id=patient(MOVED).pk,
        facility_id=_at(cast.SITE),
        starts_on=MOVED_ON,
        by=physician_at(cast.OTHER_SITE, MOVED_AT),
        now=MOVED_AT,
    )
    status.change(
        patient_id=patient(DROPPED_OUT).pk,
        status=Status.DROPPED_OUT,
        from_day=DROPPED_OUT_AT.date(),
        reason="không đến quá 30 ngày",
        by=physician_at(cast.SITE, DROPPED_OUT_AT),
        now=DROPPED_OUT_AT,
    )
    placements.move(
        patient_id=patient(COMING).pk,
        facility_id=_at(cast.OTHER_SITE),
        starts_on=COMING_ON,
        by=physician_at(cast.SITE, COMING_AT),
        now=COMING_AT,
    )


def patient(someone: Someone) -> Patient:
    """One of them as stored."""
    return Patient.objects.get(code=someone.code)


def physician_at(place: str, now: datetime) -> Access:
    """The clinic's physician, who registers and moves the patients of all its sites."""
    who = Person.objects.get(username=cast.CLINIC_PHYSICIAN.username)
    return standing_at(_at(place), person_id=who.pk, now=now)


def _at(place: str) -> int:
    return Facility.objects.get(name=place).pk


def _new(someone: Someone, by: Access) -> NewPatient:
    return NewPatient(
        full_name=someone.full_name,
        sex=someone.sex,
        birth_year=someone.birth_year,
        language=someone.language,
        treatment_started_on=someone.started_on,
        facility_id=by.facility_id or 0,
        starts_on=REGISTERED_AT.date(),
        consent_language=someone.language or "tiếng Việt",
        code=someone.code,
    )


def name_of(patient: Patient | UUID) -> str:
    """Open the seal: what no page, log or link may show."""
    row = Identity.objects.get(pk=patient.pk if isinstance(patient, Patient) else patient)
    return identity.person_of(row.pk, row.key, row.content).full_name
