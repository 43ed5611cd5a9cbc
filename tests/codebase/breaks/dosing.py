"""What breaks the constraints of dispensing."""

from typing import Final

from core.ids import new_id
from dispensing.rules.choices import HoldReason, OutcomeCode
from dispensing.rules.violations import Unlocker
from dispensing.rules.voids import VoidKind
from dispensing.services import holds, outcomes, voids
from dispensing.services.holds import NewHold
from dispensing.services.outcomes import NewOutcome
from dispensing.services.voids import NewVoid
from tests import cast, world, world_stock
from tests.codebase.breaks import Break, copied
from tests.dispensing import morning

OTHER_ACT: Final = "(SELECT id FROM inventory_act WHERE kind = 'receipt' LIMIT 1)"
OTHER_DOSE: Final = (
    "(SELECT d.act_id FROM dispensing_dose d WHERE NOT EXISTS"
    " (SELECT FROM dispensing_dosevoid v WHERE v.dose_id = d.act_id) LIMIT 1)"
)
UNUSED_SIGNATURE: Final = (
    "(SELECT s.id FROM staff_signature s WHERE NOT EXISTS"
    " (SELECT FROM dispensing_prescription p WHERE p.signature_id = s.id) LIMIT 1)"
)
NOT_ENDED: Final = {"ended_on": "NULL", "end_reason": "NULL", "ended_by_id": "NULL", "ended_at": "NULL"}


def dose() -> None:
    morning.opened_bottle()
    morning.drink(morning.patient(), morning.access(cast.DISPENSER))


def void() -> None:
    """A dose that stands, and one that was poured and not drunk, witnessed."""
    dose()
    by = morning.access(cast.DISPENSER)
    given = morning.drink(morning.patient(), by).dose_id
    second = world_stock.present(cast.WITNESS)
    command = NewVoid(new_id(), given, VoidKind.POURED_NOT_DRUNK, "nhầm cốc", second=second)
    voids.void(command=command, by=by, now=world.NOW)


def poured_away() -> None:
    """A cup that was filled and spat out."""
    morning.opened_bottle()
    patient, by = morning.patient(), morning.access(cast.DISPENSER)
    command = NewOutcome(new_id(), patient.pk, OutcomeCode.SPAT_OUT, slip=morning.slip(patient, by))
    outcomes.state(command=command, by=by, now=world.NOW)


def hold() -> None:
    command = NewHold(new_id(), morning.patient().pk, HoldReason.ILLNESS, Unlocker.PHYSICIAN)
    holds.place(command=command, by=morning.access(cast.PHYSICIAN), now=world.NOW)


def _dose(**changes: str) -> str:
    return copied("dispensing_dose", **{"act_id": OTHER_ACT} | changes)


def _covered(**changes: str) -> str:
    return copied("dispensing_coveredday", **changes)


def _void(**changes: str) -> str:
    fresh = {"dose_id": OTHER_DOSE, "act_id": OTHER_ACT, "attestation_id": "NULL", "kind": "'never_poured'"}
    return copied("dispensing_dosevoid", **fresh | changes)


def _outcome(**changes: str) -> str:
    return copied("dispensing_outcome", **{"act_id": "NULL", "poured_mg": "NULL"} | changes)


def _order(**changes: str) -> str:
    """In a year before the world's, so that no day is taken, and under a signature of its own."""
    days = {"starts_on": "'2020-01-02'", "ends_on": "'2020-01-03'", "answers_until": "NULL"}
    return copied("dispensing_prescription", **days | NOT_ENDED | {"signature_id": UNUSED_SIGNATURE} | changes)


BREAKS: Final = {
    "dispensing_dose_kind_known": Break(_dose(kind="'extra'"), dose),
    "dispensing_dose_mg_positive": Break(_dose(mg="0"), dose),
    "dispensing_dose_slot_check": Break(_dose(slot="-1"), dose),
    "dispensing_dose_slot_known": Break(_dose(slot="3"), dose),
    "dispensing_dose_conflict_has_finding": Break(_dose(kind="'conflicting'", findings="'[]'"), dose),
    "dispensing_coveredday_pkey": Break(_covered(dose_id="gen_random_uuid()"), dose),
    "dispensing_coveredday_slot_check": Break(_covered(slot="-1"), dose),
    "dispensing_coveredday_dose_id_key": Break(_covered(day="day + 1"), dose),
    "dispensing_dosevoid_kind_known": Break(_void(kind="'undone'"), void),
    "dispensing_dosevoid_reason_given": Break(_void(reason="''"), void),
    "dispensing_dosevoid_stock_fits": Break(_void(act_id="NULL"), void),
    "dispensing_dosevoid_poured_out_attested": Break(_void(kind="'poured_not_drunk'"), void),
    "dispensing_dosevoid_dose_id_key": Break(_void(dose_id="dose_id"), void),
    "dispensing_dosevoid_act_id_key": Break(_void(act_id="act_id"), void),
    "dispensing_dosevoid_attestation_id_key": Break(_void(attestation_id="attestation_id"), void),
    "dispensing_outcome_code_given": Break(_outcome(code="''"), poured_away),
    "dispensing_outcome_poured_mg_paired": Break(_outcome(poured_mg="65"), poured_away),
    "dispensing_outcome_act_id_key": Break(_outcome(act_id="act_id", poured_mg="poured_mg"), poured_away),
    "dispensing_hold_reason_given": Break(copied("dispensing_hold", reason="''"), hold),
    "dispensing_hold_lifted_at_paired": Break(
        copied("dispensing_hold", lifted_at="placed_at", lifted_by_id="placed_by_id"), hold
    ),
    "dispensing_prescription_phase_known": Break(_order(phase="'detox'")),
    "dispensing_prescription_ends_on_after_starts_on": Break(_order(ends_on="'2020-01-01'")),
    "dispensing_prescription_ended_on_paired": Break(_order(ended_on="'2020-01-02'")),
    "dispensing_prescription_dose_sane": Break(_order(dose_mg="1000.01", slot_mg="ARRAY[1000.01]")),
    "dispensing_prescription_answers_the_past": Break(_order(answers_until="'2020-01-02'")),
    "dispensing_prescription_slots": Break(_order(dose_mg="3", slot_mg="ARRAY[1.0, 1.0, 1.0]")),
    "dispensing_prescription_slots_add_up": Break(_order(slot_mg="ARRAY[dose_mg - 20, 10]")),
    "dispensing_prescription_signature_id_key": Break(_order(signature_id="signature_id")),
    "dispensing_prescription_one_a_day": Break(_order(starts_on="starts_on + 1", ends_on="ends_on + 1"), None),
}
