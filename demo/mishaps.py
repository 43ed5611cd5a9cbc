"""What goes wrong on the demo's running morning: a near miss, another amount, vomiting and its replacement, a watch."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from core.access import Access, Permission
from demo.morning import Morning
from demo.refusals import left_out
from dispensing.models import Dose, NearMiss
from dispensing.rules.facts import Answers, DoseKind
from dispensing.rules.incident_codes import FoundHow, NearMissKind, ObservationWhy, VomitSeen
from dispensing.services import authorisations, dose_orders, doses, incidents, observations, vomits, wrong_doses
from dispensing.services.dose_orders import NewOrder
from dispensing.services.doses import Confirmation
from dispensing.services.incidents import NewNearMiss
from dispensing.services.observations import NewObservation
from dispensing.services.phone_orders import Told
from dispensing.services.vomits import NewVomit
from dispensing.services.wrong_doses import NewWrongDose
from inventory.models import Movement
from staff.queries.people import with_permission

ENOUGH: Final = 6  # doses of a morning before anything goes wrong
AFTER: Final = timedelta(minutes=8)
MORE_UL: Final = 500


def happen(morning: Morning, at: datetime) -> None:
    """Once on a morning of a busy site, everything recorded by one person within a few seconds of `at`."""
    site, day = morning.site, morning.today.day
    if not site.spec.busy or NearMiss.objects.filter(facility_id=site.facility_id, at__date=day).exists():
        return
    by, step = site.dispenser(day, 0).access, morning.span.step / 50
    drunk = list(
        Dose.objects.filter(
            facility_id=site.facility_id, covers_day=day, kind=DoseKind.SCHEDULED, void__isnull=True, findings=[],
            given_at__lte=at - AFTER,
        ).order_by("-given_at", "pk")[:ENOUGH]
    )  # fmt: skip
    if len(drunk) < ENOUGH:
        return
    with left_out("a near miss"):
        command = NewNearMiss(site.id(at, "near miss"), NearMissKind.NEARLY_OTHER_PERSON, drunk[0].patient_id)
        incidents.near_miss(command=command, by=by, now=at)
    with left_out("somebody watched"):
        watch = NewObservation(site.id(at, "watched"), drunk[1].patient_id, ObservationWhy.INTOXICATED)
        observations.begin(command=watch, by=by, now=at + step)
    with left_out("another amount"):
        _another_amount(morning, drunk[2], by, at + 2 * step)
    with left_out("vomiting and its replacement"):
        _vomiting(morning, drunk[3], by, at + 3 * step)


def _another_amount(morning: Morning, dose: Dose, by: Access, at: datetime) -> None:
    poured = sum(Movement.objects.filter(act_id=dose.pk).values_list("quantity", flat=True))
    command = NewWrongDose(
        morning.site.id(at, "another amount"), dose_id=dose.pk, actual_ul=poured + MORE_UL, found_how=FoundHow.MEASURED,
        advice=("danger_signs", "not_alone", "number_given"), told="Bác sĩ trực",
    )  # fmt: skip
    wrong_doses.record(command=command, by=by, now=at)


def _vomiting(morning: Morning, dose: Dose, by: Access, at: datetime) -> None:
    """Seen eight minutes after the dose; the physician says on the phone: replace it."""
    site = morning.site
    command = NewVomit(site.id(at, "vomited"), dose.pk, dose.given_at + AFTER, True, VomitSeen.FOOD_AND_MEDICINE)
    vomit = vomits.record(command=command, by=by, now=at)
    called = with_permission(Permission.PRESCRIBE, facility_id=dose.facility_id, now=at).exclude(pk=by.actor_id).first()
    if called is None or vomit.replace_mg <= 0:
        return
    told = Told(site.id(at, "told"), dose.patient_id, called.pk, at, "cho uống bù, theo dõi tại chỗ", read_back=True)
    dose_orders.by_phone(command=NewOrder(site.id(at, "replace"), vomit.replace_mg, vomit.pk), told=told, by=by, now=at)
    answers = Answers(alert_confirmed=True, last_dose_proof="card", second_look=True)
    choice = authorisations.choose(patient_id=dose.patient_id, by=by, screen="demo", now=at, answers=answers)
    if choice.authorisation is not None:
        slip = replace(choice.authorisation, dose_id=site.id(at, "replacement"))
        said = Confirmation(slip, "known", by.actor_id, by.actor_id)
        doses.confirm(confirmation=said, by=by, now=at, screen="demo")
