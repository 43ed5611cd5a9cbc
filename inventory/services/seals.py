"""The numbered seal that closes an opened bottle for the night, and what the morning finds of it (domain 12.3)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from core.access import Access
from core.scanning import encode
from followup.models import CaseKind
from inventory.models import NightSeal, SealFound
from inventory.queries import bottles as bottle_queries
from inventory.queries.seals import standing_seal
from inventory.rules.checks import check_seal, seal_state
from inventory.rules.kinds import SealState
from inventory.rules.scancodes import BOTTLE
from inventory.rules.violations import Code, Level, Violation
from inventory.services import observing
from inventory.services.acts import StockRefused
from inventory.services.observing import Observation


@dataclass(frozen=True)
class Seal:
    """`number` is the bottle's label's; `seal_number` what is printed on the seal."""

    id: UUID
    number: int
    seal_number: str


@dataclass(frozen=True)
class Found:
    """What is read on the bottle in the morning; an empty `seal_number`: there is no seal on it."""

    id: UUID
    number: int
    seal_number: str


@dataclass(frozen=True)
class SealRead:
    """The receipt. `measure_now`: the bottle must be measured before the first dose."""

    row: SealFound
    measure_now: bool
    known: bool = False

    @property
    def state(self) -> SealState:
        return SealState(self.row.state)


def put_on(*, command: Seal, by: Access, now: datetime) -> NightSeal:
    """Keep the number of the seal that closes the bottle for the night.

    Raises StockRefused without a number, Bottle.DoesNotExist, PermissionDenied.
    """
    observing.authorise(by)
    number = command.seal_number.strip()
    seen = Observation(command.id, "night_seal", by, now, {"number": number, "put_on_by_id": by.actor_id})
    with observing.recording(seen):
        earlier = observing.known(seen, NightSeal)
        if earlier is not None:
            return earlier
        if not number:
            words = _("Ghi số niêm phong.")
            raise StockRefused((Violation(Code.SEAL_NUMBER_NEEDED, Level.ASK, words, field="seal_number"),))
        bottle_id = bottle_queries.get_id(number=command.number, facility_id=seen.facility_id)
        row = NightSeal.objects.create(**seen.columns, bottle_id=bottle_id, put_on_at=now)
        observing.written(seen)
        return row


def found(*, command: Found, by: Access, now: datetime) -> SealRead:
    """Compare what is read on the bottle with the seal of the last close; a difference is a case and asks for a
    measure.

    A bottle that nobody sealed and that carries no seal is neither. Raises Bottle.DoesNotExist, PermissionDenied.
    """
    observing.authorise(by)
    number = command.seal_number.strip()
    seen = Observation(command.id, "seal_found", by, now, {"number": number, "found_by_id": by.actor_id})
    with observing.recording(seen):
        earlier = observing.known(seen, SealFound)
        if earlier is not None:
            return SealRead(earlier, bool(check_seal(SealState(earlier.state), expected=bool(earlier.seal_id))), True)
        bottle_id = bottle_queries.get_id(number=command.number, facility_id=seen.facility_id)
        seal = standing_seal(bottle_id=bottle_id)
        state = seal_state(put_on=seal.number if seal else None, found=number)
        row = SealFound.objects.create(**seen.columns, bottle_id=bottle_id, seal=seal, state=state, found_at=now)
        observing.written(seen, state=str(state))
        wrong = check_seal(state, expected=seal is not None)
        observing.open_case(seen, CaseKind.NIGHT_SEAL, wrong, label=encode(BOTTLE, command.number))
        return SealRead(row, bool(wrong))
