"""On the road: the carrier's check-points, incidents and arrival, and turning back. Facts: none of them is refused for
what it says, only where the consignment is no longer on its way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from core.access import Access
from facilities.services import settings
from followup.models import CaseKind
from followup.services import cases
from inventory.rules.consignments import DANGER, Difference, Incident
from inventory.rules.custody import ConsignmentKind, State, Step
from inventory.rules.settings_custody import CustodySettings
from inventory.rules.violations import Code
from inventory.services import custody
from inventory.services.custody import Handling, Held, Stepped


@dataclass(frozen=True)
class CheckPoint:
    """A word from the road. `position`: latitude and longitude as text, where the device gives them."""

    id: UUID
    consignment_id: UUID
    seals_intact: bool
    place: str = ""
    note: str = ""
    position: tuple[str, str] | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class Trouble:
    """What went wrong, and whether the carrier is safe."""

    id: UUID
    consignment_id: UUID
    kind: Incident
    note: str
    safe: bool = True
    photos: tuple[str, ...] = ()  # digests of attachments
    at: datetime | None = None


def check_point(*, command: CheckPoint, by: Access, now: datetime) -> Stepped:
    """Say where the boxes are and whether their seals are whole; broken ones open a case at once."""
    stated = {
        "seals_intact": command.seals_intact,
        "place": command.place.strip(),
        "note": command.note.strip(),
        "position": list(command.position) if command.position else None,
    }
    at = _handling(command.id, command.consignment_id, Step.CHECK_POINT, by, now, stated, command.at)
    with custody.handling(at):
        earlier = custody.known(at)
        if earlier is not None:
            return earlier
        held = custody.hold(at)
        done = custody.record(held, state=State.ON_ROAD)
        if not command.seals_intact:
            open_case(held, [{"code": str(Difference.BOX), "data": {}}])
        return done


def report(*, command: Trouble, by: Access, now: datetime) -> Stepped:
    """Report an incident: the medicine stays where the books have it, and a case is opened at once.

    Robbery and danger are due in hours of their own (domain 12.3). Raises StockRefused without any words.
    """
    stated = {
        "kind": command.kind,
        "note": command.note.strip(),
        "safe": command.safe,
        "photos": list(command.photos),
    }
    at = _handling(command.id, command.consignment_id, Step.INCIDENT, by, now, stated, command.at)
    with custody.handling(at):
        earlier = custody.known(at)
        if earlier is not None:
            return earlier
        held = custody.hold(at)
        if not command.note.strip():
            raise custody.refuse(Code.NOTE_NEEDED, _("Ghi vài chữ: chuyện gì, ở đâu."), field="note")
        done = custody.record(held, state=held.state)
        codes = [str(command.kind)]
        if not command.safe and command.kind is not Incident.UNSAFE:
            codes.append(str(Incident.UNSAFE))
        danger = command.kind in DANGER or not command.safe
        open_case(held, [{"code": code, "data": {}} for code in codes], danger=danger)
        return done


def arrive(
    *, consignment_id: UUID, event_id: UUID, by: Access, now: datetime, occurred_at: datetime | None = None
) -> Stepped:
    """Say that the boxes are here; nobody has looked at them yet."""
    at = _handling(event_id, consignment_id, Step.ARRIVE, by, now, {}, occurred_at)
    with custody.handling(at):
        earlier = custody.known(at)
        return earlier if earlier is not None else custody.record(custody.hold(at), state=State.ARRIVED)


def turn_back(*, consignment_id: UUID, event_id: UUID, note: str, by: Access, now: datetime) -> Stepped:
    """Go back to who sent it, everything still in the boxes."""
    at = _handling(event_id, consignment_id, Step.TURN_BACK, by, now, {"note": note.strip()}, None)
    with custody.handling(at):
        earlier = custody.known(at)
        if earlier is not None:
            return earlier
        held = custody.hold(at)
        if not note.strip():
            raise custody.refuse(Code.NOTE_NEEDED, _("Ghi vì sao quay về."), field="note")
        return custody.record(held, state=State.RETURNING)


def _handling(
    event_id: UUID,
    consignment_id: UUID,
    step: Step,
    by: Access,
    now: datetime,
    stated: dict[str, Any],
    occurred_at: datetime | None,
) -> Handling:
    custody.authorise(step, by)
    said = {**stated, "at": occurred_at}
    return Handling(event_id, consignment_id, step, by, now, said, occurred_at)


def open_case(held: Held, findings: Sequence[dict[str, Any]], *, danger: bool = False) -> None:
    """A case about this step, owned and due at the main clinic, whichever way the consignment goes."""
    consignment, at = held.consignment, held.at
    supply = consignment.kind == ConsignmentKind.SUPPLY
    clinic_id = consignment.from_facility_id if supply else consignment.to_facility_id
    due_at = None
    if danger:
        rules = settings.for_facility(CustodySettings, facility_id=clinic_id, at=at.now)
        due_at = at.now + timedelta(hours=rules.danger_report_hours)
    cases.open_case(
        kind=CaseKind.CONSIGNMENT,
        facility_id=clinic_id,
        subject_kind="custody",
        subject_id=at.id,
        patient_id=None,
        findings=list(findings),
        by=at.by,
        now=at.now,
        due_at=due_at,
    )
