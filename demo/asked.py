"""What the demo's sites ask of their main clinics: each delivery answers a request; one waits now, one is late."""

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from core.access import Permission
from demo.clinics import Clinic
from demo.sites import Site
from dispensing.services import demand
from inventory.models import Item, Request
from inventory.queries import demand as needs
from inventory.rules.deliveries import DeliveredLine
from inventory.rules.requests import month_after, month_of
from inventory.services import approvals, requests
from inventory.services.approvals import Approval
from inventory.services.consignments import Preparation
from inventory.services.requests import Asked, Draft

SENT_BEFORE: Final = timedelta(days=3)
APPROVED_BEFORE: Final = timedelta(days=1)
APPROVED_AFTER: Final = timedelta(days=1)  # of being sent, where the clinic took its time
Wanted = dict[tuple[int, int], int]  # item and bottle size: how many
LATE_IN_MONTH: Final = 20  # from this day on a delivery is for the month to come


def prepare(
    site: Site, lines: tuple[DeliveredLine, ...], clinic: Clinic, command: Preparation, *, now: datetime
) -> UUID:
    """The consignment as the answer to a request that was sent and approved some days before; its id."""
    wanted: Wanted = {}
    for line in lines:
        key = (line.item_id, line.size_ul)
        wanted[key] = wanted.get(key, 0) + line.bottles
    early = now - SENT_BEFORE < site.moment(site.first_day, 4)  # before the site was anybody's: all in one day
    request = _ask(site, wanted, at=now - (timedelta(hours=3) if early else SENT_BEFORE))
    _approve(site, request, clinic, at=now - (timedelta(hours=1) if early else APPROVED_BEFORE))
    approvals.prepare(
        request_id=request.pk,
        event_id=site.id(now, "request prepared"),
        command=command,
        by=clinic.keeper.access,
        now=now,
    )
    return command.id


def today(site: Site, clinic: Clinic, *, now: datetime) -> None:
    """The second site's request waits for the clinic; the last one's was approved and never sent out."""
    keys = [each.key for each in site.province.sites]
    day = now.astimezone(site.zone).date()
    size = site.spec.bottle_ml * 1000
    if site.spec.key == keys[1 % len(keys)] and not _stands(site, month_after(day)):
        _ask(site, {(_methadone(), size): 3}, at=now - timedelta(hours=20), period=month_after(day))
    if site.spec.key == keys[-1] and not _stands(site, month_of(day)):
        sent_at = max(now - timedelta(days=day.day + 5), site.moment(site.first_day, 8))
        if now < sent_at + APPROVED_AFTER:
            return
        late = _ask(site, {(_methadone(), size): 2}, at=sent_at, period=month_of(day))
        _approve(site, late, clinic, at=sent_at + APPROVED_AFTER)


def _methadone() -> int:
    return Item.objects.get(code="methadone-oral").pk


def _ask(site: Site, wanted: Wanted, *, at: datetime, period: date | None = None) -> Request:
    """Drafted from the system's figures, sent, and signed by the head the same day."""
    day = at.astimezone(site.zone).date()
    month = period or (month_after(day) if day.day >= LATE_IN_MONTH else month_of(day))
    by, head = site.dispenser(day, 0), site.team.head
    demand.push(now=at)
    figures = {
        need.item_id: need.figures
        for need in needs.needs(facility_id=site.facility_id, now=at, zone=str(site.zone))
        if need.figures
    }
    command = Draft(
        id=site.id(at, "request"),
        period=month,
        monthly=period is not None or (day.day >= LATE_IN_MONTH and not _stands(site, month)),
        figures=figures,
        system=figures,
        asked=tuple(Asked(item, size, count) for (item, size), count in wanted.items()),
    )
    requests.draft(command=command, by=by.access, now=at)
    sent_at = at + timedelta(minutes=10)
    requests.send(
        request_id=command.id,
        event_id=site.id(sent_at, "request sent"),
        version=command.id,
        own_pin=by.post.pin,
        by=by.access,
        now=sent_at,
    )
    if head.access.may_at(Permission.ENDORSE_REQUEST, site.facility_id):
        requests.endorse(
            request_id=command.id,
            event_id=site.id(sent_at, "request endorsed"),
            own_pin=head.post.pin,
            by=head.access,
            now=sent_at + timedelta(hours=1),
        )
    return Request.objects.get(pk=command.id)


def _approve(site: Site, request: Request, clinic: Clinic, *, at: datetime) -> None:
    version = requests.last_version(request).pk
    command = Approval(
        id=site.id(at, "request approved"),
        request_id=request.pk,
        version=version,
        lines={},
        own_pin=clinic.keeper.post.pin,
    )
    approvals.approve(command=command, by=clinic.keeper.access, now=at)


def _stands(site: Site, period: date) -> bool:
    asked = Request.objects.filter(facility_id=site.facility_id, period=period, monthly=True, cancelled_at__isnull=True)
    return asked.exists()
