"""What a morning states beside doses: why there was none, what stops the next one, who was told."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from core.constraints import paired
from core.ids import new_id
from core.tables import Kept
from dispensing.models.phone_order import DelegatedOrder, PhoneOrder
from facilities.models import Facility
from inventory.models import Act
from patients.models import Patient
from staff.models import Person


class Outcome(models.Model):
    """What a person stated about a patient-day without a dose (dispensing.rules.outcomes.OutcomeCode).

    A later outcome or dose of the same day supersedes it; a withheld one stays open until `recheck_at`. Where a cup
    was poured and not swallowed, `act` took `poured_mg` out of the bottle.
    """

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True, default=new_id)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, db_index=False)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, db_index=False)
    day = models.DateField()
    code = models.CharField(max_length=30)
    signs = ArrayField(models.CharField(max_length=30), default=list)
    note = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    recheck_at = models.DateTimeField(null=True)
    poured_mg = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    act = models.OneToOneField(Act, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(code=""), name="dispensing_outcome_code_given"),
            paired("dispensing_outcome", "poured_mg", "act"),
        ]
        indexes = [
            models.Index(fields=["patient", "-day"], name="dispensing_outcome_patient"),
            models.Index(fields=["facility", "day"], name="dispensing_outcome_site_day"),
            models.Index(fields=["facility", "recorded_at"], name="dispensing_outcome_recorded"),
        ]


class Hold(models.Model):
    """A named person stops the next doses until somebody of the given level lifts it.

    Lifted by a physician's word over the phone: `lifted_by` is who took it down, `lift_phone_order` says who ordered.
    """

    kept = Kept.SET_ONCE

    id = models.UUIDField(primary_key=True, default=new_id)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="holds")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT)
    reason = models.CharField(max_length=30)  # dispensing.rules.choices.HoldReason
    note = models.CharField(max_length=300, blank=True)
    unlocker = models.CharField(max_length=20)
    placed_at = models.DateTimeField()
    placed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    lift_reason = models.CharField(max_length=300, null=True)  # noqa: DJ001  set once: null until lifted
    lift_phone_order = models.OneToOneField(PhoneOrder, on_delete=models.PROTECT, null=True, related_name="lifted_hold")
    lift_delegated_order = models.OneToOneField(
        DelegatedOrder, on_delete=models.PROTECT, null=True, related_name="lifted_hold"
    )

    class Meta:
        constraints = [
            paired("dispensing_hold", "lifted_at", "lifted_by", "lift_reason"),
            models.CheckConstraint(condition=~Q(reason=""), name="dispensing_hold_reason_given"),
            models.CheckConstraint(
                condition=Q(lift_phone_order__isnull=True, lift_delegated_order__isnull=True)
                | Q(lifted_at__isnull=False, lift_phone_order__isnull=True)
                | Q(lifted_at__isnull=False, lift_delegated_order__isnull=True),
                name="dispensing_hold_lifted_in_one_name",
            ),
        ]
        indexes = [models.Index(fields=["patient"], condition=Q(lifted_at__isnull=True), name="dispensing_hold_open")]


class ClinicTold(models.Model):
    """The main clinic or a physician was told about a patient before dosing (domain 12.2, third missed day)."""

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True, default=new_id)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT)
    told = models.CharField(max_length=120)
    words = models.CharField(max_length=300, blank=True)
    told_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
