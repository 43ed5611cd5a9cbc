"""The physician is away: a word over the phone carries the patient on, and is signed some days later."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from demo.day import SiteDay
from demo.refusals import left_out
from demo.sites import Site
from dispensing.models import Delegation
from dispensing.queries.named_orders import unsigned_orders
from dispensing.rules.named_orders import OrderKind
from dispensing.services import delegations, named_orders, phone_orders
from dispensing.services.delegations import NewDelegation
from dispensing.services.named_orders import OrderRefused
from dispensing.services.phone_orders import TakeDown, Told

DAYS: Final = 3
SIGNED_AFTER: Final = 3  # days; until then everybody sees that it is not signed
WORDS: Final = "Cho uống tiếp đúng liều cũ, tôi xuống sẽ khám và ký."
DELEGATED_DAYS: Final = 14


def call(today: SiteDay, patient_id: UUID, at: datetime) -> bool:
    """Ask the physician over the phone to let the last order go on; False where the rules do not allow it."""
    site, number = today.site, today.members[patient_id].number
    physician, scribe = site.team.physician, site.dispenser(today.day, 0)
    told = Told(
        id=site.id(at, "phone order", today.day, number), patient_id=patient_id, ordered_by_id=physician.person_id,
        told_at=at - timedelta(minutes=1), words=WORDS, read_back=True,
    )  # fmt: skip
    try:
        phone_orders.take_down(command=TakeDown(told, OrderKind.BRIDGING, days=DAYS), by=scribe.access, now=at)
    except OrderRefused:
        return False
    today.load([patient_id], at)
    return True


def sign_what_waits(site: Site, moments: Iterator[datetime]) -> None:
    """The physician is back and signs what was done in their name, but for the last days'."""
    physician, now = site.team.physician, next(moments)
    for line in unsigned_orders([site.facility_id], now):
        if line.days < SIGNED_AFTER or line.physician_id != physician.person_id:
            continue
        with left_out("countersign"):
            named_orders.countersign(
                order_id=line.id, by=physician.access, pin=physician.post.pin, shown_digest=line.digest,
                now=next(moments),
            )  # fmt: skip


def delegate(site: Site, day: date, moments: Iterator[datetime]) -> None:
    """Where the site has an assistant physician, its physician lets them act for the days to come."""
    assistant, physician = site.team.assistant, site.team.physician
    if assistant is None or assistant.person_id == physician.person_id:
        return
    held = Delegation.objects.filter(facility_id=site.facility_id, ended_at__isnull=True, ends_on__gt=day)
    if held.exists():
        return
    at = next(moments)
    command = NewDelegation(
        id=site.id(at, "delegation", day), facility_id=site.facility_id, assistant_id=assistant.person_id,
        starts_on=day, ends_on=day + timedelta(days=DELEGATED_DAYS - 1),
    )  # fmt: skip
    with left_out("delegation"):
        delegations.delegate(command=command, by=physician.access, pin=physician.post.pin, now=at)
