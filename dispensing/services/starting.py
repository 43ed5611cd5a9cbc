"""The start of a site: the people whom another book knows enter this one, all of them or nobody (domain 12.5).

`check` only asks. `save` asks again under the facility's lock and writes through the services that any form uses, in
one transaction. A row that was written before is left alone; one that says something else now refuses the file.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from core import audit
from core.access import Access, Permission, Role
from core.clock import local_day
from core.constraints import violated
from core.digests import canonical, sha256_of
from core.ids import new_id
from dispensing.models import StartRecord
from dispensing.queries import starting as queries
from dispensing.queries.starting import Here, Known, Standing
from dispensing.rules.elsewhere_codes import PlaceKind
from dispensing.rules.measuring import granule_mg
from dispensing.rules.reviews import ReviewWhy
from dispensing.rules.start_book import StartBook
from dispensing.rules.start_form import Field
from dispensing.rules.start_morning import first_morning, order_faults
from dispensing.rules.start_rows import Fault, StartRow, check_new, read_row
from dispensing.rules.violations import Violation
from dispensing.services import elsewhere, prescription_batches, reviews
from dispensing.services.elsewhere import NewElsewhere
from dispensing.services.prescription_batches import PastPrescription
from facilities.models import Facility, FacilityKind
from followup.services import notices
from followup.services.notices import Telling
from patients.models import Patient, Sex
from patients.rules.alerts import AlertKind, AlertSource
from patients.rules.person import Phone, Whose
from patients.services import alerts, register
from patients.services.alerts import NewAlert
from patients.services.register import NewPatient
from staff.models import Person

NEEDED: Final = (Permission.REGISTER_PATIENT, Permission.RECORD_ELSEWHERE, Permission.RECORD_ALERT)
SUBJECT: Final = "facility"
COPIED: Final = "orders_copied"
ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Planned:
    """One row as it would be written. `morning`: what the board will stop or ask on the first day."""

    row: StartRow
    key: str
    digest: str
    morning: tuple[Violation, ...]


@dataclass(frozen=True)
class Plan:
    """All that a file asks for. `standing`: rows that were written before, with the code. `early`: it is too soon to
    save, because what is declared speaks of the evening before the first day.
    """

    facility: Facility
    fresh: tuple[Planned, ...]
    standing: tuple[tuple[int, str], ...]
    faults: tuple[Fault, ...]
    early: date | None
    signers: Mapping[str, Access]

    @property
    def good(self) -> bool:
        return not self.faults


@dataclass(frozen=True)
class Saved:
    """The code of each row, those written before among them."""

    plan: Plan
    codes: Mapping[int, str]


class StartRefused(Exception):
    """Nothing was written; `plan` has the faults, or `sentence` says why."""

    def __init__(self, plan: Plan | None = None, sentence: str = "") -> None:
        self.plan, self.sentence = plan, sentence
        super().__init__(sentence or [(fault.row, str(fault.field)) for fault in plan.faults] if plan else sentence)


def check(*, book: StartBook, facility_id: int, by: Access, now: datetime) -> Plan:
    """What the file would make, and every fault of every row. Writes nothing. Raises PermissionDenied."""
    facility = Facility.objects.get(pk=facility_id)
    if facility.kind not in (FacilityKind.SATELLITE, FacilityKind.MAIN_CLINIC):
        raise PermissionDenied
    if not all(by.may_at(permission, facility_id) for permission in NEEDED):
        raise PermissionDenied
    today = local_day(now, facility.zone)
    read = [read_row(number, cells, place=facility.name) for number, cells in book.rows]
    faults = [fault for _row, found in read for fault in found]
    rows = [row for row, _found in read if row is not None]
    keys = {row.number: _key(row, facility_id) for row in rows}
    known = queries.known(rows, keys.values(), facility_id=facility_id, now=now)
    here = queries.here(facility, today=today, now=now)
    faults += _twice(rows)
    fresh, standing = [], []
    for row in rows:
        before, digest = _before(row, keys[row.number], known), _digest(row)
        if before is None:
            found = [*check_new(row, today=today), *_meets(row, known), *_order_faults(row, facility, known, here, now)]
            faults += found
            fresh.append(Planned(row, keys[row.number], digest, _morning(row, here)))
        elif (before.digest, before.facility_id) == (digest, facility_id):
            standing.append((row.number, before.code))
        else:
            words = _(
                "Dòng này đã nhập trước đây (mã số %(code)s) với nội dung khác. Sửa người đã nhập ở trang người bệnh; "
                "trong tệp, trả dòng này về như lần trước hoặc bỏ đi."
            )
            faults.append(Fault(row.number, None, words % {"code": before.code}))
    first_day = max((planned.row.first_day for planned in fresh), default=today)
    return Plan(
        facility=facility,
        fresh=tuple(fresh),
        standing=tuple(standing),
        faults=tuple(sorted(faults, key=_place)),
        early=first_day - ONE_DAY if first_day > today + ONE_DAY else None,
        signers=known.signers,
    )


def save(*, book: StartBook, facility_id: int, by: Access, now: datetime) -> Saved:
    """Write every row that is not there yet, in one transaction. The same file again writes nothing.

    Raises PermissionDenied, and StartRefused where anything is wrong with any row.
    """
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:  # a file that is sent twice at once is one
                cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"start of {facility_id}"])
            plan = check(book=book, facility_id=facility_id, by=by, now=now)
            if not plan.good:
                raise StartRefused(plan)
            if plan.early is not None:
                words = _("Chưa tới lúc lưu: số liệu phải tính đến hết ngày trước ngày đầu. Lưu từ ngày %(day)s.")
                raise StartRefused(plan, words % {"day": f"{plan.early:%d/%m/%Y}"})
            patients = _write(plan, book, by, now) if plan.fresh else {}
    except IntegrityError as error:
        if violated(error) != "patients_patient_code_key":
            raise
        words = _("Một mã số trong tệp vừa được cấp cho người khác. Kiểm tra lại tệp.")
        raise StartRefused(sentence=words) from error
    codes = dict(plan.standing) | {number: patient.code for number, patient in patients.items()}
    return Saved(plan, codes)


def _write(plan: Plan, book: StartBook, by: Access, now: datetime) -> dict[int, Patient]:
    rows = [planned.row for planned in plan.fresh]
    made = register.register_many(new=[_patient(row, plan.facility.pk) for row in rows], by=by, now=now)
    patients = {row.number: patient for row, patient in zip(rows, made, strict=True)}
    of = {number: patient.pk for number, patient in patients.items()}
    confirmed_by = Person.objects.values_list("full_name", flat=True).get(pk=by.actor_id)
    elsewhere.record_many(
        commands=[dose for row in rows for dose in _doses(row, of[row.number], plan.facility, book, confirmed_by)],
        patients={patient.pk: patient for patient in made}, place=plan.facility, by=by, now=now,
    )  # fmt: skip
    _sign(plan, of, by, now)
    today = local_day(now, plan.facility.zone)
    alerts.record_many(new=[each for row in rows for each in _alerts(row, of[row.number], today)], by=by, now=now)
    StartRecord.objects.bulk_create(_record(each, of[each.row.number], plan.facility, by, now) for each in plan.fresh)
    reviews.due(sorted(of.values()), why=ReviewWhy.PLACEMENT, now=now)
    audit.record(
        action="patients.started", by=by, now=now, subject_kind=SUBJECT, subject_id=plan.facility.pk,
        facility_id=plan.facility.pk, file=book.digest, patients=len(rows),
    )  # fmt: skip
    return patients


def _patient(row: StartRow, facility_id: int) -> NewPatient:
    return NewPatient(
        full_name=row.full_name,
        sex=Sex(row.sex),
        birth_year=row.birth_year,
        treatment_started_on=row.treated_since,
        facility_id=facility_id,
        starts_on=row.first_day,
        language=row.language,
        consent_language=(row.language or _("tiếng Việt")) if row.agreed else "",
        known_from=row.known_from,
        code=row.code,
        phones=(Phone(row.phone, Whose(row.phone_of)),) if row.phone else (),
    )


def _doses(
    row: StartRow, patient_id: UUID, place: Facility, book: StartBook, confirmed_by: str
) -> Iterable[NewElsewhere]:
    """The last dose, and a vial for each day that the patient took home; the file is the paper that they rest on."""
    shared: dict[str, Any] = {
        "patient_id": patient_id, "confirmed_by": confirmed_by, "place": _("Sổ trước khi dùng Trạm, %(place)s"),
        "slip_number": _("tệp bắt đầu %(file)s") % {"file": book.digest[:12]},
    }  # fmt: skip
    shared["place"] = (shared["place"] % {"place": place.name})[:120]
    if row.last is not None:
        day, mg = row.last
        yield NewElsewhere(id=new_id(), day=day, mg=mg, place_kind=PlaceKind.CLINIC, **shared)
    if row.take_home_until is not None and row.order is not None:
        yield NewElsewhere(
            id=new_id(), day=row.first_day, until=row.take_home_until, mg=row.order.dose_mg,
            place_kind=PlaceKind.TAKE_HOME, **shared,
        )  # fmt: skip


def _sign(plan: Plan, of: Mapping[int, UUID], by: Access, now: datetime) -> None:
    """The orders on paper, each in the name of who signed it, who is told; the trail says who copied them."""
    place, zone = plan.facility, ZoneInfo(plan.facility.zone)
    by_signer: defaultdict[str, list[PastPrescription]] = defaultdict(list)
    for row in (planned.row for planned in plan.fresh):
        order = row.order
        if order is None:
            continue
        by_signer[order.physician].append(
            PastPrescription(
                id=new_id(), patient_id=of[row.number], facility_id=place.pk, phase=str(order.phase),
                slot_mg=order.parts, starts_on=order.starts_on, ends_on=order.ends_on,
                signed_at=datetime.combine(order.signed_on, time.min, tzinfo=zone),
                note=_("Chép từ đơn giấy đã ký."),
            )
        )  # fmt: skip
    for username, orders in sorted(by_signer.items()):
        prescription_batches.sign_many(prescriptions=orders, by=plan.signers[username], typed_by=by, now=now)
    batch = new_id()
    notices.tell(
        (
            Telling(
                person_id=plan.signers[username].actor_id, kind=COPIED, key=f"{COPIED}:{batch}", facility_id=place.pk,
                subject_kind=SUBJECT, subject_id=batch, data={"orders": len(orders), "facility": place.name},
            )
            for username, orders in by_signer.items()
            if plan.signers[username].actor_id != by.actor_id
        ),
        now=now,
    )  # fmt: skip


def _alerts(row: StartRow, patient_id: UUID, today: date) -> Iterable[NewAlert]:
    """Without a day it counts from today: a medicine is then watched as if it had just begun."""
    for kind, day in row.alerts:
        yield NewAlert(new_id(), patient_id, kind, day or today, AlertSource.PAPER)
    for medicine, name, day in row.medicines:
        yield NewAlert(
            new_id(), patient_id, AlertKind.MEDICINE, day or today, AlertSource.PAPER, medicine=medicine, name=name
        )


def _record(planned: Planned, patient_id: UUID, place: Facility, by: Access, now: datetime) -> StartRecord:
    row = planned.row
    return StartRecord(
        patient_id=patient_id, facility=place, first_day=row.first_day, missed_7=row.missed_7,
        missed_30=row.missed_30, changed_on=row.changed_on,
        dose_before_mg=row.before_mg if row.changed_on else None, row_key=planned.key, row_digest=planned.digest,
        recorded_at=now, recorded_by_id=by.actor_id,
    )  # fmt: skip


def _place(fault: Fault) -> tuple[int, int]:
    return fault.row, list(Field).index(fault.field) if fault.field else -1


def _before(row: StartRow, key: str, known: Known) -> Standing | None:
    return known.by_key.get(key) or (known.by_code.get(row.code) if row.code else None)


def _twice(rows: Sequence[StartRow]) -> list[Fault]:
    """Rows of one file that speak of one person, or of one code."""
    found, codes, people = [], dict[str, int](), dict[tuple[str, int, str, date], int]()
    for row in rows:
        first = people.setdefault(row.person, row.number)
        if first != row.number:
            found.append(
                Fault(row.number, Field.NAME, _("Người này đã có ở dòng %(row)d. Giữ lại một dòng.") % {"row": first})
            )
        first = codes.setdefault(row.code, row.number) if row.code else row.number
        if first != row.number:
            found.append(
                Fault(row.number, Field.CODE, _("Mã số này đã có ở dòng %(row)d. Xem lại thẻ.") % {"row": first})
            )
    return found


def _meets(row: StartRow, known: Known) -> list[Fault]:
    """Somebody of the register who has this code, or who looks like the same person."""
    if row.code and row.code in known.codes:
        return [Fault(row.number, Field.CODE, _("Mã số này đã có trong sổ đăng ký. Kiểm tra lại thẻ của người bệnh."))]
    if queries.likeness(row) not in known.alike:
        return []
    words = _(
        "Sổ đăng ký đã có người cùng chữ viết tắt, năm sinh, giới và ngày bắt đầu điều trị (%(whose)s). Nếu là một "
        "người: chuyển nơi uống, không nhập lại. Nếu là người khác: bỏ dòng này và ghi ở trang “Ghi người bệnh mới”."
    )
    code = known.alike[queries.likeness(row)]
    whose = _("mã số %(code)s") % {"code": code} if code else _("ở cơ sở khác")
    return [Fault(row.number, None, words % {"whose": whose})]


def _order_faults(row: StartRow, facility: Facility, known: Known, here: Here, now: datetime) -> Iterable[Fault]:
    if row.order is None:
        return ()
    signer = known.signers.get(row.order.physician)
    if signer is None or not queries.may_sign(signer, facility_id=facility.pk):
        words = _("Trong Trạm không có bác sĩ mang tên đăng nhập này được kê đơn cho cơ sở. Xem trang “Nhân sự”.")
        return (Fault(row.number, Field.PHYSICIAN, words),)
    roles = [str(role) for role in (Role.CLINIC_PHYSICIAN, Role.PHYSICIAN) if role in signer.roles]
    return order_faults(
        row, row.order, signer_role=roles[0] if roles else "", satellite=facility.kind == FacilityKind.SATELLITE,
        settings=here.settings, device=here.device, concentrations=here.concentrations, now=now,
    )  # fmt: skip


def _morning(row: StartRow, here: Here) -> tuple[Violation, ...]:
    step = granule_mg(here.concentrations[0], here.device) if here.concentrations and here.device else Decimal(1)
    return first_morning(row, settings=here.settings, granule_mg=step)


def _key(row: StartRow, facility_id: int) -> str:
    """Whose row it is: by the code they bring along, else by who they are. Nobody with the database alone can ask."""
    who: dict[str, Any] = {"code": row.code} if row.code else {"person": [*row.person[:3], row.treated_since]}
    return _keyed("start.key", {"facility": facility_id} | who)


def _digest(row: StartRow) -> str:
    return _keyed("start.row", row.stated)


def _keyed(salt: str, what: dict[str, Any]) -> str:
    return salted_hmac(salt, sha256_of(canonical(what)), algorithm="sha256").hexdigest()
