"""Requests for ampoules: raised by whatever act or night shows that a site runs low, answered by the main clinic.

One open request for each site, held by the database. Every look is under the facility's chain head, so that a use and
the nightly job cannot pass each other; the same look again changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import SYSTEM, Access, Permission
from core.clock import local_day
from facilities.models import Facility, FacilityKind
from facilities.services import settings
from followup.queries.rungs import people_by_rung
from followup.rules.escalation import Rung
from followup.rules.owners import Nearness
from followup.services import notices, tasks
from followup.services.notices import Telling
from followup.services.tasks import NewTask
from inventory.models import Caseload, Consignment, RestockRequest
from inventory.queries import naloxone
from inventory.queries.keepers import store_keepers
from inventory.rules.settings_shelf import ShelfSettings
from inventory.rules.shelf import Need, Refused, may_ask_again, worse
from inventory.rules.shelf_codes import Lack, RequestEnd
from inventory.rules.violations import Code, Level, Violation
from inventory.services import ledger
from inventory.services.acts import StockRefused

TASK: Final = "restock_shelf"
SUBJECT: Final = "restock"
REFUSED_NOTICE: Final = "restock_refused"


@dataclass(frozen=True)
class Answer:
    """What the main clinic says of a request. Sent, with the consignment it goes in where there is one; or not, why."""

    request_id: UUID
    sent: bool
    consignment_id: UUID | None = None
    reason: str = ""


def restock(*, now: datetime) -> int:
    """Look at every site that has gone live, each in its own transaction; answers how many have a request open.

    Killed in the middle it has done the first sites whole; run again, or twice, it changes nothing more.
    """
    live = Facility.objects.filter(kind=str(FacilityKind.SATELLITE), went_live_on__isnull=False)
    return sum(
        look(facility_id=facility_id, by=SYSTEM, now=now) is not None
        for facility_id in live.order_by("pk").values_list("pk", flat=True)
    )


def look(*, facility_id: int, by: Access, now: datetime) -> RestockRequest | None:
    """Raise, keep or end the site's request as its book asks for it now; answers the open one.

    Inside the caller's transaction where there is one. Only a satellite asks: a main clinic fills its own shelf.
    """
    place = Facility.objects.get(pk=facility_id)
    if place.kind != FacilityKind.SATELLITE:
        return None
    with transaction.atomic():
        ledger.lock(facility_id=facility_id)
        stands = _need(place, now)
        held = RestockRequest.objects.select_for_update().filter(facility_id=facility_id, ended_at__isnull=True).first()
        if stands.lack is None:
            if held is not None:
                _end(held, RequestEnd.RECEIVED, by=by, now=now)
            return None
        held = held or _raise(place, stands, stands.lack, by=by, now=now)
        if held is not None:
            _ask(held, stands, stands.lack, by=by, now=now)
        return held


def answer(*, command: Answer, by: Access, now: datetime) -> RestockRequest:
    """Say that it was sent, or why not. Raises PermissionDenied for who does not supply the site, StockRefused where
    somebody has answered otherwise or a refusal has no words, RestockRequest.DoesNotExist.
    """
    seen = RestockRequest.objects.get(pk=command.request_id)
    if not by.may_at(Permission.APPROVE_REQUEST, seen.facility_id):
        raise PermissionDenied
    with transaction.atomic():
        held = RestockRequest.objects.select_for_update().get(pk=seen.pk)
        if command.sent:
            return _sent(held, _travelling(command.consignment_id, held), by=by, now=now)
        return _refuse(held, command.reason.strip(), by=by, now=now)


def sent_with(*, consignment: Consignment, by: Access, now: datetime) -> None:
    """A consignment has left: where it carries ampoules to a site that asked, that is the answer."""
    if not ampoule_lines(consignment.pk):
        return
    held = (
        RestockRequest.objects.select_for_update()
        .filter(facility_id=consignment.to_facility_id, ended_at__isnull=True, sent_at__isnull=True)
        .first()
    )
    if held is not None:
        _sent(held, consignment, by=by, now=now)


def ampoule_lines(consignment_id: UUID) -> bool:
    """Whether a consignment carries naloxone."""
    lines = Consignment.objects.filter(pk=consignment_id, lines__item__code__startswith="naloxone")
    return lines.exists()


def _need(place: Facility, now: datetime) -> Need:
    held = naloxone.held_lots([place.pk]).get(place.pk, ())
    patients = Caseload.objects.filter(facility=place).values_list("patients", flat=True).first()
    today = now.astimezone(ZoneInfo(place.zone)).date()
    return naloxone.need_of(place.pk, held, patients=patients, today=today, at=now)


def _raise(place: Facility, stands: Need, lack: Lack, *, by: Access, now: datetime) -> RestockRequest | None:
    rules = settings.for_facility(ShelfSettings, facility_id=place.pk, at=now)
    item = naloxone.item()
    if item is None or not may_ask_again(_last_refused(place.pk), usable=stands.usable, now=now, settings=rules):
        return None
    made = RestockRequest.objects.create(
        facility=place,
        item=item,
        amount=stands.amount,
        usable=stands.usable,
        minimum=stands.minimum,
        why=lack,
        raised_at=now,
        raised_by_id=by.person_id,
        due_at=now + timedelta(days=rules.restock_due_days),
    )
    _audit("restock.asked", made, by, now, amount=made.amount, usable=made.usable, why=str(lack))
    return made


def _last_refused(facility_id: int) -> Refused | None:
    last = RestockRequest.objects.filter(facility_id=facility_id).order_by("-raised_at", "-pk").first()
    if last is None or last.ended_how != RequestEnd.REFUSED or last.ended_at is None:
        return None
    return Refused(last.ended_at, last.usable)


def _ask(held: RestockRequest, stands: Need, lack: Lack, *, by: Access, now: datetime) -> None:
    """The task of who keeps the main clinic's store; what was said to be sent and has not come is asked again."""
    due_at = held.due_at
    if held.sent_at is not None:
        due_at = held.sent_at + (held.due_at - held.raised_at)
        if now < due_at:
            return
    wanted = NewTask(
        kind=TASK,
        facility_id=held.facility_id,
        subject_kind=SUBJECT,
        subject_id=held.pk,
        due_at=due_at,
        data={"usable": stands.usable, "amount": held.amount, "sent": held.sent_at is not None},
        first=Nearness.CLINIC_HEAD,
        owner_id=next(iter(store_keepers(held.facility_id, day=local_day(now, by.zone))), None),
        worse=worse(lack),
    )
    tasks.open_tasks([wanted], by=by, now=now)


