"""Who is to do what about requests by when: the site before the date, the store-keeper after; it closes itself."""

from datetime import date, datetime, time
from typing import Final
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from core.access import Access, Permission
from facilities.models import Facility
from facilities.services import settings
from followup.services import tasks
from followup.services.tasks import NewTask
from inventory.models import Request
from inventory.rules.requests import Cycle, cycle
from inventory.rules.settings_requests import RequestSettings
from staff.queries.people import with_permission

DUE: Final = "request_due"
ANSWER: Final = "request_answer"
DELIVER: Final = "request_deliver"
QUARTER: Final = "quarter_report"
SPACE: Final = UUID("0190b7a4-6d2e-7c31-9b5a-5f0c2f3a7d10")


def month_subject(facility_id: int, period: date) -> UUID:
    """What a task about a month is about before there is a request: the same id whoever asks."""
    return uuid5(SPACE, f"{facility_id}:{period:%Y-%m}")


def end_of(day: date, zone: str = "Asia/Ho_Chi_Minh") -> datetime:
    """The last minute of a day: by then it is done."""
    return datetime.combine(day, time(23, 59), tzinfo=ZoneInfo(zone))


def dates_of(request: Request, now: datetime) -> Cycle:
    rules = settings.for_facility(RequestSettings, facility_id=request.facility_id, at=now)
    return cycle(request.period, rules)


def sent(request: Request, *, by: Access, now: datetime) -> None:
    """The site has done its part; the clinic's store-keeper answers."""
    _close_due(request, "sent", by=by, now=now)
    _open(ANSWER, request, by=by, now=now)


def approved(request: Request, *, by: Access, now: datetime) -> None:
    _close(ANSWER, request, "answered", by=by, now=now)
    _open(DELIVER, request, by=by, now=now)


def returned(request: Request, *, by: Access, now: datetime) -> None:
    """The site is to send it again."""
    _close(ANSWER, request, "answered", by=by, now=now)
    dates = dates_of(request, now)
    about = _about(request)
    due(request.facility_id, dates, owner_id=request.opened_by_id, about=about, by=by, now=now)


def withdrawn(request: Request, *, by: Access, now: datetime) -> None:
    """Nobody waits for it any more; a month still waits for its request."""
    _close(ANSWER, request, "withdrawn", by=by, now=now)
    if not request.monthly:
        _close_due(request, "withdrawn", by=by, now=now)


def ended(request: Request, outcome: str, *, by: Access, now: datetime) -> None:
    _close(DELIVER, request, outcome, by=by, now=now)


def _about(request: Request) -> tuple[str, UUID]:
    """What the site's task of sending it is about: its month, or for one between months the request itself."""
    if request.monthly:
        return "request_month", month_subject(request.facility_id, request.period)
    return "request", request.pk


def due(
    facility_id: int, dates: Cycle, *, owner_id: int | None, by: Access, now: datetime,
    about: tuple[str, UUID] | None = None,
) -> None:  # fmt: skip
    """The site is to send the month's request by its date, or the one that `about` names."""
    subject_kind, subject_id = about or ("request_month", month_subject(facility_id, dates.period))
    data = {"month": f"{dates.period:%m/%Y}", "day": f"{dates.send_by:%d/%m}"}
    task = NewTask(
        kind=DUE,
        facility_id=facility_id,
        subject_kind=subject_kind,
        subject_id=subject_id,
        due_at=max(end_of(dates.send_by), now),
        data=data,
        owner_id=owner_id,
    )
    tasks.open_tasks([task], by=by, now=now)


def preparer(facility_id: int, now: datetime) -> int | None:
    """Who sent the site's last request and still may, else the first who may."""
    may = list(
        with_permission(Permission.PREPARE_REQUEST, facility_id=facility_id, now=now).values_list("pk", flat=True)
    )
    before = (
        Request.objects.filter(facility_id=facility_id).order_by("-opened_at").values_list("opened_by_id", flat=True)
    )
    last = before.first()
    return last if last in may else next(iter(may), None)


def keeper(clinic_id: int, now: datetime) -> int | None:
    """The clinic's store-keeper: who approves requests and sends consignments; else whoever approves."""
    may, send = _who(Permission.APPROVE_REQUEST, clinic_id, now), _who(Permission.DISPATCH, clinic_id, now)
    return next((pk for pk in may if pk in send), next(iter(may), None))


def _who(permission: Permission, facility_id: int, now: datetime) -> list[int]:
    return list(with_permission(permission, facility_id=facility_id, now=now).values_list("pk", flat=True))


def _open(kind: str, request: Request, *, by: Access, now: datetime) -> None:
    place = Facility.objects.get(pk=request.facility_id)
    task = NewTask(
        kind=kind,
        facility_id=request.main_clinic_id,
        subject_kind="request",
        subject_id=request.pk,
        due_at=max(end_of(dates_of(request, now).deliver_by), now),
        data={"number": request.number, "month": f"{request.period:%m/%Y}", "place": place.name},
        owner_id=keeper(request.main_clinic_id, now),
    )
    tasks.open_tasks([task], by=by, now=now)


def _close_due(request: Request, outcome: str, *, by: Access, now: datetime) -> None:
    subject_kind, subject_id = _about(request)
    tasks.close(kind=DUE, subject_kind=subject_kind, subject_ids=[subject_id], outcome=outcome, by=by, now=now)


def _close(kind: str, request: Request, outcome: str, *, by: Access, now: datetime) -> None:
    tasks.close(kind=kind, subject_kind="request", subject_ids=[request.pk], outcome=outcome, by=by, now=now)
