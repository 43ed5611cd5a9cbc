"""The site's part of a request: drafted from the system's proposal, changed, sent, signed by the head, withdrawn."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from core.access import Access
from core.clock import local_day
from facilities.models import Supervision
from facilities.services import settings
from inventory.models import DemandFigure, Request, RequestEvent
from inventory.rules.request_table import State, Step
from inventory.rules.requests import Figures, month_of, propose
from inventory.rules.settings_requests import RequestSettings
from inventory.rules.violations import Code
from inventory.services import request_steps as steps
from inventory.services import request_tasks
from inventory.services.request_steps import Line, Receipt, RequestStep

MOST: int = 9999  # of one line: more is a slip of the finger


@dataclass(frozen=True)
class Asked:
    """How many of one item and bottle size the site asks for; `proposed` by the system."""

    item_id: int
    size_ul: int | None
    asked: int
    proposed: int = 0


@dataclass(frozen=True)
class Draft:
    """A request to be, or its next version. `figures`: of each item in bottles what the proposal is made of; `system`:
    what the system had offered, kept beside it.
    """

    id: UUID
    period: date
    monthly: bool
    figures: Mapping[int, Figures]
    system: Mapping[int, Figures]
    asked: Sequence[Asked]
    note: str = ""

    @property
    def stated(self) -> dict[str, Any]:
        return {
            "period": self.period,
            "monthly": self.monthly,
            "figures": {str(item): asdict(each) for item, each in sorted(self.figures.items())},
            "asked": sorted([each.item_id, each.size_ul or 0, each.asked] for each in self.asked),
        }

    @property
    def found(self) -> dict[str, Any]:
        """What the system had offered at that moment, beside what was stated."""
        return {"system": {str(item): asdict(each) for item, each in sorted(self.system.items())}}


def draft(*, command: Draft, by: Access, now: datetime) -> Receipt:
    """Open a request of this site for a month; `command.id` is the request's and its first event's.

    Raises PermissionDenied, and StockRefused where the month has its request already or nobody supplies the site.
    """
    at = RequestStep(command.id, command.id, Step.DRAFT, by, now, command.stated, command.note.strip())
    steps.authorise(Step.DRAFT, by)
    with steps.stepping(at):
        earlier = steps.known(at)
        if earlier is not None:
            return earlier
        today = local_day(now, by.zone)
        _check(command)
        steps.lock_words(f"requests of {at.facility_id}")
        _first_of_its_month(command, at.facility_id, today)
        Request.objects.create(
            id=command.id,
            facility_id=at.facility_id,
            main_clinic_id=_clinic_of(at.facility_id, today),
            year=today.year,
            number=_next_number(at.facility_id, today.year),
            period=command.period,
            monthly=command.monthly,
            opened_at=now,
            opened_by_id=by.actor_id,
        )
        held = steps.hold(at)
        _remember(command, at.facility_id)
        return steps.write(held, state=State.DRAFT, lines=_lines(command, at), found=command.found)


def revise(*, request_id: UUID, command: Draft, by: Access, now: datetime) -> Receipt:
    """Another version of a draft, or of what the clinic returned; the old one stays. `command.id`: the event's."""
    at = RequestStep(command.id, request_id, Step.REVISE, by, now, command.stated, command.note.strip())
    steps.authorise(Step.REVISE, by)
    with steps.stepping(at):
        earlier = steps.known(at)
        if earlier is not None:
            return earlier
        held = steps.hold(at)
        _check(command)
        _remember(command, held.request.facility_id)
        return steps.write(held, state=State.DRAFT, lines=_lines(command, at), found=command.found)


def send(*, request_id: UUID, event_id: UUID, version: UUID, own_pin: str, by: Access, now: datetime) -> Receipt:
    """Sign what stands in the last version, `version`, and send it to the main clinic.

    Raises OwnPinRefused, and StockRefused where somebody has changed it since it was looked at.
    """
    at = RequestStep(event_id, request_id, Step.SEND, by, now, {"version": str(version)})
    steps.authorise(Step.SEND, by)
    own = steps.prove_own(at, own_pin)
    with steps.stepping(at):
        earlier = steps.known(at)
        if earlier is not None:
            return earlier
        held = steps.hold(at)
        seen = last_version(held.request)
        if seen.pk != version:
            words = _("%(who)s đã sửa dự trù này.") % {"who": seen.actor_label}
            raise steps.refuse(Code.CHANGED_MEANWHILE, words, _("Xem lại rồi gửi."))
        done = steps.write(held, state=State.SENT, lines=steps.lines_of(seen), own=own)
        request_tasks.sent(held.request, by=by, now=now)
        return done


