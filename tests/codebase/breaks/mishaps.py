"""What breaks the constraints of what goes wrong in a morning."""

from datetime import timedelta
from decimal import Decimal
from typing import Final

from core.ids import new_id
from dispensing.rules.incident_codes import NearMissKind, ObservationState
from dispensing.services import dose_orders, incidents, observations
from dispensing.services.dose_orders import NewOrder
from dispensing.services.incidents import NewNearMiss
from dispensing.services.observations import NewCheck
from tests import cast, world
from tests.codebase.breaks import Break, copied
from tests.dispensing import mishaps, morning

OTHER_ACT: Final = "(SELECT id FROM inventory_act WHERE kind = 'receipt' LIMIT 1)"
LATER: Final = world.NOW + timedelta(minutes=20)


def wrong() -> None:
    """Two wrong doses: somebody else drank one, the right person another amount of the other."""
    by = morning.access(cast.DISPENSER)
    morning.opened_bottle()
    mishaps.drunk_by(morning.patient().code, morning.drink(morning.patient(), by).dose_id, by, told="BS. Hà")
    mishaps.other_amount(7500, morning.drink(morning.patient(), by).dose_id, by)


def ordered() -> None:
    """Vomiting of two, an order over the phone for one of them, and the replacement drunk."""
    by = morning.access(cast.DISPENSER)
    morning.opened_bottle()
    for _ in range(2):
        patient = morning.patient()
        vomit = mishaps.vomited(morning.drink(patient, by).dose_id, by)
    mishaps.ordered_by_phone(vomit, by, mg="65", now=LATER)
    mishaps.replaced(patient, by, now=LATER)
    physician = morning.access(cast.PHYSICIAN)
    command = NewOrder(new_id(), Decimal(10), patient_id=patient.pk)
    dose_orders.sign(command=command, by=physician, pin=cast.PHYSICIAN.pin, now=LATER)


def watched() -> None:
    by = morning.access(cast.DISPENSER)
    made = mishaps.watched(morning.patient().pk, by)
    observations.check(command=NewCheck(new_id(), made.pk, ObservationState.ALERT), by=by, now=world.NOW)


def near() -> None:
    command = NewNearMiss(new_id(), NearMissKind.NEARLY_TWICE)
    incidents.near_miss(command=command, by=morning.access(cast.DISPENSER), now=world.NOW)


_FREE: Final = {"dose_id": "NULL", "drunk_id": "NULL", "drinker_id": "NULL", "observation_id": "NULL"}


def _wrong(**changes: str) -> str:
    return copied("dispensing_wrongdose", "kind = 'other_person'", **_FREE | changes)


def _vomit(**changes: str) -> str:
    other = (
        "(SELECT d.act_id FROM dispensing_dose d WHERE NOT EXISTS"
        " (SELECT FROM dispensing_vomitrecord v WHERE v.dose_id = d.act_id) LIMIT 1)"
    )
    return copied("dispensing_vomitrecord", **{"dose_id": other} | changes)


def _order(where: str = "phone_order_id IS NOT NULL", **changes: str) -> str:
    """A supplement under a signature of another kind: nothing of it is taken."""
    free = {
        "kind": "'supplement'",
        "vomit_id": "NULL",
        "phone_order_id": "NULL",
        "signature_id": "(SELECT s.id FROM staff_signature s WHERE NOT EXISTS"
        " (SELECT FROM dispensing_doseorder o WHERE o.signature_id = s.id) LIMIT 1)",
    }
    return copied("dispensing_doseorder", where, **free | changes)


def _watch(**changes: str) -> str:
    ended = {"ended_at": "until", "ended_by_id": "started_by_id", "ended_how": "'well'"}
    return copied("dispensing_observation", **ended | changes)


# Beside a constraint that is set aside stand only the world's own rows.
_ANYBODY: Final = "FROM facilities_facility f, patients_patient p, staff_signature s LIMIT 1"
_WRONG_KIND: Final = (
    "INSERT INTO dispensing_wrongdose (id, facility_id, day, kind, meant_id, intended_mg, actual_mg, found_how, advice,"
    " happened_at, recorded_at, recorded_by_id) SELECT gen_random_uuid(), f.id, current_date, 'x', p.id, 1, 1, 'seen',"
    f" '{{}}', now(), now(), s.person_id {_ANYBODY}"
)
_ORDER_KIND: Final = (
    "INSERT INTO dispensing_doseorder (id, patient_id, facility_id, day, kind, mg, note, ordered_by_id, signature_id,"
    " digest, recorded_at, recorded_by_id) SELECT gen_random_uuid(), p.id, f.id, current_date, 'x', 1, '', s.person_id,"
    f" s.id, '', now(), s.person_id {_ANYBODY}"
)
_CHECKED_NEVER: Final = (
    "INSERT INTO dispensing_observation (id, patient_id, facility_id, why, note, starts_at, until, check_minutes,"
    " recorded_at, started_by_id) SELECT gen_random_uuid(), p.id, f.id, 'other', '', now(), now(), -1, now(),"
    f" s.person_id {_ANYBODY}"
)