def _travelling(consignment_id: UUID | None, held: RestockRequest) -> Consignment | None:
    """The consignment that it goes in, where one was named."""
    if consignment_id is None:
        return None
    found = Consignment.objects.filter(pk=consignment_id, to_facility_id=held.facility_id).first()
    if found is None:
        words = _("Chuyến này không đi đến cơ sở đã xin.")
        raise StockRefused((Violation(Code.NO_ROUTE, Level.STOP, words, field="consignment"),))
    return found


def _sent(held: RestockRequest, consignment: Consignment | None, *, by: Access, now: datetime) -> RestockRequest:
    same = held.consignment_id == (consignment.pk if consignment else None) and held.sent_by_id == by.person_id
    if held.ended_at is not None or (held.sent_at is not None and not same):
        raise _answered()
    if held.sent_at is None:
        held.sent_at, held.sent_by_id, held.consignment = now, by.actor_id, consignment
        held.save(update_fields=["sent_at", "sent_by", "consignment"])
        _audit("restock.sent", held, by, now, consignment=str(consignment.pk) if consignment else "")
        _close_task(held, "sent", by=by, now=now)
    return held


def _refuse(held: RestockRequest, reason: str, *, by: Access, now: datetime) -> RestockRequest:
    if not reason:
        words = _("Ghi vì sao chưa bổ sung được, để trạm biết mà tìm cách khác.")
        raise StockRefused((Violation(Code.WORDS_FOR_REFUSAL, Level.ASK, words, field="reason"),))
    if held.ended_at is not None:
        if (held.ended_how, held.reason, held.ended_by_id) == (RequestEnd.REFUSED, reason, by.person_id):
            return held
        raise _answered()
    held.reason = reason
    _end(held, RequestEnd.REFUSED, by=by, now=now)
    heads: Sequence[int] = (
        people_by_rung([held.facility_id], day=local_day(now, by.zone))
        .get(held.facility_id, {})
        .get(Rung.SITE_HEAD, [])
    )
    notices.tell(
        (
            Telling(
                person_id=person, kind=REFUSED_NOTICE, key=f"restock:{held.pk}:refused", subject_kind=SUBJECT,
                subject_id=held.pk, facility_id=held.facility_id, data={"amount": held.amount},
            )
            for person in heads
        ),
        now=now,
    )  # fmt: skip
    return held


def _end(held: RestockRequest, how: RequestEnd, *, by: Access, now: datetime) -> None:
    held.ended_at, held.ended_by_id, held.ended_how = now, by.person_id, str(how)
    held.save(update_fields=["ended_at", "ended_by", "ended_how", "reason"])
    _audit(f"restock.{how}", held, by, now)
    _close_task(held, str(how), by=by, now=now)


def _close_task(held: RestockRequest, outcome: str, *, by: Access, now: datetime) -> None:
    tasks.close(kind=TASK, subject_kind=SUBJECT, subject_ids=[held.pk], outcome=outcome, by=by, now=now)


def _answered() -> StockRefused:
    words = _("Yêu cầu này đã được trả lời trước đó.")
    return StockRefused((Violation(Code.ALREADY_ANSWERED, Level.STOP, words, _("Tải lại trang để xem.")),))


def _audit(action: str, held: RestockRequest, by: Access, now: datetime, **said: Any) -> None:
    audit.record(
        action=action, by=by, now=now, subject_kind=SUBJECT, subject_id=held.pk, facility_id=held.facility_id, **said
    )
