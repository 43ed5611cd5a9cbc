"""Requests as lists and pages show them: with their last version, their answer, and what is late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Prefetch, Q

from core.access import Access, Permission
from core.clock import local_day
from facilities.models import Supervision
from facilities.services import settings
from inventory.models import Request, RequestEvent, RequestLine
from inventory.rules.request_table import State, Step
from inventory.rules.requests import Cycle, cycle, is_late
from inventory.rules.settings_requests import RequestSettings
from inventory.rules.wording_requests import LATE_WORDS, STATE_TONES, STATE_WORDS, STEP_WORDS

PAGE: Final = 20
_ROWS: Final = """
SELECT r.id, r.number, r.year, r.period, r.monthly, r.facility_id, f.name, r.main_clinic_id, c.name, e.state, e.at,
       sent.at, sent.actor_label, prepared.consignment_id
  FROM inventory_request r
  JOIN facilities_facility f ON f.id = r.facility_id
  JOIN facilities_facility c ON c.id = r.main_clinic_id
  JOIN LATERAL (SELECT state, at FROM inventory_requestevent e WHERE e.request_id = r.id
                 ORDER BY position DESC LIMIT 1) e ON true
  LEFT JOIN LATERAL (SELECT at, actor_label FROM inventory_requestevent e WHERE e.request_id = r.id AND e.step = 'send'
                      ORDER BY position DESC LIMIT 1) sent ON true
  LEFT JOIN LATERAL (SELECT consignment_id FROM inventory_requestevent e
                      WHERE e.request_id = r.id AND e.step = 'prepare'
                      ORDER BY position DESC LIMIT 1) prepared ON true
"""

_COLUMNS: Final = (
    "id", "number", "year", "period", "monthly", "facility_id", "facility", "main_clinic_id", "main_clinic", "state",
    "since", "sent_at", "sent_by", "consignment_id",
)  # fmt: skip


@dataclass(frozen=True)
class RequestRow:
    """One request in a list. `late`: "send", "deliver" or nothing."""

    id: UUID
    number: int
    year: int
    period: date
    monthly: bool
    facility_id: int
    facility: str
    main_clinic_id: int
    main_clinic: str
    state: State
    since: datetime
    sent_at: datetime | None
    sent_by: str | None
    consignment_id: UUID | None
    dates: Cycle
    late: str

    @property
    def state_words(self) -> str:
        return str(STATE_WORDS[self.state])

    @property
    def tone(self) -> str:
        return STATE_TONES.get(self.state, "info") if not self.late else "stop"

    @property
    def late_words(self) -> str:
        return str(LATE_WORDS[self.late]) if self.late else ""


@dataclass(frozen=True)
class Version:
    """One step in the history, with the lines that it stated."""

    event: RequestEvent
    lines: tuple[RequestLine, ...]

    @property
    def words(self) -> str:
        return str(STEP_WORDS[Step(self.event.step)])


@dataclass(frozen=True)
class Life:
    """A request with everything that was said of it. `asked`: the site's last version; `answer`: the clinic's."""

    row: RequestRow
    versions: tuple[Version, ...]
    asked: Version
    answer: Version | None
    endorsed: RequestEvent | None

    @property
    def lines(self) -> tuple[RequestLine, ...]:
        """What counts now: what was approved, else what is asked."""
        return self.answer.lines if self.answer else self.asked.lines


def of_site(facility_id: int, *, page: int, now: datetime, zone: str) -> tuple[tuple[RequestRow, ...], bool]:
    """The site's own, newest first, and whether there are older ones. One statement."""
    where = (
        "WHERE r.facility_id = %(facility)s ORDER BY r.opened_at DESC, r.number DESC LIMIT %(limit)s OFFSET %(skip)s"
    )
    values = {"facility": facility_id, "limit": PAGE + 1, "skip": (page - 1) * PAGE}
    rows = _rows(where, values, now=now, zone=zone)
    return rows[:PAGE], len(rows) > PAGE


def of_clinic(clinic_id: int, *, period: date, now: datetime, zone: str) -> tuple[RequestRow, ...]:
    """What all satellites asked of this clinic for a month, withdrawn ones left out. One statement."""
    where = (
        "WHERE r.main_clinic_id = %(clinic)s AND r.period = %(period)s AND r.cancelled_at IS NULL"
        " ORDER BY f.name, r.number"
    )
    return _rows(where, {"clinic": clinic_id, "period": period}, now=now, zone=zone)


