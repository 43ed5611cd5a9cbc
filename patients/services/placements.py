"""Where a patient drinks: exactly one facility on each day, held by the database.

A move is one row that ends and one that begins. A visit (guest, hospital, detention) is three: home ends, the visit
has its last day from the start, and home's next row begins the day after: nothing has to happen for it to resume.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.access import Access, Permission
from core.constraints import violated
from patients import changes
from patients.models import AWAY, VISITS, Placement, PlacementKind
from patients.queries.reach import covers_some_day, dosing_facilities, in_force, locked_patient, not_over_by

VISIT_DAYS_MAX: Final = 366
SAID_LATER_DAYS: Final = 31  # a stay in hospital may be learned of afterwards: the facility stays the same
ONE_DAY: Final = timedelta(days=1)


class PlacementRefused(Exception):
    """The patient stays where they are; `sentence` says why and what to do."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


@dataclass(frozen=True)
class Visit:
    """So many days elsewhere, both included. A guest names the facility, hospital and detention the place's name."""

    kind: PlacementKind
    from_day: date
    until: date
    facility_id: int | None = None
    place: str = ""
    words: str = ""


@dataclass(frozen=True)
class _Row:
    """A placement about to be written; `ended_on` where its last day is known already."""

    patient_id: UUID
    facility_id: int
    kind: str
    starts_on: date
    ended_on: date | None = None
    planned_end: date | None = None
    place: str = ""
    words: str = ""


def place(*, patient_id: UUID, facility_id: int, starts_on: date, by: Access, now: datetime) -> Placement:
    """Give a patient who drinks nowhere a facility from a day on, today at the earliest.

    Raises Patient.DoesNotExist out of reach, PlacementRefused on a wrong day or where there is a placement
    already.
    """
    today = clock.local_day(now, by.zone)
    with transaction.atomic():
        locked_patient(patient_id, access=by, permission=Permission.REGISTER_PATIENT, day=today)
        if starts_on < today:
            raise PlacementRefused(_("Ngày bắt đầu không được ở trước hôm nay."))
        made = _insert(_Row(patient_id, facility_id, PlacementKind.HOME, starts_on), by=by, now=now)
        _audit("patient.placed", made, by=by, now=now)
    return made


def move(*, patient_id: UUID, facility_id: int, starts_on: date, by: Access, now: datetime) -> Placement:
    """Let a patient drink at another facility from a day on; the day before is the last at the old one.

    Tomorrow at the earliest (domain 3: dosing moves from D+1), so that today has one facility whatever the
    hour. Raises Patient.DoesNotExist out of reach, PlacementRefused otherwise.
    """
    today = clock.local_day(now, by.zone)
    with transaction.atomic():
        locked_patient(patient_id, access=by, permission=Permission.REGISTER_PATIENT, day=today)
        present = Placement.objects.filter(in_force(today), patient_id=patient_id).first()
        if present is None:
            raise PlacementRefused(_("Người bệnh hiện chưa uống ở cơ sở nào. Xếp nơi uống trước."))
        if present.facility_id == facility_id and present.kind not in VISITS:
            raise PlacementRefused(_("Người bệnh đang uống ở chính cơ sở này. Chọn cơ sở khác."))
        if present.kind in VISITS:
            raise PlacementRefused(_("Người bệnh đang ở nơi khác có hạn. Kết thúc đợt đó trước rồi chuyển."))
        if starts_on <= today:
            raise PlacementRefused(_("Chuyển sớm nhất là từ ngày mai: hôm nay vẫn uống ở nơi cũ."))
        if present.ended_on is None:
            _end(present, last_day=starts_on - ONE_DAY, by=by)
        made = _insert(_Row(patient_id, facility_id, PlacementKind.HOME, starts_on), by=by, now=now)
        _audit("patient.moved", made, by=by, now=now, moved_from=present.facility_id)
        changes.tell([patient_id], since=starts_on, by=by, now=now)
    return made


