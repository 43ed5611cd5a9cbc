"""Who holds the keys of the cabinets: taken, handed over by two, sealed away, lost (domain 12.3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from core.access import Access
from followup.models import CaseKind
from inventory.models import KeyEvent
from inventory.queries.keys import holders
from inventory.rules.kinds import Key, KeyStep
from inventory.rules.violations import Code, Level, Violation
from inventory.services import observing
from inventory.services.acts import OtherContent, StockRefused
from inventory.services.observing import Observation, Second
from staff.services.attestations import Alone, ProvenSecond


@dataclass(frozen=True)
class Take:
    """The actor takes these keys: from the cabinet at the start, or a spare out of its envelope."""

    id: UUID
    keys: tuple[Key, ...]
    words: str = ""


@dataclass(frozen=True)
class HandOver:
    """The actor gives these keys to the second person, who signs. Alone: into a sealed envelope with this number.

    `attested_here` is False where a hand-over of duty names these events and is attested itself.
    """

    id: UUID
    keys: tuple[Key, ...]
    second: Second
    envelope_number: str = ""
    attested_here: bool = True


@dataclass(frozen=True)
class Lost:
    """A key cannot be found: `words` say since when and what was done."""

    id: UUID
    key: Key
    words: str


def take(*, command: Take, by: Access, now: datetime) -> list[KeyEvent]:
    """The actor holds these keys from now on. A key that another person held is taken all the same, and shows it.

    Raises StockRefused without a key, PermissionDenied.
    """
    observing.authorise(by)
    seen = Observation(command.id, "keys_taken", by, now)
    with observing.recording(seen):
        earlier = _known(seen, command.keys)
        if earlier:
            return earlier
        return _write(seen, command.keys, KeyStep.TAKEN, to=by.actor_id, words=command.words.strip())


def hand_over(*, command: HandOver, by: Access, now: datetime) -> list[KeyEvent]:
    """The actor's keys change hands, both signing; who is alone seals them away, visibly alone.

    Raises StockRefused where a key is not the actor's to give or the envelope has no number, what `attestations.prove`
    raises, PermissionDenied.
    """
    observing.authorise(by)
    second = observing.prove(command.second, by=by, now=now)
    seen = Observation(command.id, "key_handover", by, now)
    with observing.recording(seen):
        earlier = _known(seen, command.keys)
        if earlier:
            return earlier
        observing.chain_end(seen.facility_id)  # so that of two who give one key away at once, one gives it
        held = holders(facility_id=seen.facility_id)
        strange = [key for key in command.keys if key in held and held[key].holder_id not in {None, by.actor_id}]
        if strange:
            words = _("Chìa này đang do người khác giữ. Người đó bàn giao, hoặc bạn ghi nhận giữ trước.")
            raise StockRefused((Violation(Code.KEY_NOT_HELD, Level.ASK, words, field="keys"),))
        envelope = command.envelope_number.strip()
        if isinstance(second, Alone):
            if not envelope:
                words = _("Không có người nhận: cất chìa vào phong bì niêm phong và ghi số phong bì.")
                raise StockRefused((Violation(Code.ENVELOPE_NEEDED, Level.ASK, words, field="envelope_number"),))
            events = _write(seen, command.keys, KeyStep.SEALED, to=None, envelope=envelope)
        else:
            events = _write(seen, command.keys, KeyStep.HANDED_OVER, to=_taker(second))
        if command.attested_here:
            observing.attest(seen, second, {"keys": sorted(command.keys), "envelope": envelope})
        return events


def report_lost(*, command: Lost, by: Access, now: datetime) -> KeyEvent:
    """A lost key is an incident: written down by whoever notices, with a case at once.

    Raises StockRefused without words, PermissionDenied.
    """
    observing.authorise(by)
    seen = Observation(command.id, "key_lost", by, now)
    with observing.recording(seen):
        earlier = _known(seen, (command.key,))
        if earlier:
            return earlier[0]
        if not command.words.strip():
            words = _("Ghi vài chữ: không thấy từ lúc nào, đã tìm ở đâu.")
            raise StockRefused((Violation(Code.WORDS_NEEDED, Level.ASK, words, field="words"),))
        [event] = _write(seen, (command.key,), KeyStep.LOST, to=None, words=command.words.strip())
        lost = Violation(Code.KEY_LOST, Level.NOTE, _("Mất chìa khóa."))
        observing.open_case(seen, CaseKind.KEY_LOST, (lost,), key=command.key)
        return event


def one_key() -> tuple[Violation, ...]:
    """What is asked where somebody names several keys, or none, as lost."""
    return (Violation(Code.WORDS_NEEDED, Level.ASK, _("Chọn đúng một chìa bị mất."), field="keys"),)


def _taker(second: ProvenSecond | Alone) -> int | None:
    return second.access.person_id if isinstance(second, ProvenSecond) else None


def _known(seen: Observation, keys: Iterable[Key]) -> list[KeyEvent]:
    """The events of an earlier send; raises OtherContent where it spoke of other keys or was another person's."""
    first = observing.known(seen, KeyEvent, column="sent")
    if first is None:
        return []
    events = list(KeyEvent.objects.filter(sent=seen.id).order_by("key"))
    if {event.key for event in events} != {str(key) for key in keys} or first.recorded_by_id != seen.by.actor_id:
        raise OtherContent
    return events


def _write(
    seen: Observation, keys: Iterable[Key], step: KeyStep, *, to: int | None, envelope: str = "", words: str = ""
) -> list[KeyEvent]:
    """One event for each key, under the facility's chain head, so that two hand-overs of one key come one by one."""
    wanted = sorted(set(keys))
    if not wanted:
        sentence = _("Chọn ít nhất một chìa.")
        raise StockRefused((Violation(Code.WORDS_NEEDED, Level.ASK, sentence, field="keys"),))
    observing.chain_end(seen.facility_id)
    held = holders(facility_id=seen.facility_id)
    events = [
        KeyEvent(
            sent=seen.id,
            facility_id=seen.facility_id,
            key=key,
            step=step,
            holder_from_id=held[key].holder_id if key in held else None,
            holder_to_id=to,
            envelope_number=envelope,
            words=words,
            recorded_by_id=seen.by.actor_id,
            happened_at=seen.now,
            recorded_at=seen.now,
        )
        for key in wanted
    ]
    if step is KeyStep.HANDED_OVER:
        for event in events:
            event.holder_from_id = seen.by.actor_id
    KeyEvent.objects.bulk_create(events)
    observing.written(seen, keys=[str(key) for key in wanted], to=to)
    return events
