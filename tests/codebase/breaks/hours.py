"""What breaks the constraints of working time and its pay."""

from decimal import Decimal
from typing import Final

from core.ids import new_id
from staff.models import PayTerm, SiteCaseload
from staff.services import duty
from tests import cast, world
from tests.codebase.breaks import Break, copied
from tests.entrance import access
from tests.staff import working


def tapped() -> None:
    duty.start(tap_id=new_id(), by=access(cast.DISPENSER), now=world.NOW)


def typed() -> None:
    working.typed()


def declined() -> None:
    """One that stands no longer, so that a copy of it overlaps nothing."""
    row = working.typed()
    duty.decline(interval_id=row.pk, by=access(cast.DISPENSER), now=world.NOW)


def corrected() -> None:
    working.typed(corrects=working.typed().pk, ends="11:00")


def proposed() -> None:
    working.proposed()


def approved() -> None:
    working.approved(working.typed())


def seen() -> None:
    working.seen_at_work()


def counted() -> None:
    SiteCaseload.objects.create(facility=world.facility(cast.SITE), month=working.MONTH, patients=30, as_of=world.NOW)


def term() -> None:
    PayTerm.objects.create(
        person=world.person(cast.DISPENSER), hourly=Decimal(45000), from_day=working.MONTH, recorded_at=world.NOW,
        recorded_by=world.person(cast.PAYROLL),
    )  # fmt: skip


def paid() -> None:
    approved()
    working.paid()


def _duty(**changes: str) -> str:
    return copied("staff_dutyinterval", **{"corrects_id": "NULL"} | changes)


def _seen(**changes: str) -> str:
    return copied("staff_workevidence", **{"day": "day - 1"} | changes)


def _batch(**changes: str) -> str:
    return copied("staff_paybatch", **{"reference": "'khác'"} | changes)


BREAKS: Final = {
    "staff_dutytap_one_open": Break(copied("staff_dutytap"), tapped),
    "staff_dutytap_ended_at_after_started_at": Break(
        copied("staff_dutytap", ended_at="started_at - interval '1 minute'"), tapped
    ),
    "staff_dutyinterval_source_known": Break(_duty(source="'gossip'"), declined),
    "staff_dutyinterval_ended_why_known": Break(_duty(ended_why="'gossip'"), declined),
    "staff_dutyinterval_takes_time": Break(_duty(ends_at="starts_at"), declined),
    "staff_dutyinterval_typed_says_why": Break(_duty(reason="''"), declined),
    "staff_dutyinterval_said_by_the_person": Break(_duty(confirmed_at="NULL"), declined),
    "staff_dutyinterval_ended_at_paired": Break(_duty(ended_why="NULL"), declined),
    "staff_dutyinterval_no_overlap": Break(_duty(starts_at="starts_at + interval '1 hour'"), typed),
    "staff_dutyinterval_whole_minutes": Break(_duty(starts_at="starts_at + interval '1 second'"), declined),
    "staff_dutyinterval_corrects_id_key": Break(
        copied("staff_dutyinterval", "corrects_id IS NOT NULL", ended_at="recorded_at", ended_why="'declined'"),
        corrected,
    ),
    "staff_dutyapproval_approved_by_not_person": Break(
        "INSERT INTO staff_dutyapproval (interval_id, person_id, approved_by_id, signature_id, approved_at)"
        " SELECT i.id, i.person_id, i.person_id, (SELECT id FROM staff_signature LIMIT 1), i.recorded_at"
        " FROM staff_dutyinterval i LIMIT 1",
        typed,
    ),
    "staff_dutyapproval_fits": Break(
        "INSERT INTO staff_dutyapproval (interval_id, person_id, approved_by_id, signature_id, approved_at)"
        " SELECT i.id, (SELECT max(id) FROM staff_person), i.person_id, (SELECT id FROM staff_signature LIMIT 1),"
        " i.recorded_at FROM staff_dutyinterval i LIMIT 1",
        typed,
    ),
    "staff_workevidence_once": Break(copied("staff_workevidence"), seen),
    "staff_workevidence_kind_known": Break(_seen(kind="'gossip'"), seen),
    "staff_workevidence_last_at_after_first_at": Break(_seen(last_at="first_at - interval '1 minute'"), seen),
    "staff_sitecaseload_once": Break(copied("staff_sitecaseload"), counted),
    "staff_sitecaseload_month_begins": Break(copied("staff_sitecaseload", month="month + 1"), counted),
    "staff_sitecaseload_patients_check": Break(
        copied("staff_sitecaseload", month="month - interval '1 month'", patients="-1"), counted
    ),
    "staff_payterm_hourly_positive": Break(copied("staff_payterm", hourly="0"), term),
    "staff_paybatch_reference_once": Break(copied("staff_paybatch"), paid),
    "staff_paybatch_reference_given": Break(_batch(reference="''"), paid),
    "staff_paybatch_month_begins": Break(_batch(month="month + 1"), paid),
    "staff_paybatch_digest_whole": Break(_batch(digest="'0'"), paid),
    "staff_payline_person_once": Break(copied("staff_payline"), paid),
    "staff_payline_pays_something": Break(
        copied("staff_payline", person_id="(SELECT max(id) FROM staff_person)", minutes="0"), paid
    ),
}
