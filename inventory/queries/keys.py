"""Who holds which key now, and how it came to them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from inventory.models import KeyEvent
from inventory.rules.checks import KEY_STEP_WORDS, KEY_WORDS
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
    return holders_at(facility_ids=[facility_id]).get(facility_id, {})


def holders_at(*, facility_ids: Iterable[int]) -> dict[int, dict[Key, Held]]:
    """The same for many facilities; one without a register is left out. One statement."""
    rows = KeyEvent.objects.filter(facility_id__in=list(facility_ids)).select_related("holder_to")
    found: dict[int, dict[Key, Held]] = {}
    for event in rows.order_by("facility_id", "key", "-pk").distinct("facility_id", "key"):
        found.setdefault(event.facility_id, {})[Key(event.key)] = _held(event)
    return {pk: {key: held[key] for key in Key if key in held} for pk, held in found.items()}


@dataclass(frozen=True)
class RegisterLine:
    """One key of the site in words; `held` is None for a key that nobody has written down yet."""

    name: str
    held: Held | None

    @property
    def step_words(self) -> str:
        return str(KEY_STEP_WORDS[self.held.step]) if self.held else ""

    @property
    def is_lost(self) -> bool:
        return self.held is not None and self.held.step is KeyStep.LOST


def register(*, facility_id: int) -> list[RegisterLine]:
    """Every key that a site may have, with who holds it."""
    held = holders(facility_id=facility_id)
    return [RegisterLine(str(KEY_WORDS[key]), held.get(key)) for key in Key]


def _held(event: KeyEvent) -> Held:
    return Held(
        key=Key(event.key),
        step=KeyStep(event.step),
        holder_id=event.holder_to_id,
        holder=event.holder_to.full_name if event.holder_to else "",
        envelope_number=event.envelope_number,
        since=event.happened_at,
    )


@dataclass(frozen=True)
class KeyLine:
    """One event of the register in words."""

    event: KeyEvent
    name: str
    step_words: str
    giver: str
    taker: str


def history(*, facility_id: int, most: int = 100) -> list[KeyLine]:
    """What happened to the keys, newest first. One statement."""
    rows = KeyEvent.objects.filter(facility_id=facility_id)
    people = rows.select_related("holder_from", "holder_to", "recorded_by").order_by("-pk")
    return [_line(event) for event in people[:most]]


def _line(event: KeyEvent) -> KeyLine:
    return KeyLine(
        event=event,
        name=str(KEY_WORDS[Key(event.key)]),
        step_words=str(KEY_STEP_WORDS[KeyStep(event.step)]),
        giver=event.holder_from.full_name if event.holder_from else "",
        taker=event.holder_to.full_name if event.holder_to else "",
    )
