"""What breaks the constraints of a site's day."""

from typing import Final

from core.ids import new_id
from dispensing.models import DayClose, DayOpening, SweptDay
from dispensing.rules.daycodes import Why
from dispensing.rules.reviews import ReviewWhy
from dispensing.services import days, reviews
from tests import cast, world
from tests.codebase.breaks import Break, copied
from tests.dispensing import morning


def opened() -> None:
    hoa = world.person(cast.DISPENSER)
    DayOpening.objects.create(
        id=new_id(), facility=morning.site(), day=world.TODAY, opened_at=world.NOW, on_duty=[hoa.pk],
        cabinet_locked=True, recorded_at=world.NOW, recorded_by=hoa,
    )  # fmt: skip


def closed() -> None:
    DayClose.objects.create(
        id=new_id(), facility=morning.site(), day=world.TODAY, closed_at=world.NOW, sequence=1, chain_hash="0" * 64,
        recorded_at=world.NOW, recorded_by=world.person(cast.DISPENSER),
    )  # fmt: skip


def decided() -> None:
    """A covered day."""
    morning.opened_bottle()
    patient, by = morning.patient(), morning.access(cast.DISPENSER)
    morning.drink(patient, by)
    days.decide(
        facility_id=morning.site().pk, day=world.TODAY, by=by, now=world.NOW, why=Why.CLOSE, patient_ids=[patient.pk]
    )


def _decided(**changes: str) -> str:
    return copied("dispensing_dayoutcome", **{"version": "version + 1"} | changes)


def _opening(**changes: str) -> str:
    return copied("dispensing_dayopening", **{"day": "day + 1"} | changes)


def _close(**changes: str) -> str:
    return copied("dispensing_dayclose", **{"day": "day + 1"} | changes)


def swept() -> None:
    SweptDay.objects.create(facility=morning.site(), day=world.TODAY, first_at=world.NOW, through=world.NOW)


def queued() -> None:
    reviews.due([morning.patient().pk], why=ReviewWhy.DAY, now=world.NOW)


def _swept(**changes: str) -> str:
    return copied("dispensing_sweptday", **{"day": "day + 1"} | changes)


BREAKS: Final = {
    "dispensing_dayoutcome_how_known": Break(_decided(how="'somehow'", covered="false"), decided),
    "dispensing_dayoutcome_why_known": Break(_decided(why="'whim'"), decided),
    "dispensing_dayoutcome_version_check": Break(_decided(version="-1"), decided),
    "dispensing_dayoutcome_version_positive": Break(_decided(version="0"), decided),
    "dispensing_dayoutcome_version_once": Break(_decided(version="version"), decided),
    "dispensing_dayoutcome_mg_not_negative": Break(_decided(swallowed_mg="-1"), decided),
    "dispensing_dayoutcome_covered_fits": Break(_decided(covered="false"), decided),
    "dispensing_dayoutcome_covered_is_no_gap": Break(_decided(tolerance_gap="true"), decided),
    "dispensing_dayoutcome_adherence_in_tolerance": Break(_decided(adherence_gap="true"), decided),
    "dispensing_dayopening_once": Break(_opening(day="day"), opened),
    "dispensing_dayopening_somebody_on_duty": Break(_opening(on_duty="'{}'"), opened),
    "dispensing_dayopening_not_ahead": Break(_opening(opened_at="recorded_at + interval '1 minute'"), opened),
    "dispensing_dayclose_once": Break(_close(day="day"), closed),
    "dispensing_dayclose_not_ahead": Break(_close(closed_at="recorded_at + interval '1 minute'"), closed),
    "dispensing_dayclose_hash_whole": Break(_close(chain_hash="'0'"), closed),
    "dispensing_sweptday_once": Break(_swept(day="day"), swept),
    "dispensing_sweptday_final_fits": Break(_swept(final_at="through", first_at="NULL"), swept),
    "dispensing_patientreview_why_known": Break(copied("dispensing_patientreview", why="'whim'"), queued),
    "dispensing_patientreview_tries_check": Break(copied("dispensing_patientreview", tries="-1"), queued),
}
