"""Who holds which key now, and how it came to them."""

from dataclasses import dataclass
from datetime import datetime

from inventory.models import KeyEvent
from inventory.rules.kinds import Key, KeyStep


@dataclass(frozen=True)
class Held:
    """The last that is known of one key; `holder_id` is None for one that is sealed away or lost."""

    key: Key
    step: KeyStep
    holder_id: int | None
    holder: str
    envelope_number: str
    since: datetime


def holders(*, facility_id: int) -> dict[Key, Held]:
    """Every key that the register knows, in the order of the list of keys. One statement."""
    rows = KeyEvent.objects.filter(facility_id=facility_id).select_related("holder_to")
    last = rows.order_by("key", "-pk").distinct("key")
    found = {Key(event.key): _held(event) for event in last}
    return {key: found[key] for key in Key if key in found}


def _held(event: KeyEvent) -> Held:
    return Held(
        key=Key(event.key),
        step=KeyStep(event.step),
        holder_id=event.holder_to_id,
        holder=event.holder_to.full_name if event.holder_to else "",
        envelope_number=event.envelope_number,
        since=event.happened_at,
    )


def history(*, facility_id: int, most: int = 100) -> list[KeyEvent]:
    """What happened to the keys, newest first."""
    rows = KeyEvent.objects.filter(facility_id=facility_id)
    people = rows.select_related("holder_from", "holder_to", "recorded_by")
    return list(people.order_by("-pk")[:most])
