"""What breaks the constraints of consignments and their events.

The rows name people and places of the world and a consignment of nobody: foreign keys are looked at when a transaction
ends, every other constraint at once.
"""

from collections.abc import Callable
from typing import Final

from tests import cast
from tests.codebase.breaks import Break
from tests.inventory import road

_DIGEST: Final = "repeat('0', 64)"


def _person(place: int) -> str:
    return f"(SELECT id FROM staff_person ORDER BY id OFFSET {place} LIMIT 1)"


def _place(kind: str) -> str:
    return f"(SELECT min(id) FROM facilities_facility WHERE kind = '{kind}')"


# Received whole: sealed and sent by the first person, carried by the second, received by the third and the fourth.
_CONSIGNMENT: Final = {
    "id": "gen_random_uuid()",
    "number": "77777777",
    "kind": "'supply'",
    "from_facility_id": _place("main_clinic"),
    "to_facility_id": _place("satellite"),
    "carrier_id": _person(1),
    "companion": "''",
    "transport": "'x'",
    "route": "'x'",
    "expected_at": "now()",
    "prepared_at": "now()",
    "prepared_by_id": _person(0),
    "sealed_at": "now()",
    "sealed_by_id": _person(0),
    "seals": "ARRAY['1']",
    "manifest_digest": _DIGEST,
    "dispatched_at": "now()",
    "dispatched_by_id": _person(0),
    "received_at": "now()",
    "received_by_id": _person(2),
    "received_second_id": _person(3),
    "received_by_carrier": "false",
}
_BACK: Final = {
    "received_at": "NULL",
    "received_by_id": "NULL",
    "received_second_id": "NULL",
    "received_by_carrier": "NULL",
    "taken_back_at": "now()",
    "taken_back_by_id": _person(2),
    "taken_back_second_id": _person(3),
}
_UNSENT: Final = {**{name: "NULL" for name in _BACK}, "dispatched_at": "NULL", "dispatched_by_id": "NULL"}


def _insert(table: str, row: dict[str, str], *, times: int = 1) -> str:
    values = ", ".join(row.values())
    return f"INSERT INTO {table} ({', '.join(row)}) SELECT {values} FROM generate_series(1, {times})"


def _consignment(**changes: str) -> Break:
    return Break(_insert("inventory_consignment", {**_CONSIGNMENT, **changes}))


_A_LOT: Final = "(SELECT min(id) FROM inventory_lot)"
_LINE: Final = {
    "consignment_id": "'00000000-0000-7000-8000-000000000001'",
    "position": "generate_series",
    "item_id": "(SELECT min(id) FROM inventory_item)",
    "lot_id": _A_LOT,
    "quantity": "1",
    "seal_number": "''",
}


def _line(*, times: int = 1, **changes: str) -> Break:
    return Break(_insert("inventory_consignmentline", {**_LINE, **changes}, times=times))


_EVENT: Final = {
    "id": "gen_random_uuid()",
    "consignment_id": "'00000000-0000-7000-8000-000000000001'",
    "position": "1",
    "step": "'prepare'",
    "before": "'new'",
    "state": "'prepared'",
    "side": "'sender'",
    "facility_id": _place("main_clinic"),
    "actor_id": _person(0),
    "actor_label": "'X'",
    "occurred_at": "now()",
    "recorded_at": "now()",
    "digest": _DIGEST,
    "content": "'{}'",
}


def _event(*, times: int = 1, **changes: str) -> Break:
    return Break(_insert("inventory_custodyevent", {**_EVENT, **changes}, times=times))


def _account(*, times: int = 1, **changes: str) -> Break:
    row = {
        "facility_id": _place("main_clinic"),
        "item_id": "(SELECT min(id) FROM inventory_item)",
        "kind": "'transit'",
        "consignment_id": "'00000000-0000-7000-8000-000000000001'",
        "by_bottle": "true",
        "may_be_negative": "false",
    }
    return Break(_insert("inventory_account", {**row, **changes}, times=times))


def _prepared() -> object:
    return road.Road(road.stored(cast.MAIN_CLINIC, 1)).prepare()


def _left() -> object:
    return road.Road(road.stored(cast.MAIN_CLINIC, 1)).leave()


# Whoever carries on from there; the event is nobody's, which is looked at when a transaction ends.
_LEG: Final = {
    "event_id": "gen_random_uuid()",
    "consignment_id": "'00000000-0000-7000-8000-000000000001'",
    "position": "2",
    "carrier_id": _person(1),
    "companion": "''",
    "transport": "'x'",
    "route": "'x'",
    "expected_at": "now()",
}


def _said(*, given: Callable[[], object] = _prepared, **changes: str) -> Break:
    """The door of events, called for a consignment that is prepared, or otherwise `given`."""
    row = {
        "'id'": "gen_random_uuid()",
        "'consignment'": "c.id",
        "'facility'": "c.from_facility_id",
        "'actor'": "c.prepared_by_id",
        "'occurred_us'": "0",
        "'recorded_us'": "0",
        "'digest'": _DIGEST,
        "'before'": "'prepared'",
        "'content'": "'{}'::jsonb",
        **{f"'{name}'": value for name, value in changes.items()},
    }
    pairs = ", ".join(f"{name}, {value}" for name, value in row.items())
    return Break(f"SELECT inventory_custody(jsonb_build_object({pairs})) FROM inventory_consignment c", given=given)


