"""A request goes along with the consignment that carries it: received, closed, or back to where it was approved."""

from datetime import datetime
from typing import Final
from uuid import UUID

from core.access import Access
from inventory.models import RequestEvent
from inventory.rules import custody
from inventory.rules.request_table import Side, State, Step
from inventory.services import request_steps as steps
from inventory.services import request_tasks
from inventory.services.request_steps import RequestStep

_ARRIVED: Final = (custody.State.RECEIVED, custody.State.PARTIAL, custody.State.DISPUTED)


def follow(
    *, consignment_id: UUID, event_id: UUID, step: custody.Step, state: custody.State, by: Access, now: datetime
) -> None:
    """What a step of a consignment means for the request that it carries, if any. In the step's transaction, under the
    consignment's lock.
    """
    request_id = (
        RequestEvent.objects.filter(consignment_id=consignment_id, step=Step.PREPARE)
        .values_list("request_id", flat=True)
        .first()
    )
    if request_id is None:
        return
    last = RequestEvent.objects.filter(request_id=request_id).order_by("-position")[0]
    wanted = _wanted(step, state, State(last.state))
    if wanted is None or last.consignment_id != consignment_id:
        return
    # Beside the event of the consignment, so that the same step is the same event whoever makes it again.
    at = RequestStep(UUID(int=event_id.int ^ 2), request_id, wanted, by, now, {"consignment": str(consignment_id)})
    held = steps.hold(at, side=Side.ROAD)
    after = {Step.RECEIVE: State.RECEIVED, Step.CLOSE: State.CLOSED}
    steps.write(held, state=after.get(wanted) or _granted(request_id), consignment_id=consignment_id)
    if wanted is Step.RECEIVE:
        request_tasks.ended(held.request, "received", by=by, now=now)


def _wanted(step: custody.Step, state: custody.State, at: State) -> Step | None:
    if at is State.PREPARED and step is custody.Step.RECEIVE and state in _ARRIVED:
        return Step.RECEIVE
    if at is State.PREPARED and state in (custody.State.CANCELLED, custody.State.RETURNED, custody.State.CLOSED):
        return Step.FALL_THROUGH
    if at is State.RECEIVED and state is custody.State.CLOSED:
        return Step.CLOSE
    return None


def _granted(request_id: UUID) -> State:
    """As it was approved: whole, or with changes."""
    approval = RequestEvent.objects.filter(request_id=request_id, step=Step.APPROVE).order_by("-position")[0]
    return State(approval.state)
