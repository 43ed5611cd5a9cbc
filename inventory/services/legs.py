"""A change on the road: another carrier, another way, another expected arrival. Each is a new leg that both sign.

The manifest stays as it was sealed. Custody passes from one named carrier to the next where they meet; the first has it
until the second has signed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from core.access import Access
from core.clock import local_day
from core.digests import microseconds
from followup.services import notices
from followup.services.notices import Telling
from inventory.models import Consignment, CustodyEvent
from inventory.queries.keepers import answering
from inventory.queries.legs import Leg, legs_of
from inventory.rules.consignments import Difference
from inventory.rules.custody import ConsignmentKind, Step
from inventory.rules.violations import Code, Level, Violation
from inventory.services import custody, journeys
from inventory.services.acts import StockRefused
from inventory.services.consignments import Trip
from inventory.services.custody import Handling, Held, Stepped
from staff.services.attestations import ProvenSecond

LEG_NOTICE = "consignment_leg"


@dataclass(frozen=True)
class NewLeg:
    """How it goes on. `carrier_pin`: of who carries on, where that is not the one who gives it away."""

    id: UUID
    consignment_id: UUID
    trip: Trip
    seals_intact: bool
    note: str
    own_pin: str = field(repr=False)
    carrier_pin: str = field(default="", repr=False)
    at: datetime | None = None


def new_leg(*, command: NewLeg, by: Access, now: datetime) -> Stepped:
    """Give the sealed boxes to another carrier, or go on another way; both ends are told.

    Raises PermissionDenied for who does not carry it, OwnPinRefused, a PinRefused of who carries on, and StockRefused
    where that person is not appointed or sent it, the hour is past, nothing changes, or no reason is given.
    """
    trip, other = command.trip, command.trip.carrier_id != by.person_id
    stated = {
        "carrier": trip.carrier_id,
        "companion": trip.companion.strip(),
        "transport": trip.transport.strip(),
        "route": trip.route.strip(),
        "expected_at": trip.expected_at,
        "seals_intact": command.seals_intact,
        "note": command.note.strip(),
        "at": command.at,
    }
    at = Handling(command.id, command.consignment_id, Step.NEW_LEG, by, now, stated, command.at)
    custody.authorise(Step.NEW_LEG, by)
    named = Consignment.objects.get(pk=command.consignment_id)
    if not CustodyEvent.objects.filter(pk=command.id).exists():  # sent again: who gave it away carries it no more
        custody.side_of(Step.NEW_LEG, consignment=named, by=by)
    second = custody.prove_carrier(at, named, command.carrier_pin, person_id=trip.carrier_id) if other else None
    own = custody.prove_own(at, command.own_pin)
    with custody.handling(at):
        earlier = custody.known(at)
        if earlier is not None:
            return earlier
        held = custody.hold(at)
        legs = legs_of(held.consignment)
        _check(held, trip, command.note, legs)
        leg = {key: stated[key] for key in ("carrier", "companion", "transport", "route")}
        leg["expected_us"] = microseconds(trip.expected_at)
        done = custody.record(held, state=held.state, second=second, own=own, leg=leg)
        if not command.seals_intact:
            journeys.open_case(held, [{"code": str(Difference.BOX), "data": {}}])
        _tell(held, second, number=len(legs) + 1)
        return done


def _check(held: Held, trip: Trip, note: str, legs: Sequence[Leg]) -> None:
    """Everything that keeps this leg from beginning, at once."""
    found: list[Violation] = []

    def stop(code: Code, words: str, todo: str = "", field: str = "") -> None:
        found.append(Violation(code, Level.STOP, words, todo, field=field))

    if trip.carrier_id == held.consignment.dispatched_by_id:
        words = _("Người giao và người vận chuyển phải là hai người khác nhau.")
        stop(Code.SAME_PEOPLE, words, _("Chọn người vận chuyển khác."), "carrier")
    if trip.expected_at <= held.at.now:
        stop(Code.ALREADY_DUE, _("Giờ dự kiến đến phải ở sau lúc này."), "", "expected_at")
    changed = (trip.carrier_id, trip.companion.strip(), trip.transport.strip(), trip.route.strip(), trip.expected_at)
    if changed == legs[-1].trip:
        stop(Code.SAME_LEG, _("Chưa đổi gì so với chặng này."), _("Đổi người, xe, đường hoặc giờ."), "carrier")
    if not note.strip():
        stop(Code.NOTE_NEEDED, _("Ghi vì sao phải đổi."), "", "note")
    if found:
        raise StockRefused(tuple(found))


def _tell(held: Held, second: ProvenSecond | None, *, number: int) -> None:
    """Both ends: who sent it, who keeps the store, who waits for it."""
    consignment, at = held.consignment, held.at
    supply = consignment.kind == ConsignmentKind.SUPPLY
    site_id = consignment.to_facility_id if supply else consignment.from_facility_id
    people = {consignment.dispatched_by_id, *answering(site_id, day=local_day(at.now, at.by.zone)).managers}
    data = {"number": consignment.number, "leg": number, "other": second is not None}
    notices.tell(
        (
            Telling(
                person_id=person, kind=LEG_NOTICE, key=f"leg:{at.id}", subject_kind="consignment",
                subject_id=consignment.pk, facility_id=site_id, data=data,
            )
            for person in sorted(each for each in people if each is not None)
            if person != at.by.person_id
        ),
        now=at.now,
    )  # fmt: skip
