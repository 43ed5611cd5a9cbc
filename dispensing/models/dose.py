"""A dose that was swallowed, the day it covers, and its void."""

from django.db import models
from django.db.models import Q

from core.constraints import one_of, positive
from core.ids import new_id
from core.tables import Kept
from dispensing.models.prescription import Prescription
from dispensing.rules.facts import DoseKind
from dispensing.rules.voids import VoidKind
from facilities.models import Facility
from inventory.models import Act
from patients.models import Patient
from staff.models import Attestation, Person


class Dose(models.Model):
    """A patient drank `mg` in front of somebody. Never refused, never edited; its stock is the act of the same id.

    `findings` holds what was wrong with it when it was recorded (codes and data of dispensing.rules.violations), each
    opened as a case. `covers_day` is the day it counts for, `given_on` the day on which it was given. Who poured or
    looked on without an account here is named in `answers` (`poured_by_name`, `observed_by_name`): nobody is invented.
    `order`: what allowed a dose beside the prescription.
    """

    kept = Kept.APPEND_ONLY

    act = models.OneToOneField(Act, on_delete=models.PROTECT, primary_key=True)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, db_index=False)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, db_index=False)
    covers_day = models.DateField()
    given_on = models.DateField()
    given_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    slot = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=12)
    mg = models.DecimalField(max_digits=6, decimal_places=2)
    reduced = models.BooleanField(default=False)
    prescription = models.ForeignKey(Prescription, on_delete=models.PROTECT, null=True, db_index=False)
    poured_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    observed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    identified_by = models.CharField(max_length=20)
    answers = models.JSONField(default=dict)
    findings = models.JSONField(default=list)
    rules_digest = models.CharField(max_length=16)
    authorised_at = models.DateTimeField(null=True)
    order = models.ForeignKey("DoseOrder", on_delete=models.PROTECT, null=True, related_name="doses", db_index=False)

    class Meta:
        constraints = [
            one_of("dispensing_dose", "kind", DoseKind),
            models.CheckConstraint(
                condition=Q(kind__in=[DoseKind.REPLACEMENT, DoseKind.SUPPLEMENT], order__isnull=False)
                | ~Q(kind__in=[DoseKind.REPLACEMENT, DoseKind.SUPPLEMENT]) & Q(order__isnull=True),
                name="dispensing_dose_order_fits",
            ),
            models.UniqueConstraint(
                fields=["order"], condition=Q(order__isnull=False), name="dispensing_dose_order_once"
            ),
            positive("dispensing_dose", "mg"),
            models.CheckConstraint(condition=Q(slot__gte=1, slot__lte=2), name="dispensing_dose_slot_known"),
            models.CheckConstraint(
                condition=~Q(kind=DoseKind.CONFLICTING) | ~Q(findings=[]),
                name="dispensing_dose_conflict_has_finding",
            ),
            models.CheckConstraint(
                condition=Q(poured_by__isnull=False) | Q(answers__has_key="poured_by_name"),
                name="dispensing_dose_poured_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(observed_by__isnull=False) | Q(answers__has_key="observed_by_name"),
                name="dispensing_dose_observed_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["patient", "-covers_day"], name="dispensing_dose_patient"),
            models.Index(fields=["facility", "covers_day"], name="dispensing_dose_site_day"),
        ]

    @property
    def poured_words(self) -> str:
        """Who poured, as a list shows it."""
        return str(self.poured_by.initials if self.poured_by else self.answers.get("poured_by_name", ""))

    @property
    def observed_words(self) -> str:
        """Who saw it drunk, as a list shows it."""
        return str(self.observed_by.initials if self.observed_by else self.answers.get("observed_by_name", ""))


class CoveredDay(models.Model):
    """The constraint "one scheduled dose a day": claimed with the dose, moved or freed only by a void of it."""

    kept = Kept.MUTABLE

    pk = models.CompositePrimaryKey("patient_id", "day", "slot")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, db_index=False)
    day = models.DateField()
    slot = models.PositiveSmallIntegerField()
    dose = models.OneToOneField(Dose, on_delete=models.PROTECT)


class DoseVoid(models.Model):
    """A new record that names the dose it corrects. A dose is voided once; drunk by another stays consumed: no act."""

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True, default=new_id)
    dose = models.OneToOneField(Dose, on_delete=models.PROTECT, related_name="void")
    kind = models.CharField(max_length=20)
    reason = models.CharField(max_length=300)
    drinker = models.CharField(max_length=12, blank=True)  # the code of who drank it instead, or UNKNOWN
    act = models.OneToOneField(Act, on_delete=models.PROTECT, null=True, related_name="+")
    attestation = models.OneToOneField(Attestation, on_delete=models.PROTECT, null=True, related_name="+")
    voided_at = models.DateTimeField()
    voided_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            one_of("dispensing_dosevoid", "kind", VoidKind),
            models.CheckConstraint(condition=~Q(reason=""), name="dispensing_dosevoid_reason_given"),
            models.CheckConstraint(
                condition=Q(kind=VoidKind.DRUNK_BY_OTHER, act__isnull=True)
                | ~Q(kind=VoidKind.DRUNK_BY_OTHER) & Q(act__isnull=False),
                name="dispensing_dosevoid_stock_fits",
            ),
            models.CheckConstraint(
                condition=~Q(kind=VoidKind.POURED_NOT_DRUNK) | Q(attestation__isnull=False),
                name="dispensing_dosevoid_poured_out_attested",
            ),
        ]
