"""Whose turn it is with a referral, as a task with its due time; the turn before is over by itself."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from core.access import Access
from dispensing.models import Referral, ReferralStep
from dispensing.queries.referral_sides import where
from dispensing.rules.referral_settings import ReferralSettings
from dispensing.rules.referral_table import Kind, Side, State
from dispensing.rules.referrals import WAITS, due_at, waits
from facilities.services import settings as rule_settings
from followup.rules.owners import Nearness
from followup.services import tasks
from followup.services.tasks import NewTask

SUBJECT: Final = "referral"
DONE: Final = "stepped"
_FIRST: Final = {
    Side.CLINIC: Nearness.CLINIC_PHYSICIAN,
    Side.HEAD: Nearness.CLINIC_HEAD,
    Side.SITE_HEAD: Nearness.SITE_HEAD,
    Side.PHYSICIAN: Nearness.PHYSICIAN,
}


def kind_of(state: State) -> str:
    """The kind of task that waits in a state."""
    return f"referral_{state}"


KINDS: Final = tuple(kind_of(state) for state in WAITS)


def stepped(made: Sequence[tuple[Referral, ReferralStep]], *, by: Access, now: datetime) -> None:
    """Close the turns that these steps ended, and open the next ones. A few statements, whatever the number."""
    before: dict[str, list[UUID]] = defaultdict(list)
    for referral, step in made:
        if step.before in WAITS:
            before[kind_of(State(step.before))].append(referral.pk)
    for kind, ids in before.items():
        tasks.close(kind=kind, subject_kind=SUBJECT, subject_ids=ids, outcome=DONE, by=by, now=now)
    wanted = [task for referral, step in made if (task := _task(referral, step, now)) is not None]
    tasks.open_tasks(wanted, by=by, now=now)


def _task(referral: Referral, step: ReferralStep, now: datetime) -> NewTask | None:
    state, kind = State(step.state), Kind(referral.kind)
    turn = waits(state, kind)
    if turn is None:
        return None
    facility_id = where(turn.side, referral)
    due = due_at(
        state=state, kind=kind, urgent=referral.urgent, since=now, moves_on=step.moves_on,
        settings=rule_settings.for_facility(ReferralSettings, facility_id=facility_id, at=now),
        zone=referral.from_facility.zone,
    )  # fmt: skip
    assert due is not None  # noqa: S101  who is waited for has until when
    return NewTask(
        kind=kind_of(state),
        facility_id=facility_id,
        subject_kind=SUBJECT,
        subject_id=referral.pk,
        due_at=max(due, now),
        patient_id=referral.patient_id,
        data={"kind": str(kind), "place": referral.from_facility.name, "urgent": referral.urgent},
        first=_first(turn.side, at_the_clinic=facility_id == referral.clinic_id),
    )


def _first(side: Side, *, at_the_clinic: bool) -> Nearness | None:
    if side is Side.PHYSICIAN and at_the_clinic:
        return Nearness.CLINIC_PHYSICIAN
    return _FIRST.get(side)