def agreed_move(
    *, patient_id: UUID, facility_id: int, kind: PlacementKind, starts_on: date, by: Access, now: datetime
) -> Placement:
    """From a day on the patient drinks where two facilities have agreed, whatever was planned for that day or later.

    For callers that hold the patient's lock and answer for the permission. Raises PlacementRefused before tomorrow.
    """
    today = clock.local_day(now, by.zone)
    if starts_on <= today:
        raise PlacementRefused(_("Chuyển sớm nhất là từ ngày mai: hôm nay vẫn uống ở nơi cũ."))
    with transaction.atomic():
        for row in _rows_from(patient_id, starts_on):
            _end(row, last_day=max(row.starts_on, starts_on) - ONE_DAY, by=by)
        made = _insert(_Row(patient_id, facility_id, kind, starts_on), by=by, now=now)
        _audit("patient.moved", made, by=by, now=now)
        changes.tell([patient_id], since=starts_on, by=by, now=now)
    return made


def visit(*, patient_id: UUID, visit: Visit, by: Access, now: datetime) -> Placement:
    """Let a patient be elsewhere for some days; home resumes by itself on the day after the last.

    A guest drinks at another facility, from tomorrow at the earliest, so that today has one place whatever the hour.
    Hospital and detention leave the facility as it is and may be learned of later. The same visit again is the same.
    Raises Patient.DoesNotExist out of reach, PlacementRefused otherwise.
    """
    today = clock.local_day(now, by.zone)
    with transaction.atomic():
        locked_patient(patient_id, access=by, permission=Permission.REGISTER_PATIENT, day=today)
        rows = _rows_from(patient_id, visit.from_day)
        again = next((row for row in rows if _is(row, visit)), None)
        if again is not None:
            return again
        base = _base(rows, visit)
        facility_id = _visited(visit, base, today)
        _end(base, last_day=visit.from_day - ONE_DAY, by=by)
        made = _insert(
            _Row(patient_id, facility_id, visit.kind, visit.from_day, visit.until, visit.until, visit.place.strip(),
                 visit.words.strip()),
            by=by, now=now,
        )  # fmt: skip
        _insert(_Row(patient_id, base.facility_id, base.kind, visit.until + ONE_DAY), by=by, now=now)
        _audit("patient.visits", made, by=by, now=now)
        changes.tell([patient_id], since=visit.from_day, by=by, now=now)
    return made


def end_visit(*, patient_id: UUID, placement_id: int, last_day: date, by: Access, now: datetime) -> Placement:
    """Bring the end of a visit forward: home resumes on the day after `last_day`. Before its first day: called off.

    A guest has drunk, or may yet, where they are today: today is the earliest last day there. Back from hospital or
    detention they may drink here at once. Raises Placement.DoesNotExist, Patient.DoesNotExist, PlacementRefused.
    """
    today = clock.local_day(now, by.zone)
    with transaction.atomic():
        locked_patient(patient_id, access=by, permission=Permission.REGISTER_PATIENT, day=today)
        held = Placement.objects.get(pk=placement_id, patient_id=patient_id, kind__in=VISITS)
        if held.ended_on is None or held.ended_on < held.starts_on:
            raise Placement.DoesNotExist
        if last_day == held.ended_on:
            return held
        _may_end(held, last_day, today)
        home = Placement.objects.filter(
            in_force(held.ended_on + ONE_DAY), patient_id=patient_id, starts_on=held.ended_on + ONE_DAY
        ).first()
        if home is None:
            raise PlacementRefused(_("Sau đợt này người bệnh đã được xếp nơi khác. Xem lại nơi uống."))
        first, until = max(last_day + ONE_DAY, held.starts_on), held.ended_on
        _end(held, last_day=max(last_day, held.starts_on - ONE_DAY), by=by)
        made = _insert(_Row(patient_id, home.facility_id, home.kind, first, until), by=by, now=now)
        _audit("patient.visit_ended", held, by=by, now=now, home_from=made.pk)
        changes.tell([patient_id], since=first, by=by, now=now)
    held.refresh_from_db()
    return held


