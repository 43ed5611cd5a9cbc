"""What breaks the constraints of requests for a safe journey, and of pictures."""

from dataclasses import replace
from typing import Final

from inventory.rules.transport import TransportItem
from inventory.services import transport
from inventory.services.transport import Answer
from tests import cast, world
from tests.codebase.breaks import Break, copied
from tests.inventory import road


def asked() -> None:
    """One thing asked for and granted."""
    going = road.Road(road.stored(cast.MAIN_CLINIC, 2))
    going.prepare()
    [made] = transport.ask(
        consignment_id=going.id, items=[TransportItem.VEHICLE], reason="", by=road.acting(cast.CARRIER), now=world.NOW
    )
    transport.answer(command=Answer(made.pk, True, "xe cơ quan"), by=road.acting(cast.CLINIC_HEAD), now=world.NOW)


def _request(**changes: str) -> Break:
    return Break(copied("inventory_transportrequest", **{"item": "'lock_box'"} | changes), given=asked)


def _picture(**changes: str) -> Break:
    values = {"digest": "repeat('a', 64)", "size": "10", "width": "2", "height": "2", "added_at": "now()"} | changes
    return Break(f"INSERT INTO core_attachment ({', '.join(values)}) SELECT {', '.join(values.values())}")


_HOLDS: Final = "core_attachment_holds_something"
BREAKS: Final[dict[str, Break]] = {
    "inventory_transportrequest_item_known": _request(item="'helicopter'"),
    "inventory_transportrequest_once": _request(item="item"),
    "inventory_transportrequest_answered_at_paired": _request(answer="NULL"),
    "inventory_transportrequest_refusal_says_why": _request(granted="false", answer="''"),
    "inventory_transportrequest_asked_by_not_answered_by": _request(answered_by_id="asked_by_id"),
    "core_attachment_digest_whole": _picture(digest="'abc'"),
    "core_attachment_holds_something": _picture(size="0"),
    "core_attachment_size_check": replace(_picture(size="-1"), aside=_HOLDS),
    "core_attachment_width_check": replace(_picture(width="-1"), aside=_HOLDS),
    "core_attachment_height_check": _picture(height="-1"),
}
