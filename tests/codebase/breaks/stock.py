"""What breaks the constraints of inventory, those that the ledger's one door raises itself included."""

from typing import Final

from tests.codebase.breaks import Break, copied


def _account(**changes: str) -> str:
    """For an item that the main clinic holds no account of."""
    fresh = {
        "facility_id": "(SELECT id FROM facilities_facility WHERE kind = 'main_clinic')",
        "item_id": "(SELECT id FROM inventory_item WHERE NOT in_bottles)",
    }
    return copied("inventory_account", "kind = 'storage'", **fresh | changes)


def _act(**changes: str) -> str:
    return copied("inventory_act", **{"id": "gen_random_uuid()"} | changes)


def _movement(**changes: str) -> str:
    return copied("inventory_movement", **{"position": "99"} | changes)


def _link(**changes: str) -> str:
    fresh = {"sequence": "99999", "subject_id": "gen_random_uuid()", "previous_hash": "hash"}
    return copied(
        "inventory_chainlink", "sequence = (SELECT max(sequence) FROM inventory_chainlink)", **fresh | changes
    )


def _retired(**changes: str) -> str:
    """A device out of use: any number of those may stand."""
    return copied("inventory_measuringdevice", **{"retired_on": "starts_on"} | changes)


def _posted(act: str) -> str:
    """The door, called with one act made of a JSON text; what it names is read from the world."""
    return f"""
        SELECT inventory_post(jsonb_build_object('facility', a.facility_id, 'acts', jsonb_build_array(
                   jsonb_build_object(
                       'id', gen_random_uuid(), 'kind', 'opening', 'actor', a.actor_id, 'actor_label', 'X',
                       'digest', repeat('0', 64), 'occurred_us', 0, 'recorded_us', 0) || {act})))
          FROM inventory_act a, inventory_balance b, inventory_account c
         WHERE b.account_id = c.id AND c.facility_id = a.facility_id AND c.kind = 'storage' AND b.quantity > 0
         LIMIT 1"""


_MOVE_ELSEWHERE: Final = """
    jsonb_build_object('movements', jsonb_build_array(jsonb_build_object(
        'lot', b.lot_id, 'bottle', b.bottle_id, 'source', b.account_id, 'quantity', b.quantity, 'reason', 'test',
        'target', (SELECT o.id FROM inventory_account o WHERE o.facility_id <> a.facility_id
                      AND o.item_id = c.item_id AND o.kind = 'storage' LIMIT 1))))"""

BREAKS: Final = {
    "inventory_item_code_key": Break(copied("inventory_item")),
    "inventory_item_base_unit_known": Break(copied("inventory_item", code="'x'", base_unit="'gallon'")),
    "inventory_lot_number_once": Break(copied("inventory_lot")),
    "inventory_lot_concentration_positive": Break(copied("inventory_lot", number="'X'", concentration="0")),
    "inventory_bottle_number_key": Break(copied("inventory_bottle")),
    "inventory_bottle_number_fits": Break(copied("inventory_bottle", number="100000000")),
    "inventory_bottle_size_ul_positive": Break(copied("inventory_bottle", number="99", size_ul="0")),
    "inventory_bottle_opened_at_paired": Break("UPDATE inventory_bottle SET opened_at = now() WHERE opened_at IS NULL"),
    "inventory_bottle_emptied_at_paired": Break(
        "UPDATE inventory_bottle SET emptied_at = now() WHERE opened_at IS NOT NULL"
    ),
    "inventory_bottle_emptied_after_opened": Break(
        "UPDATE inventory_bottle SET emptied_at = now(), emptied_by_id = (SELECT min(id) FROM staff_person)"
        " WHERE opened_at IS NULL"
    ),
    "inventory_account_kind_known": Break(_account(kind="'pocket'", by_bottle="false")),
    "inventory_account_once": Break(copied("inventory_account")),
    "inventory_account_negative_only_outside": Break(_account(may_be_negative="true")),
    "inventory_account_bottles_only_in_places": Break(_account(kind="'patients'", by_bottle="true")),
    "inventory_act_kind_known": Break(_act(kind="'magic'")),
    "inventory_act_digest_whole": Break(_act(document_digest="'abc'")),
    "inventory_movement_quantity_positive": Break(_movement(quantity="0")),
    "inventory_movement_source_not_target": Break(_movement(target_id="source_id")),
    "inventory_movement_position_once": Break(copied("inventory_movement")),
    "inventory_movement_position_check": Break(_movement(position="-1")),
    "inventory_balance_key_once": Break(copied("inventory_balance", "bottle_id IS NULL", quantity="0")),
    "inventory_balance_bottle_in_one_place": Break(
        copied(
            "inventory_balance",
            "bottle_id IS NOT NULL AND NOT may_be_negative",
            account_id="(SELECT min(a.id) FROM inventory_account a WHERE a.kind = 'quarantine')",
        )
    ),
    "inventory_balance_never_below_zero": Break("UPDATE inventory_balance SET quantity = -1 WHERE NOT may_be_negative"),
    "inventory_chainlink_sequence_once": Break(_link(sequence="sequence")),
    "inventory_chainlink_never_forks": Break(_link(previous_hash="previous_hash")),
    "inventory_chainlink_sequence_positive": Break(_link(sequence="0")),
    "inventory_chainlink_subject_id_key": Break(_link(subject_id="subject_id")),
    "inventory_measuringdevice_kind_known": Break(_retired(kind="'spoon'")),
    "inventory_measuringdevice_step_ul_positive": Break(_retired(step_ul="0")),
    "inventory_measuringdevice_step_ul_check": Break(_retired(step_ul="-1")),
    "inventory_measuringdevice_min_ul_check": Break(_retired(min_ul="-1")),
    "inventory_measuringdevice_max_ul_check": Break(_retired(max_ul="-1")),
    "inventory_measuringdevice_range": Break(_retired(min_ul="max_ul + 1")),
    "inventory_measuringdevice_one_in_use": Break(copied("inventory_measuringdevice", "retired_on IS NULL")),
    "inventory_movement_fits": Break(_posted(_MOVE_ELSEWHERE)),
    "inventory_act_moves_something": Break(_posted("jsonb_build_object('movements', '[]'::jsonb)")),
    "inventory_bottle_emptied_whole": Break(
        _posted("jsonb_build_object('movements', '[]'::jsonb, 'empties', b.bottle_id)")
    ),
}