def _base(rows: list[Placement], visit: Visit) -> Placement:
    """The open-ended place that the visit interrupts."""
    if visit.until < visit.from_day:
        raise PlacementRefused(_("Ngày cuối không được ở trước ngày đầu."))
    if (visit.until - visit.from_day).days >= VISIT_DAYS_MAX:
        raise PlacementRefused(_("Đợt này dài quá một năm. Xem lại ngày cuối, hoặc chuyển hẳn nơi uống."))
    if len(rows) != 1 or rows[0].ended_on is not None or rows[0].starts_on > visit.from_day:
        raise PlacementRefused(
            _("Trong những ngày đó người bệnh đã có nơi uống khác; mỗi ngày chỉ một nơi. Chọn ngày khác.")
        )
    return rows[0]


def _visited(visit: Visit, base: Placement, today: date) -> int:
    """The facility that answers for the days of the visit."""
    if visit.kind in AWAY:
        if not visit.place.strip():
            raise PlacementRefused(_("Ghi tên nơi người bệnh đang ở."))
        if visit.from_day < today - timedelta(days=SAID_LATER_DAYS):
            raise PlacementRefused(_("Chỉ ghi lùi được %(days)d ngày. Chọn ngày gần hơn.") % {"days": SAID_LATER_DAYS})
        return base.facility_id
    if visit.from_day <= today:
        raise PlacementRefused(_("Uống nhờ sớm nhất là từ ngày mai: hôm nay vẫn uống ở đây."))
    if visit.facility_id is None or visit.facility_id == base.facility_id:
        raise PlacementRefused(_("Chọn cơ sở khác nơi đang uống."))
    return visit.facility_id


def _may_end(held: Placement, last_day: date, today: date) -> None:
    """Raises PlacementRefused where the visit may not end on that day."""
    assert held.ended_on is not None  # noqa: S101  a visit has its end from the start
    if last_day > held.ended_on:
        raise PlacementRefused(_("Ngày này sau ngày kết thúc đã ghi. Muốn kéo dài thì ghi thêm một đợt mới."))
    if held.kind in AWAY:
        if last_day < today - timedelta(days=SAID_LATER_DAYS):
            raise PlacementRefused(_("Chỉ ghi lùi được %(days)d ngày. Chọn ngày gần hơn.") % {"days": SAID_LATER_DAYS})
    elif last_day < today:
        raise PlacementRefused(_("Hôm nay vẫn uống ở nơi kia. Sớm nhất là hết hôm nay."))


def _rows_from(patient_id: UUID, day: date) -> list[Placement]:
    """The places of a patient on the day and after it, in order."""
    rows = Placement.objects.filter(not_over_by(day), covers_some_day(), patient_id=patient_id)
    return list(rows.order_by("starts_on", "pk"))


def _is(row: Placement, visit: Visit) -> bool:
    return (row.kind, row.starts_on, row.ended_on, row.place) == (
        visit.kind, visit.from_day, visit.until, visit.place.strip(),
    ) and visit.facility_id in (None, row.facility_id)  # fmt: skip


def _end(placement: Placement, *, last_day: date, by: Access) -> None:
    Placement.objects.filter(pk=placement.pk).update(ended_on=last_day, ended_by_id=by.actor_id)


def _insert(row: _Row, *, by: Access, now: datetime) -> Placement:
    if not dosing_facilities().filter(pk=row.facility_id).exists():
        raise PlacementRefused(_("Chọn cơ sở trong danh sách."))
    made = Placement(
        patient_id=row.patient_id,
        facility_id=row.facility_id,
        kind=row.kind,
        starts_on=row.starts_on,
        planned_end=row.planned_end,
        place=row.place,
        words=row.words,
        recorded_at=now,
        recorded_by_id=by.actor_id,
        ended_on=row.ended_on,
        ended_by_id=by.actor_id if row.ended_on else None,
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        if violated(error) != "patients_placement_one_a_day":
            raise
        raise PlacementRefused(
            _("Từ ngày đó người bệnh đã có nơi uống thuốc; mỗi ngày chỉ một nơi. Chọn ngày khác.")
        ) from error
    return made


def _audit(action: str, made: Placement, *, by: Access, now: datetime, **detail: int) -> None:
    audit.record(
        action=action,
        by=by,
        now=now,
        subject_kind="placement",
        subject_id=made.pk,
        patient_id=made.patient_id,
        facility_id=made.facility_id,
        starts_on=made.starts_on.isoformat(),
        **detail,
    )
