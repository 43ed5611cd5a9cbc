"""What goes wrong in a morning: a wrong dose, a near miss, vomiting and what an order replaces, and who is watched."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from core.constraints import in_order, one_of, paired, positive
from core.ids import new_id
from core.tables import Kept
from dispensing.models.dose import Dose
from dispensing.models.phone_order import PhoneOrder
from dispensing.rules.incident_codes import (
    DoseOrderKind,
    EndedHow,
    FoundHow,
    NearMissKind,
    ObservationState,
    ObservationWhy,
    VomitSeen,
    WrongDoseKind,
)
from facilities.models import Facility
from patients.models import Patient
from staff.models import Person, Signature


class Observation(models.Model):
    """Somebody is watched until a time. Whoever has to be watched longer has this one ended and a new one begun."""

    kept = Kept.SET_ONCE

    id = models.UUIDField(primary_key=True, default=new_id)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+", db_index=False)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", db_index=False)
    why = models.CharField(max_length=20)
    note = models.CharField(max_length=300, blank=True)
    starts_at = models.DateTimeField()
    until = models.DateTimeField()
    check_minutes = models.PositiveSmallIntegerField()
    recorded_at = models.DateTimeField()
    started_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    ended_how = models.CharField(max_length=20, null=True)  # noqa: DJ001  set once: null until it ends

    class Meta:
        constraints = [
            one_of("dispensing_observation", "why", ObservationWhy),
            models.CheckConstraint(
                condition=Q(ended_how__isnull=True) | Q(ended_how__in=[str(how) for how in EndedHow]),
                name="dispensing_observation_ended_how_known",
            ),
            paired("dispensing_observation", "ended_at", "ended_by", "ended_how"),
            in_order("dispensing_observation", "starts_at", "until"),
            positive("dispensing_observation", "check_minutes"),
            models.UniqueConstraint(
                fields=["patient"], condition=Q(ended_at__isnull=True), name="dispensing_observation_one_open"
            ),
        ]
        indexes = [
            models.Index(
                fields=["facility", "until"], condition=Q(ended_at__isnull=True), name="dispensing_observation_site"
            )
        ]


class ObservationCheck(models.Model):
    """One look at somebody who is watched. `breaths`: in a minute, where counted."""

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True, default=new_id)
    observation = models.ForeignKey(Observation, on_delete=models.PROTECT, related_name="checks", db_index=False)
    at = models.DateTimeField()
    state = models.CharField(max_length=20)
    breaths = models.PositiveSmallIntegerField(null=True)
    note = models.CharField(max_length=300, blank=True)
    checked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [one_of("dispensing_observationcheck", "state", ObservationState)]
        indexes = [models.Index(fields=["observation", "at"], name="dispensing_check_timeline")]


class WrongDose(models.Model):
    """Somebody drank what was meant for another, or another amount than is recorded.

    `dose` is the record that is corrected (it is voided in the same act), None where nothing had been recorded yet.
    `drunk` is the dose as it was really drunk, None where nobody knows who drank it. `intended_mg` is what the
    drinker was to have had by then, `usual_mg` what the drinker last swallowed.
    """

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True, default=new_id)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    kind = models.CharField(max_length=20)
    dose = models.OneToOneField(Dose, on_delete=models.PROTECT, null=True, related_name="corrected_as_wrong")
    drunk = models.OneToOneField(Dose, on_delete=models.PROTECT, null=True, related_name="drunk_as_wrong")
    meant = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    drinker = models.ForeignKey(Patient, on_delete=models.PROTECT, null=True, related_name="+")
    intended_mg = models.DecimalField(max_digits=6, decimal_places=2)
    actual_mg = models.DecimalField(max_digits=6, decimal_places=2)
    usual_mg = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    found_how = models.CharField(max_length=20)
    advice = ArrayField(models.CharField(max_length=30), default=list)
    observation = models.ForeignKey(Observation, on_delete=models.PROTECT, null=True, related_name="+")
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            one_of("dispensing_wrongdose", "kind", WrongDoseKind),
            one_of("dispensing_wrongdose", "found_how", FoundHow),
            positive("dispensing_wrongdose", "actual_mg"),
            models.CheckConstraint(
                condition=Q(kind=WrongDoseKind.OTHER_PERSON) & (Q(drinker__isnull=True) | ~Q(drinker=F("meant")))
                | Q(kind=WrongDoseKind.OTHER_AMOUNT, drinker=F("meant"), dose__isnull=False),
                name="dispensing_wrongdose_kind_fits",
            ),
            paired("dispensing_wrongdose", "drunk", "drinker"),
        ]
        indexes = [models.Index(fields=["facility", "day"], name="dispensing_wrongdose_site_day")]


class PhysicianTold(models.Model):
    """When a physician was told of a wrong dose, and what they said. Often known only a while after the record."""

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True, default=new_id)
    wrong_dose = models.ForeignKey(WrongDose, on_delete=models.PROTECT, related_name="physician_told")
    told_at = models.DateTimeField()
    told = models.CharField(max_length=120)
    words = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(told=""), name="dispensing_physiciantold_told_named"),
            models.CheckConstraint(
                condition=Q(told_at__lte=F("recorded_at")), name="dispensing_physiciantold_not_ahead"
            ),
        ]


class NearMiss(models.Model):
    """Something that nearly happened: one tap. A note may be added once, later."""

    kept = Kept.SET_ONCE

    id = models.UUIDField(primary_key=True, default=new_id)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", db_index=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    kind = models.CharField(max_length=30)
    at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=300, null=True)  # noqa: DJ001  set once: null until somebody writes one
    noted_at = models.DateTimeField(null=True)
    noted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            one_of("dispensing_nearmiss", "kind", NearMissKind),
            paired("dispensing_nearmiss", "note", "noted_at", "noted_by"),
        ]
        indexes = [models.Index(fields=["facility", "at"], name="dispensing_nearmiss_site")]


class VomitRecord(models.Model):
    """A patient vomited after a dose, `minutes` after its recorded time.

    `replace_mg` is what the bands allow an order to replace, 0 for nothing.
    """

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True, default=new_id)
    dose = models.OneToOneField(Dose, on_delete=models.PROTECT, related_name="vomit")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+", db_index=False)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    vomited_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    witnessed = models.BooleanField()
    seen = models.CharField(max_length=20)
    replace_mg = models.DecimalField(max_digits=6, decimal_places=2)
    rules_digest = models.CharField(max_length=16)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            one_of("dispensing_vomitrecord", "seen", VomitSeen),
            models.CheckConstraint(condition=Q(replace_mg__gte=0), name="dispensing_vomitrecord_mg_not_negative"),
            models.CheckConstraint(
                condition=Q(vomited_at__lte=F("recorded_at")), name="dispensing_vomitrecord_not_ahead"
            ),
        ]
        indexes = [
            models.Index(fields=["patient", "day"], name="dispensing_vomitrecord_patient"),
            models.Index(fields=["facility", "day"], name="dispensing_vomitrecord_site"),
        ]


class DoseOrder(models.Model):
    """A physician's order of one dose beside the prescription, for one day; drunk at most once.

    Given by a signature, or over the phone: exactly one of the two. A replacement names the vomiting it answers.
    """

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True, default=new_id)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+", db_index=False)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    kind = models.CharField(max_length=20)
    mg = models.DecimalField(max_digits=6, decimal_places=2)
    vomit = models.OneToOneField(VomitRecord, on_delete=models.PROTECT, null=True, related_name="order")
    note = models.CharField(max_length=300, blank=True)
    ordered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    signature = models.OneToOneField(Signature, on_delete=models.PROTECT, null=True, related_name="+")
    phone_order = models.OneToOneField(PhoneOrder, on_delete=models.PROTECT, null=True, related_name="+")
    digest = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            one_of("dispensing_doseorder", "kind", DoseOrderKind),
            models.CheckConstraint(condition=Q(mg__gt=0, mg__lte=1000), name="dispensing_doseorder_mg_sane"),
            models.CheckConstraint(
                condition=Q(signature__isnull=False, phone_order__isnull=True)
                | Q(signature__isnull=True, phone_order__isnull=False),
                name="dispensing_doseorder_signed_or_by_phone",
            ),
            models.CheckConstraint(
                condition=Q(kind=DoseOrderKind.REPLACEMENT, vomit__isnull=False)
                | Q(kind=DoseOrderKind.SUPPLEMENT, vomit__isnull=True),
                name="dispensing_doseorder_replaces_what_was_vomited",
            ),
        ]
        indexes = [models.Index(fields=["patient", "day"], name="dispensing_doseorder_patient")]
