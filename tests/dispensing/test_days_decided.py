"""Decisions over the days of a site: once, twice, late, for a past day, by two at once."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.access import Access
from core.ids import new_id
from core.models import AuditEvent
from dispensing.models import DayOutcome, Dose, Outcome
from dispensing.rules.daycodes import Why
from dispensing.rules.voids import VoidKind
from dispensing.services import days, voids
from dispensing.services.voids import NewVoid
from patients.models import Patient, Placement
from tests import cast, world
from tests.dispensing import morning
from tests.dispensing.test_at_once import together

YESTERDAY = world.TODAY - timedelta(days=1)
EVENING = world.NOW.replace(hour=20)


def decide(*, day: date = world.TODAY, now: datetime = world.NOW, at: str = cast.SITE, **more: object) -> int:
    usual = {"by": morning.access(cast.DISPENSER), "why": Why.CLOSE}
    return days.decide(facility_id=morning.site(at).pk, day=day, now=now, **usual | more)


def standing(of: Patient, day: date = world.TODAY) -> DayOutcome:
    return DayOutcome.objects.filter(patient=of, day=day).latest("version")


def state(of: Patient, code: str, *, day: date = world.TODAY, note: str = "") -> Outcome:
    return Outcome.objects.create(
        patient=of, facility=morning.site(), day=day, code=code, note=note, at=world.NOW, recorded_at=world.NOW,
        recorded_by=world.person(cast.DISPENSER),
    )  # fmt: skip


def test_decide_after_the_day_tells_dosed_absent_and_withheld_apart(db):
    morning.opened_bottle()
    dosed, absent, withheld = (morning.patient() for _ in range(3))
    morning.drink(dosed, morning.access(cast.DISPENSER))
    state(withheld, "withheld")

    decide(now=EVENING)

    assert (standing(dosed).how, standing(dosed).swallowed_mg) == ("dose", Decimal(65))
    missed = standing(absent)
    assert (missed.how, missed.tolerance_gap, missed.adherence_gap, missed.reason_known) == (
        "nothing", True, True, False
    )  # fmt: skip
    held = standing(withheld)
    assert (held.outcome, held.tolerance_gap, held.adherence_gap) == ("withheld", True, False)
    assert held.facility == morning.site()
    assert (held.why, held.decided_by) == ("close", world.person(cast.DISPENSER))


def test_decide_before_closing_time_says_nothing_of_who_has_not_come(db):
    morning.opened_bottle()
    dosed, to_come = morning.patient(), morning.patient()
    morning.drink(dosed, morning.access(cast.DISPENSER))

    decide()

    assert standing(dosed).covered
    assert not DayOutcome.objects.filter(patient=to_come).exists()


def test_decide_twice_writes_nothing_more(db):
    morning.patient()
    first = decide(now=EVENING)

    assert first > 0
    assert decide(now=EVENING + timedelta(minutes=5), why=Why.SWEEP, by=Access(label="sweep")) == 0
    assert AuditEvent.objects.filter(action="days.decided").count() == 1


def test_decide_again_after_a_late_statement_adds_a_version_for_that_patient_only(db):
    patient, other = morning.patient(known_from=YESTERDAY), morning.patient(known_from=YESTERDAY)
    decide(day=YESTERDAY)
    state(patient, "hospitalised", day=YESTERDAY)

    changed = days.after_the_day(
        patient_id=patient.pk, day=YESTERDAY, by=Access(label="sweep"), now=world.NOW, why=Why.LATE_FACT
    )

    assert changed == 1
    newest = standing(patient, YESTERDAY)
    assert (newest.version, newest.outcome, newest.why, newest.decided_by) == (2, "hospitalised", "late_fact", None)
    assert not newest.adherence_gap
    assert DayOutcome.objects.filter(patient=other).count() == 1


def test_after_the_day_leaves_a_day_alone_that_nobody_decided(db):
    patient = morning.patient()

    assert days.after_the_day(
        patient_id=patient.pk, day=YESTERDAY, by=Access(), now=world.NOW, why=Why.LATE_FACT
    ) == 0  # fmt: skip


def test_void_of_a_decided_days_dose_is_decided_again_at_once(db):
    morning.opened_bottle()
    patient, by = morning.patient(), morning.access(cast.DISPENSER)
    dose = morning.recorded(morning.drink(patient, by))
    decide(now=EVENING)

    voids.void(command=NewVoid(new_id(), dose.pk, VoidKind.NEVER_POURED, "ghi nhầm người"), by=by, now=EVENING)

    newest = standing(patient)
    assert (newest.version, newest.how, newest.why) == (2, "nothing", "void")


def test_decide_before_go_live_is_unknown_and_no_gap(db):
    patient = morning.patient(known_from=world.TODAY)

    decide(day=YESTERDAY)

    found = standing(patient, YESTERDAY)
    assert (found.how, found.tolerance_gap) == ("unknown", False)


def test_day_belongs_to_the_place_of_that_day_when_somebody_moved(db):
    """Moved from today on: yesterday stays the old place's to decide, today is the new one's."""
    patient = morning.patient(known_from=date(2026, 11, 1))
    Placement.objects.filter(patient=patient).update(ended_on=YESTERDAY, ended_by=world.person(cast.PHARMACIST))
    other = morning.site(cast.OTHER_SITE)
    Placement.objects.create(
        patient=patient, facility=other, kind="home", starts_on=world.TODAY, recorded_at=world.NOW,
        recorded_by=world.person(cast.PHARMACIST),
    )  # fmt: skip

    for place in (cast.SITE, cast.OTHER_SITE):
        for day in (YESTERDAY, world.TODAY):
            decide(day=day, now=EVENING, at=place)

    assert standing(patient, YESTERDAY).facility == morning.site()
    assert standing(patient).facility == other
    assert DayOutcome.objects.filter(patient=patient).count() == 2


def test_dose_elsewhere_in_the_installation_covers_the_day_of_the_place(db):
    """Dosed at noon by the other site, still placed here: here the day is covered."""
    morning.opened_bottle()
    patient, by = morning.patient(), morning.access(cast.DISPENSER)
    dose = morning.recorded(morning.drink(patient, by))
    assert Dose.objects.filter(pk=dose.pk, facility=morning.site()).exists()

    decide(now=EVENING)

    assert standing(patient).covered


def test_decide_takes_as_many_statements_for_twenty_as_for_two(db):
    for _ in range(2):
        morning.patient()
    with CaptureQueriesContext(
        connection,
    ) as few:
        decide(now=EVENING)
    for _ in range(18):
        morning.patient()
    with CaptureQueriesContext(connection) as many:
        decide(now=EVENING)

    assert len(many) <= len(few)
    assert len(many) < 15


def test_two_deciding_at_once_write_each_decision_once(committed_db):
    patients = [morning.patient() for _ in range(5)]

    answers = together(*(lambda: decide(now=EVENING) for _ in range(6)))

    assert sum(answers) == DayOutcome.objects.count()
    assert {DayOutcome.objects.filter(patient=one).count() for one in patients} == {1}