def endorse(*, request_id: UUID, event_id: UUID, own_pin: str, by: Access, now: datetime) -> Receipt:
    """The head of the site signs what was sent. Nothing waits for it."""
    at = RequestStep(event_id, request_id, Step.ENDORSE, by, now, {})
    steps.authorise(Step.ENDORSE, by)
    own = steps.prove_own(at, own_pin)
    with steps.stepping(at):
        earlier = steps.known(at)
        if earlier is not None:
            return earlier
        held = steps.hold(at)
        return steps.write(held, state=State.SENT, own=own)


def withdraw(*, request_id: UUID, event_id: UUID, words: str, by: Access, now: datetime) -> Receipt:
    """Take a request back before it is approved, and say why."""
    at = RequestStep(event_id, request_id, Step.WITHDRAW, by, now, {}, words.strip())
    steps.authorise(Step.WITHDRAW, by)
    with steps.stepping(at):
        earlier = steps.known(at)
        if earlier is not None:
            return earlier
        held = steps.hold(at)
        if not at.words:
            raise steps.refuse(Code.NOTE_NEEDED, _("Ghi vì sao rút dự trù này."), field="words")
        request_tasks.withdrawn(held.request, by=by, now=now)
        return steps.write(held, state=State.CANCELLED)


def last_version(request: Request) -> RequestEvent:
    """The last event that states what the site asks for."""
    stating = [str(step) for step in (Step.DRAFT, Step.REVISE, Step.SEND)]
    return RequestEvent.objects.filter(request=request, step__in=stating).order_by("-position")[0]


def _check(command: Draft) -> None:
    if command.period != month_of(command.period):
        raise steps.refuse(Code.NOTHING_PACKED, _("Chọn tháng cần thuốc."), field="period")
    if not any(each.asked for each in command.asked):
        raise steps.refuse(Code.NOTHING_PACKED, _("Chưa dự trù thuốc nào."), _("Ghi ít nhất một dòng."))
    if any(not 0 <= each.asked <= MOST for each in command.asked):
        raise steps.refuse(Code.NOTHING_PACKED, _("Số lượng không hợp lý."), _("Xem lại từng dòng."))


def _first_of_its_month(command: Draft, facility_id: int, today: date) -> None:
    if command.period < month_of(today):
        raise steps.refuse(Code.NOTHING_PACKED, _("Tháng này đã qua."), _("Chọn tháng khác."), field="period")
    if not command.monthly:
        return
    standing = Request.objects.filter(
        facility_id=facility_id, period=command.period, monthly=True, cancelled_at__isnull=True
    ).first()
    if standing is not None:
        words = _("Tháng này đã có dự trù số %(number)d.") % {"number": standing.number}
        raise steps.refuse(Code.NOT_NOW, words, _("Mở dự trù đó, hoặc lập dự trù bổ sung."), field="period")


def _clinic_of(facility_id: int, today: date) -> int:
    current = Q(starts_on__lte=today) & (Q(ended_on__isnull=True) | Q(ended_on__gte=today))
    found = Supervision.objects.filter(current, satellite_id=facility_id).values_list("main_clinic_id", flat=True)
    if not found:
        raise PermissionDenied
    return int(found[0])


def _next_number(facility_id: int, year: int) -> int:
    """Under the lock of the site's requests: no two draw the same, and none is left out."""
    highest = Request.objects.filter(facility_id=facility_id, year=year).aggregate(top=Max("number"))["top"]
    return (highest or 0) + 1


def _remember(command: Draft, facility_id: int) -> None:
    """What the site said of new patients is offered again next time."""
    for item_id, figures in sorted(command.figures.items()):
        rows = DemandFigure.objects.filter(facility_id=facility_id, item_id=item_id)
        rows.update(expected_new=figures.new_patients)


def _lines(command: Draft, at: RequestStep) -> list[Line]:
    """What was asked beside what the figures as stated come to, by the same rule as on the page."""
    rules = settings.for_facility(RequestSettings, facility_id=at.facility_id, at=at.now)
    sizes = [size * 1000 for size in rules.bottle_sizes_ml]
    proposed: dict[tuple[int, int | None], int] = {
        (item_id, found.size_ul): found.bottles
        for item_id, figures in command.figures.items()
        for found in [propose(figures, sizes_ul=sizes, largest_bottle_days=rules.largest_bottle_days)]
    }
    ordered = sorted(command.asked, key=lambda each: (each.item_id, -(each.size_ul or 0)))
    lines = [
        Line(each.item_id, each.size_ul, proposed.get((each.item_id, each.size_ul), each.proposed), each.asked)
        for each in ordered
    ]
    return [line for line in lines if line.proposed or line.asked]
