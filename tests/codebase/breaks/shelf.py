"""What breaks the constraints of the emergency shelf and of overdoses."""

from typing import Final

from core.access import SYSTEM
from dispensing.rules.overdose_codes import OverdoseStep
from inventory.services import caseloads, restocking
from tests import cast, world, world_patients
from tests.codebase.breaks import Break, copied
from tests.dispensing import overdosed
from tests.inventory import shelf_hands


def counted() -> None:
    caseloads.keep(patients={world.facility(cast.SITE).pk: 9}, now=world.NOW)


def checked() -> None:
    shelf_hands.check()


def asked() -> None:
    restocking.look(facility_id=world.facility(cast.SITE).pk, by=SYSTEM, now=world.NOW)


def found() -> None:
    overdosed.started()


def known() -> None:
    overdosed.started(world_patients.PHONG.code)


def injected() -> None:
    overdosed.injected(overdosed.started().pk, shelf_hands.receive(9))


def looked() -> None:
    overdosed.looked(overdosed.started().pk)


def called() -> None:
    overdosed.stepped(overdosed.started().pk, OverdoseStep.CALL)


def reported() -> None:
    overdosed.reported(overdosed.started().pk)


def _asked(**changes: str) -> Break:
    ended = {"ended_at": "raised_at", "ended_how": "'received'"}
    return Break(copied("inventory_restockrequest", **ended | changes), asked)


def _found(**changes: str) -> Break:
    return Break(copied("dispensing_overdoseincident", **changes), found)


def _injected(**changes: str) -> Break:
    loose = {"ampoules": "NULL", "lot_id": "NULL", "act_id": "NULL"}
    return Break(copied("dispensing_overdoseevent", **loose | changes), injected)


def _called(**changes: str) -> Break:
    return Break(copied("dispensing_overdoseevent", **changes), called)


def _looked(**changes: str) -> Break:
    return Break(copied("dispensing_overdoseevent", **changes), looked)


_OTHER: Final = "(SELECT i.id FROM dispensing_overdoseincident i LEFT JOIN dispensing_overdosereport r"
_OTHER_INCIDENT: Final = f"{_OTHER} ON r.incident_id = i.id WHERE r.incident_id IS NULL LIMIT 1)"
_OTHER_SIGNATURE: Final = "(SELECT s.id FROM staff_signature s WHERE s.subject_kind <> 'overdose' LIMIT 1)"


def two_found() -> None:
    reported()
    found()


def _reported(**changes: str) -> Break:
    fresh = {"incident_id": _OTHER_INCIDENT, "signature_id": _OTHER_SIGNATURE}
    return Break(copied("dispensing_overdosereport", **fresh | changes), two_found)