def waiting_at(clinic_id: int, *, now: datetime, zone: str) -> tuple[RequestRow, ...]:
    """What waits for this clinic, whatever its month: the oldest first. One statement."""
    states = [str(state) for state in (State.SENT, State.APPROVED, State.CHANGED)]
    where = "WHERE r.main_clinic_id = %(clinic)s AND r.ended_at IS NULL AND e.state = ANY(%(states)s) ORDER BY e.at"
    return _rows(where, {"clinic": clinic_id, "states": states}, now=now, zone=zone)


def get_row(request_id: UUID, *, now: datetime, zone: str) -> RequestRow:
    """One of them; raises Request.DoesNotExist."""
    found = _rows("WHERE r.id = %(id)s", {"id": request_id}, now=now, zone=zone)
    if not found:
        raise Request.DoesNotExist
    return found[0]


def may_look(access: Access, row: RequestRow) -> bool:
    """Whether this person sees the stock of the site or of the clinic."""
    return any(access.may_at(Permission.VIEW_STOCK, place) for place in (row.facility_id, row.main_clinic_id))


def life_of(row: RequestRow) -> Life:
    """Every step with its lines, the newest first. Two statements."""
    [life] = lives_of([row])
    return life


def lives_of(rows: Sequence[RequestRow]) -> list[Life]:
    """The same for many requests, in two statements."""
    lines = Prefetch("lines", RequestLine.objects.select_related("item").order_by("position"))
    events = (
        RequestEvent.objects.filter(request_id__in=[row.id for row in rows])
        .select_related("consignment")
        .prefetch_related(lines)
        .order_by("-position")
    )
    by_request: dict[UUID, list[Version]] = {row.id: [] for row in rows}
    for event in events:
        by_request[event.request_id].append(Version(event, tuple(event.lines.all())))
    return [_life(row, by_request[row.id]) for row in rows]


def _life(row: RequestRow, versions: list[Version]) -> Life:
    stating = (Step.DRAFT, Step.REVISE, Step.SEND)
    asked = next(each for each in versions if each.event.step in stating)
    later = [each for each in versions if each.event.position > asked.event.position]
    answer = next((each for each in later if each.event.step == Step.APPROVE), None)
    endorsed = next((each.event for each in later if each.event.step == Step.ENDORSE), None)
    return Life(row, tuple(versions), asked, answer, endorsed)


def satellites(clinic_id: int, *, today: date) -> list[tuple[int, str]]:
    """The sites that this clinic supplies today, by name. One statement."""
    current = Q(starts_on__lte=today) & (Q(ended_on__isnull=True) | Q(ended_on__gte=today))
    found = Supervision.objects.filter(current, main_clinic_id=clinic_id).order_by("satellite__name", "satellite_id")
    return list(found.values_list("satellite_id", "satellite__name"))


def dates_at(facility_id: int, period: date, now: datetime) -> Cycle:
    """The dates of a month at a site, by its own settings."""
    return cycle(period, settings.for_facility(RequestSettings, facility_id=facility_id, at=now))


def page_of(request_id: UUID) -> str:
    return f"/inventory/requests/{request_id}/"


def event_address(event_id: UUID) -> str:
    """The page of the request that this event belongs to."""
    found = RequestEvent.objects.filter(pk=event_id).values_list("request_id", flat=True).first()
    return page_of(found) if found else ""


def task_path(request_id: UUID, access: Access) -> str | None:
    """Where a task about a request is done."""
    found = Request.objects.filter(pk=request_id).first()
    if found is None or not any(
        access.may_at(Permission.VIEW_STOCK, place) for place in (found.facility_id, found.main_clinic_id)
    ):
        return None
    return page_of(request_id)


def month_path(_subject: UUID, access: Access) -> str | None:
    """Where a month's request is drafted."""
    return "/inventory/requests/" if access.may(Permission.PREPARE_REQUEST) else None


def report_path(_subject: UUID, access: Access) -> str | None:
    """Where the figures of a report stand."""
    return "/inventory/reports/use/" if access.may(Permission.VIEW_BOOK) else None


PATHS: Final = {
    "request_due": month_path,
    "request_answer": task_path,
    "request_deliver": task_path,
    "quarter_report": report_path,
}


def _rows(where: str, values: dict[str, Any], *, now: datetime, zone: str) -> tuple[RequestRow, ...]:
    with connection.cursor() as cursor:
        cursor.execute(f"{_ROWS} {where}", values)
        return tuple(_row(row, now, local_day(now, zone)) for row in cursor.fetchall())


def _row(row: Sequence[Any], now: datetime, today: date) -> RequestRow:
    named = dict(zip(_COLUMNS, row, strict=True)) | {"state": State(row[_COLUMNS.index("state")])}
    dates = dates_at(named["facility_id"], named["period"], now)
    late = is_late(named["state"], dates=dates, today=today) if named["monthly"] else ""
    return RequestRow(**named, dates=dates, late=late)