BREAKS: Final = {
    "dispensing_wrongdose_kind_known": Break(_WRONG_KIND, aside="dispensing_wrongdose_kind_fits"),
    "dispensing_wrongdose_found_how_known": Break(_wrong(found_how="'x'"), wrong),
    "dispensing_wrongdose_actual_mg_positive": Break(_wrong(actual_mg="0"), wrong),
    "dispensing_wrongdose_kind_fits": Break(
        _wrong(
            drinker_id="meant_id",
            drunk_id="(SELECT act_id FROM dispensing_dose WHERE NOT EXISTS"
            " (SELECT FROM dispensing_wrongdose w WHERE w.drunk_id = act_id) LIMIT 1)",
        ),
        wrong,
    ),
    "dispensing_wrongdose_drunk_paired": Break(_wrong(drinker_id="drinker_id"), wrong),
    "dispensing_wrongdose_dose_id_key": Break(_wrong(dose_id="dose_id"), wrong),
    "dispensing_wrongdose_drunk_id_key": Break(_wrong(drunk_id="drunk_id", drinker_id="drinker_id"), wrong),
    "dispensing_physiciantold_told_named": Break(copied("dispensing_physiciantold", told="''"), wrong),
    "dispensing_physiciantold_not_ahead": Break(
        copied("dispensing_physiciantold", told_at="recorded_at + interval '1 minute'"), wrong
    ),
    "dispensing_nearmiss_kind_known": Break(copied("dispensing_nearmiss", kind="'x'"), near),
    "dispensing_nearmiss_note_paired": Break(copied("dispensing_nearmiss", note="'y'"), near),
    "dispensing_vomitrecord_seen_known": Break(_vomit(seen="'x'"), ordered),
    "dispensing_vomitrecord_mg_not_negative": Break(_vomit(replace_mg="-1"), ordered),
    "dispensing_vomitrecord_not_ahead": Break(_vomit(vomited_at="recorded_at + interval '1 minute'"), ordered),
    "dispensing_vomitrecord_minutes_check": Break(_vomit(minutes="-1"), ordered),
    "dispensing_vomitrecord_dose_id_key": Break(_vomit(dose_id="dose_id"), ordered),
    "dispensing_doseorder_kind_known": Break(_ORDER_KIND, aside="dispensing_doseorder_replaces_what_was_vomited"),
    "dispensing_doseorder_mg_sane": Break(_order(mg="0"), ordered),
    "dispensing_doseorder_signed_or_by_phone": Break(_order(signature_id="NULL"), ordered),
    "dispensing_doseorder_replaces_what_was_vomited": Break(_order(kind="'replacement'"), ordered),
    "dispensing_doseorder_vomit_id_key": Break(_order(kind="kind", vomit_id="vomit_id"), ordered),
    "dispensing_doseorder_phone_order_id_key": Break(
        _order(signature_id="NULL", phone_order_id="phone_order_id"), ordered
    ),
    "dispensing_doseorder_signature_id_key": Break(
        _order("signature_id IS NOT NULL", signature_id="signature_id"), ordered
    ),
    "dispensing_dose_order_fits": Break(
        copied("dispensing_dose", act_id=OTHER_ACT, kind="'replacement'", order_id="NULL"), ordered
    ),
    "dispensing_dose_order_once": Break(copied("dispensing_dose", "order_id IS NOT NULL", act_id=OTHER_ACT), ordered),
    "dispensing_observation_why_known": Break(_watch(why="'x'"), watched),
    "dispensing_observation_ended_how_known": Break(_watch(ended_how="'x'"), watched),
    "dispensing_observation_ended_at_paired": Break(_watch(ended_how="NULL"), watched),
    "dispensing_observation_until_after_starts_at": Break(
        _watch(until="starts_at - interval '1 minute'", ended_at="starts_at"), watched
    ),
    "dispensing_observation_check_minutes_positive": Break(_watch(check_minutes="0"), watched),
    "dispensing_observation_check_minutes_check": Break(
        _CHECKED_NEVER, aside="dispensing_observation_check_minutes_positive"
    ),
    "dispensing_observation_one_open": Break(_watch(ended_at="NULL", ended_by_id="NULL", ended_how="NULL"), watched),
    "dispensing_observationcheck_state_known": Break(copied("dispensing_observationcheck", state="'x'"), watched),
    "dispensing_observationcheck_breaths_check": Break(copied("dispensing_observationcheck", breaths="-1"), watched),
}
