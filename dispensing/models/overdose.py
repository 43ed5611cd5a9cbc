"""Somebody found with an overdose: quick to start, every step as it happened, the written report later (domain 5)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from core.constraints import one_of, paired
from core.tables import Kept
from dispensing.models.incidents import WrongDose
from dispensing.models.morning import Hold
from dispensing.rules.overdose_codes import (
    Avpu,
    OverdoseEnd,
    OverdoseStep,
    Place,
    Pupils,
    Response,
    Route,
    TakeHome,
)
from facilities.models import Facility
from inventory.models import Act, Lot
from patients.models import Patient
from staff.models import Person, Signature


class OverdoseIncident(models.Model):
    """Somebody was found. Who it is may be known later: then the patient's doses are held in the same act."""

    kept = Kept.SET_ONCE

    id = models.UUIDField(primary_key=True)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", db_index=False)
    place = models.CharField(max_length=10)
    place_words = models.CharField(max_length=120, blank=True)
    found_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, null=True, related_name="overdoses")
    hold = models.OneToOneField(Hold, on_delete=models.PROTECT, null=True, related_name="overdose")

    class Meta:
        constraints = [
            one_of("dispensing_overdoseincident", "place", Place),
            paired("dispensing_overdoseincident", "patient", "hold"),
            models.CheckConstraint(
                condition=Q(found_at__lte=F("recorded_at")), name="dispensing_overdoseincident_not_ahead"
            ),
        ]
        indexes = [models.Index(fields=["facility", "-found_at"], name="dispensing_overdose_site")]


class OverdoseEvent(models.Model):
    """One line of the timeline: what was done or seen, and when.

    Naloxone says how much, by which route and what came of it; `act` took `ampoules` of `lot` off the shelf, none where
    somebody else brought it. Signs say what was counted.
    """

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True)
    incident = models.ForeignKey(OverdoseIncident, on_delete=models.PROTECT, related_name="events", db_index=False)
    step = models.CharField(max_length=12)
    at = models.DateTimeField()
    words = models.CharField(max_length=300, blank=True)
    mg = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    route = models.CharField(max_length=10, blank=True)
    response = models.CharField(max_length=12, blank=True)
    ampoules = models.PositiveSmallIntegerField(null=True)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    act = models.OneToOneField(Act, on_delete=models.PROTECT, null=True, related_name="+")
    avpu = models.CharField(max_length=12, blank=True)
    gcs = models.PositiveSmallIntegerField(null=True)
    breaths = models.PositiveSmallIntegerField(null=True)
    spo2 = models.PositiveSmallIntegerField(null=True)
    pulse = models.PositiveSmallIntegerField(null=True)
    systolic = models.PositiveSmallIntegerField(null=True)
    diastolic = models.PositiveSmallIntegerField(null=True)
    pupils = models.CharField(max_length=10, blank=True)
    cyanosis = models.BooleanField(null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            one_of("dispensing_overdoseevent", "step", OverdoseStep),
            models.CheckConstraint(
                condition=Q(
                    step=str(OverdoseStep.NALOXONE),
                    mg__gt=0,
                    route__in=[str(route) for route in Route],
                    response__in=[str(response) for response in Response],
                )
                | ~Q(step=str(OverdoseStep.NALOXONE))
                & Q(mg__isnull=True, route="", response="", ampoules__isnull=True),
                name="dispensing_overdoseevent_naloxone_whole",
            ),
            paired("dispensing_overdoseevent", "ampoules", "lot", "act"),
            models.CheckConstraint(
                condition=Q(ampoules__isnull=True) | Q(ampoules__gt=0),
                name="dispensing_overdoseevent_ampoules_positive",
            ),
            models.CheckConstraint(
                condition=Q(step=str(OverdoseStep.SIGNS), avpu__in=["", *(str(one) for one in Avpu)])
                & Q(pupils__in=["", *(str(one) for one in Pupils)])
                | ~Q(step=str(OverdoseStep.SIGNS))
                & Q(
                    avpu="",
                    pupils="",
                    gcs__isnull=True,
                    breaths__isnull=True,
                    spo2__isnull=True,
                    pulse__isnull=True,
                    systolic__isnull=True,
                    diastolic__isnull=True,
                    cyanosis__isnull=True,
                ),
                name="dispensing_overdoseevent_signs_only",
            ),
            models.CheckConstraint(condition=Q(at__lte=F("recorded_at")), name="dispensing_overdoseevent_not_ahead"),
        ]
        indexes = [models.Index(fields=["incident", "at"], name="dispensing_overdose_timeline")]


class OverdoseReport(models.Model):
    """The written report, signed: what the record says of the patient, and what only people know. Once for each.

    `last_mg` and `last_dose_at` are None where the record has no dose; `missed_7` and `missed_30` are days before it.
    """

    kept = Kept.APPEND_ONLY

    incident = models.OneToOneField(OverdoseIncident, on_delete=models.PROTECT, primary_key=True, related_name="report")
    id = models.UUIDField(unique=True)
    last_mg = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    last_dose_at = models.DateTimeField(null=True)
    days_since_start = models.PositiveIntegerField(null=True)
    days_since_change = models.PositiveIntegerField(null=True)
    missed_7 = models.PositiveSmallIntegerField(null=True)
    missed_30 = models.PositiveSmallIntegerField(null=True)
    take_home = models.CharField(max_length=10)
    substances = ArrayField(models.CharField(max_length=20), default=list)
    present = models.CharField(max_length=300)
    physician = models.CharField(max_length=120, blank=True)
    physician_at = models.DateTimeField(null=True)
    hospital = models.CharField(max_length=120, blank=True)
    transport = models.CharField(max_length=120, blank=True)
    transferred_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12)
    observed_until = models.DateTimeField(null=True)
    family_told_at = models.DateTimeField(null=True)
    root_cause = models.CharField(max_length=1000)
    wrong_dose = models.ForeignKey(WrongDose, on_delete=models.PROTECT, null=True, related_name="overdoses")
    digest = models.CharField(max_length=64)
    signature = models.OneToOneField(Signature, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            one_of("dispensing_overdosereport", "take_home", TakeHome),
            one_of("dispensing_overdosereport", "outcome", OverdoseEnd),
            paired("dispensing_overdosereport", "last_mg", "last_dose_at"),
            models.CheckConstraint(
                condition=Q(physician="", physician_at__isnull=True) | ~Q(physician="") & Q(physician_at__isnull=False),
                name="dispensing_overdosereport_physician_and_time",
            ),
            models.CheckConstraint(
                condition=Q(hospital="", transferred_at__isnull=True)
                | ~Q(hospital="") & Q(transferred_at__isnull=False),
                name="dispensing_overdosereport_hospital_and_time",
            ),
            models.CheckConstraint(condition=~Q(root_cause=""), name="dispensing_overdosereport_cause_given"),
            models.CheckConstraint(
                condition=Q(digest__regex="^[0-9a-f]{64}$"), name="dispensing_overdosereport_digest_whole"
            ),
        ]
