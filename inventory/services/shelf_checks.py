"""The monthly check of the emergency shelf, signed: the ampoules by a naloxone check, the rest line by line."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from core.access import Access
from core.digests import sha256_of
from inventory.models import ShelfCheck, ShelfLine
from inventory.rules.shelf_codes import Equipment, Readiness
from inventory.rules.violations import Code, Level, Violation
from inventory.services import checks, observing
from inventory.services.acts import StockRefused
from inventory.services.bottles import OwnPinRefused
from inventory.services.checks import Naloxone
from inventory.services.observing import Observation
from staff.services import pins, signatures


@dataclass(frozen=True)
class ShelfFound:
    """Everything on the shelf as it was found; `states` names every thing of it."""

    id: UUID
    usable: int
    nearest_expiry: date | None
    states: Mapping[Equipment, Readiness]
    pin: str = field(repr=False)
    note: str = ""


def record(*, command: ShelfFound, by: Access, now: datetime) -> ShelfCheck:
    """Keep a signed check. No ampoule usable is a case (see `checks.naloxone`). The same id again: the same check.

    Raises OwnPinRefused, StockRefused where a thing has no state or an expiry is missing, PermissionDenied.
    """
    observing.authorise(by)
    try:
        proven = pins.verify(person_id=by.actor_id, pin=command.pin, by=by, now=now)
    except pins.PinRefused as refused:
        raise OwnPinRefused(refused.sentence) from refused
    digest = sha256_of(_document(command, by))
    seen = Observation(command.id, "shelf_check", by, now, {"digest": digest, "checked_by_id": by.actor_id})
    with observing.recording(seen):
        earlier = observing.known(seen, ShelfCheck)
        if earlier is not None:
            return earlier
        if set(command.states) != set(Equipment):
            words = _("Chạm một trạng thái cho từng thứ trên kệ.")
            raise StockRefused((Violation(Code.STATE_NEEDED, Level.ASK, words),))
        counted = checks.naloxone(
            command=Naloxone(uuid5(command.id, "naloxone"), command.usable, command.nearest_expiry), by=by, now=now
        )
        row = ShelfCheck.objects.create(
            **seen.columns,
            naloxone=counted,
            note=command.note.strip(),
            checked_at=now,
            signature=signatures.sign(
                proven=proven, signer=by, meaning="checked", subject_kind="shelf_check", subject_id=command.id,
                digest=digest, now=now,
            ),
        )  # fmt: skip
        ShelfLine.objects.bulk_create(
            ShelfLine(shelf_check=row, equipment=equipment, state=command.states[equipment]) for equipment in Equipment
        )
        lacking = sorted(str(thing) for thing, state in command.states.items() if state is not Readiness.OK)
        observing.written(seen, usable=command.usable, lacking=lacking)
        return row


def _document(command: ShelfFound, by: Access) -> dict[str, object]:
    return {
        "document": "shelf_check",
        "id": command.id,
        "facility": by.facility_id or 0,
        "usable": command.usable,
        "nearest_expiry": command.nearest_expiry,
        "states": {str(thing): str(state) for thing, state in command.states.items()},
        "note": command.note.strip(),
    }