BREAKS: Final = {
    "inventory_consignment_number_key": Break(_insert("inventory_consignment", _CONSIGNMENT, times=2)),
    "inventory_consignment_number_fits": _consignment(number="0"),
    "inventory_consignment_kind_known": _consignment(kind="'gift'"),
    "inventory_consignment_from_facility_not_to_facility": _consignment(to_facility_id=_place("main_clinic")),
    "inventory_consignment_sealed_at_paired": _consignment(manifest_digest="NULL"),
    "inventory_consignment_sealed_with_seals": _consignment(seals="'{}'"),
    "inventory_consignment_digest_whole": _consignment(manifest_digest="'abc'"),
    "inventory_consignment_dispatched_at_paired": _consignment(dispatched_by_id="NULL"),
    "inventory_consignment_dispatched_after_sealed": _consignment(
        sealed_at="NULL", sealed_by_id="NULL", seals="NULL", manifest_digest="NULL"
    ),
    "inventory_consignment_received_at_paired": _consignment(received_by_carrier="NULL"),
    "inventory_consignment_received_after_dispatched": _consignment(
        **{**_UNSENT, **{name: _CONSIGNMENT[name] for name in _CONSIGNMENT if name.startswith("received")}}
    ),
    "inventory_consignment_taken_back_at_paired": _consignment(**{**_BACK, "taken_back_second_id": "NULL"}),
    "inventory_consignment_one_end": _consignment(
        **{name: value for name, value in _BACK.items() if name.startswith("taken")}
    ),
    "inventory_consignment_carrier_not_dispatched_by": _consignment(carrier_id=_person(0)),
    "inventory_consignment_received_by_not_dispatched_by": _consignment(received_by_id=_person(0)),
    "inventory_consignment_received_by_not_carrier": _consignment(received_by_id=_person(1)),
    "inventory_consignment_received_by_two": _consignment(received_second_id="NULL"),
    "inventory_consignment_two_who_sign_differ": _consignment(received_second_id=_person(2)),
    "inventory_consignment_received_second_not_dispatched_by": _consignment(received_second_id=_person(0)),
    "inventory_consignment_taken_back_by_not_carrier": _consignment(**{**_BACK, "taken_back_by_id": _person(1)}),
    "inventory_consignment_taken_back_by_not_taken_back_second": _consignment(
        **{**_BACK, "taken_back_second_id": _person(2)}
    ),
    "inventory_consignmentline_position_once": _line(
        times=2, position="1", lot_id="(SELECT min(id) + generate_series FROM inventory_lot)"
    ),
    "inventory_consignmentline_position_check": _line(position="-1"),
    "inventory_consignmentline_once": _line(times=2),
    "inventory_consignmentline_holds_something": _line(quantity="0"),
    "inventory_custodyevent_position_once": _event(times=2),
    "inventory_custodyevent_act_id_key": _event(
        times=2, position="generate_series", act_id="(SELECT id FROM inventory_act LIMIT 1)"
    ),
    "inventory_custodyevent_position_check": _event(position="-1"),
    "inventory_custodyevent_known_way": _event(state="'closed'"),
    "inventory_custodyevent_witness_not_actor": _event(witness_id=_person(0)),
    "inventory_custodyevent_digest_whole": _event(digest="'abc'"),
    "inventory_custodyevent_follows": _said(before="'packed'"),
    "inventory_custodyevent_by_its_carrier": _said(side="'carrier'::text", actor="c.prepared_by_id"),
    "inventory_consignmentleg_by_its_event": _said(step="'new_leg'::text", side="'sender'::text"),
    "inventory_consignmentleg_carrier_not_sender": _said(
        given=_left,
        before="'handed_over'::text",
        step="'new_leg'::text",
        witness="c.dispatched_by_id",
        leg="jsonb_build_object('carrier', c.dispatched_by_id)",
    ),
    "inventory_consignmentleg_position_once": Break(_insert("inventory_consignmentleg", _LEG, times=2)),
    "inventory_consignmentleg_after_the_first": Break(_insert("inventory_consignmentleg", {**_LEG, "position": "1"})),
    "inventory_consignmentleg_position_check": Break(
        _insert("inventory_consignmentleg", {**_LEG, "position": "-1"}),
        aside="inventory_consignmentleg_after_the_first",
    ),
    "inventory_consignment_received_by_no_carrier": _consignment(received_by_carrier="true"),
    "inventory_custodyevent_act_of_its_facility": _said(
        act="(SELECT a.id FROM inventory_act a WHERE a.facility_id <> c.from_facility_id LIMIT 1)"
    ),
    "inventory_consignment_of_two_facilities": Break(
        "SELECT inventory_post(jsonb_build_object('facility', id, 'consignment', gen_random_uuid(),"
        " 'acts', '[]'::jsonb)) FROM facilities_facility LIMIT 1"
    ),
    "inventory_account_once_a_consignment": _account(times=2),
    "inventory_account_of_a_consignment": _account(consignment_id="NULL"),
}