BREAKS: Final = {
    "inventory_caseload_patients_check": Break(copied("inventory_caseload", patients="-1"), counted),
    "inventory_shelfcheck_digest_whole": Break(copied("inventory_shelfcheck", digest="'abc'"), checked),
    "inventory_shelfcheck_naloxone_id_key": Break(
        copied("inventory_shelfcheck", signature_id="(SELECT min(id::text)::uuid FROM staff_signature)"), checked
    ),
    "inventory_shelfcheck_signature_id_key": Break(
        "INSERT INTO inventory_naloxonecheck (id, facility_id, usable, book, as_of, checked_by_id, checked_at,"
        " recorded_at) SELECT gen_random_uuid(), facility_id, 0, 0, 0, checked_by_id, checked_at, recorded_at"
        " FROM inventory_naloxonecheck LIMIT 1;"
        + copied(
            "inventory_shelfcheck", naloxone_id="(SELECT id FROM inventory_naloxonecheck WHERE usable = 0 LIMIT 1)"
        ),
        checked,
    ),
    "inventory_shelfline_equipment_known": Break(copied("inventory_shelfline", equipment="'samovar'"), checked),
    "inventory_shelfline_state_known": Break(copied("inventory_shelfline", state="'shiny'"), checked),
    "inventory_shelfline_once": Break(copied("inventory_shelfline"), checked),
    "inventory_restockrequest_why_known": _asked(why="'boredom'"),
    "inventory_restockrequest_amount_positive": _asked(amount="0"),
    "inventory_restockrequest_amount_check": _asked(amount="-1"),
    "inventory_restockrequest_usable_check": _asked(usable="-1"),
    "inventory_restockrequest_minimum_check": _asked(minimum="-1"),
    "inventory_restockrequest_due_at_after_raised_at": _asked(due_at="raised_at - interval '1 day'"),
    "inventory_restockrequest_sent_at_paired": _asked(sent_at="raised_at"),
    "inventory_restockrequest_sent_with_consignment": _asked(consignment_id="gen_random_uuid()"),
    "inventory_restockrequest_end_fits": _asked(ended_how="'refused'"),
    "inventory_restockrequest_one_open": Break(copied("inventory_restockrequest"), asked),
    "dispensing_overdoseincident_place_known": _found(place="'moon'"),
    "dispensing_overdoseincident_patient_paired": _found(patient_id="(SELECT id FROM patients_patient LIMIT 1)"),
    "dispensing_overdoseincident_hold_id_key": Break(copied("dispensing_overdoseincident"), known),
    "dispensing_overdoseincident_not_ahead": _found(found_at="recorded_at + interval '1 minute'"),
    "dispensing_overdoseevent_step_known": _called(step="'dance'"),
    "dispensing_overdoseevent_naloxone_whole": _injected(route="''"),
    "dispensing_overdoseevent_ampoules_paired": _injected(ampoules="1"),
    "dispensing_overdoseevent_ampoules_positive": Break(
        copied("dispensing_overdoseevent", ampoules="0", act_id="(SELECT id FROM inventory_act LIMIT 1)"), injected
    ),
    "dispensing_overdoseevent_ampoules_check": Break(
        copied("dispensing_overdoseevent", ampoules="-1", act_id="(SELECT id FROM inventory_act LIMIT 1)"),
        injected,
    ),
    "dispensing_overdoseevent_act_id_key": Break(copied("dispensing_overdoseevent"), injected),
    "dispensing_overdoseevent_signs_only": _called(breaths="12"),
    "dispensing_overdoseevent_gcs_check": _looked(gcs="-1"),
    "dispensing_overdoseevent_breaths_check": _looked(breaths="-1"),
    "dispensing_overdoseevent_spo2_check": _looked(spo2="-1"),
    "dispensing_overdoseevent_pulse_check": _looked(pulse="-1"),
    "dispensing_overdoseevent_systolic_check": _looked(systolic="-1"),
    "dispensing_overdoseevent_diastolic_check": _looked(diastolic="-1"),
    "dispensing_overdoseevent_not_ahead": _called(at="recorded_at + interval '1 minute'"),
    "dispensing_overdosereport_id_key": _reported(id="id"),
    "dispensing_overdosereport_signature_id_key": _reported(signature_id="signature_id"),
    "dispensing_overdosereport_take_home_known": _reported(take_home="'maybe'"),
    "dispensing_overdosereport_outcome_known": _reported(outcome="'fine'"),
    "dispensing_overdosereport_last_mg_paired": _reported(last_mg="60"),
    "dispensing_overdosereport_days_since_start_check": _reported(days_since_start="-1"),
    "dispensing_overdosereport_days_since_change_check": _reported(days_since_change="-1"),
    "dispensing_overdosereport_missed_7_check": _reported(missed_7="-1"),
    "dispensing_overdosereport_missed_30_check": _reported(missed_30="-1"),
    "dispensing_overdosereport_physician_and_time": _reported(physician_at="NULL"),
    "dispensing_overdosereport_hospital_and_time": _reported(hospital="''"),
    "dispensing_overdosereport_cause_given": _reported(root_cause="''"),
    "dispensing_overdosereport_digest_whole": _reported(digest="'abc'"),
}
