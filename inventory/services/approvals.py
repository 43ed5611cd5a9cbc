"""The main clinic's part of a request: approved line by line, returned, given up, and made into a consignment."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from core.access import Access
from inventory.rules.request_table import State, Step
from inventory.rules.violations import Code, Level, Violation
from inventory.services import consignments, request_tasks
from inventory.services import request_steps as steps
from inventory.services.acts import StockRefused
from inventory.services.consignments import Preparation
from inventory.services.request_steps import Line, Receipt, RequestStep
from inventory.services.requests import MOST, last_version

Key = tuple[int, int | None]  # item, bottle size


@dataclass(frozen=True)
class Granted:
    """How many of a line are approved, and why it is another number than was asked."""

    approved: int
    reason: str = ""


@dataclass(frozen=True)
class Approval:
    """The clinic's answer to one version of a request. Lines that it does not name are approved as asked."""

    id: UUID
    request_id: UUID
    version: UUID
    lines: Mapping[Key, Granted]
    own_pin: str = field(repr=False)
    words: str = ""


def approve(*, command: Approval, by: Access, now: datetime) -> Receipt:
    """Sign how much of each line the site gets; a line that is changed says why.

    Raises OwnPinRefused, and StockRefused with every line that lacks its reason, or where the site has sent another
    version meanwhile.
    """
    stated = {
        "version": str(command.version),
        "lines": sorted([item, size or 0, each.approved, each.reason] for (item, size), each in command.lines.items()),
    }
    at = RequestStep(command.id, command.request_id, Step.APPROVE, by, now, stated, command.words.strip())
    steps.authorise(Step.APPROVE, by)
    own = steps.prove_own(at, command.own_pin)
    with steps.stepping(at):
        earlier = steps.known(at)
        if earlier is not None:
            return earlier
        held = steps.hold(at)
        seen = last_version(held.request)
        if seen.pk != command.version:
            words = _("Cơ sở đã gửi lại dự trù này.")
            raise steps.refuse(Code.CHANGED_MEANWHILE, words, _("Xem lại rồi duyệt."))
        lines = _granted(steps.lines_of(seen), command.lines)
        same = all(line.approved == line.asked for line in lines)
        request_tasks.approved(held.request, by=by, now=now)
        return steps.write(held, state=State.APPROVED if same else State.CHANGED, lines=lines, own=own)


def _granted(asked: list[Line], lines: Mapping[Key, Granted]) -> list[Line]:
    found, wrong = [], []
    for line in asked:
        each = lines.get((line.item_id, line.size_ul), Granted(line.asked))
        reason = each.reason.strip()
        name = field_name(line.item_id, line.size_ul)
        if not 0 <= each.approved <= MOST:
            wrong.append(Violation(Code.NOTHING_PACKED, Level.STOP, _("Số lượng không hợp lý."), field=f"take_{name}"))
        if each.approved != line.asked and not reason:
            words = _("Ghi vì sao duyệt khác số cơ sở xin.")
            wrong.append(Violation(Code.WORDS_NEEDED, Level.STOP, words, field=f"why_{name}"))
        found.append(replace(line, approved=each.approved, reason=reason if each.approved != line.asked else ""))
    if wrong:
        raise StockRefused(tuple(wrong))
    return found


def field_name(item_id: int, size_ul: int | None) -> str:
    """How forms and refusals name a line."""
    return f"{item_id}_{size_ul or 0}"


def give_back(*, request_id: UUID, event_id: UUID, words: str, by: Access, now: datetime) -> Receipt:
    """Return a request to the site with words; it is changed and sent again there."""
    at = RequestStep(event_id, request_id, Step.RETURN, by, now, {}, words.strip())
    steps.authorise(Step.RETURN, by)
    with steps.stepping(at):
        earlier = steps.known(at)
        if earlier is not None:
            return earlier
        held = steps.hold(at)
        if not at.words:
            raise steps.refuse(Code.NOTE_NEEDED, _("Ghi cơ sở cần sửa gì."), field="words")
        request_tasks.returned(held.request, by=by, now=now)
        return steps.write(held, state=State.RETURNED)


def cancel(*, request_id: UUID, event_id: UUID, words: str, by: Access, now: datetime) -> Receipt:
    """Give up what was approved before it is prepared, and say why."""
    at = RequestStep(event_id, request_id, Step.CANCEL, by, now, {}, words.strip())
    steps.authorise(Step.CANCEL, by)
    with steps.stepping(at):
        earlier = steps.known(at)
        if earlier is not None:
            return earlier
        held = steps.hold(at)
        if not at.words:
            raise steps.refuse(Code.NOTE_NEEDED, _("Ghi vì sao hủy dự trù này."), field="words")
        request_tasks.ended(held.request, "cancelled", by=by, now=now)
        return steps.write(held, state=State.CANCELLED)


def prepare(*, request_id: UUID, event_id: UUID, command: Preparation, by: Access, now: datetime) -> Receipt:
    """Prepare the consignment that carries what was approved, in one transaction with it.

    Raises what `consignments.prepare` raises, and StockRefused where it goes to another place than the request's.
    """
    at = RequestStep(event_id, request_id, Step.PREPARE, by, now, _prepared(command))
    steps.authorise(Step.PREPARE, by)
    with steps.stepping(at):
        earlier = steps.known(at)
        if earlier is not None:
            return earlier
        held = steps.hold(at)
        if command.to_facility_id != held.request.facility_id:
            words = _("Dự trù này của cơ sở khác.")
            raise steps.refuse(Code.NO_ROUTE, words, _("Chọn đúng nơi nhận."), field="to_facility")
        consignments.prepare(command=command, by=by, now=now)
        return steps.write(held, state=State.PREPARED, consignment_id=command.id)


def _prepared(command: Preparation) -> dict[str, Any]:
    loose = sorted([each.lot_id, each.quantity] for each in command.loose)
    return {"consignment": command.id, "trip": asdict(command.trip), "bottles": sorted(command.numbers), "loose": loose}
