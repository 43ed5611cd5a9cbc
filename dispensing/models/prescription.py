"""A physician's signed order: which dose, from which day to which, and what to do after missed days."""

from enum import StrEnum

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Least

from core.constraints import in_order, one_of, paired
from core.ids import new_id
from core.tables import Kept
from dispensing.models.phone_order import DelegatedOrder, PhoneOrder
from dispensing.rules.facts import Phase
from facilities.models import DateRange, Facility
from patients.models import Patient
from staff.models import Person, Signature


class EndReason(StrEnum):
    REPLACED = "replaced"
    STOPPED = "stopped"
    REDUCED_DOSE_GIVEN = "reduced_dose_given"
    DISOWNED = "disowned"  # its physician says that it was never ordered


class Prescription(models.Model):
    """Signed when made, or made by the phone order that it names. A change is a new one, ending the old the day before.

    `dose_mg` is the whole day's dose, `slot_mg` its parts (one, or two for a split dose). Covers the days starts_on to
    the earlier of ends_on and ended_on; an end before the start covers nothing (replaced on its own first day).
    """

    kept = Kept.SET_ONCE

    id = models.UUIDField(primary_key=True, default=new_id)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="prescriptions")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    phase = models.CharField(max_length=20)
    dose_mg = models.DecimalField(max_digits=6, decimal_places=2)
    slot_mg = ArrayField(models.DecimalField(max_digits=6, decimal_places=2), size=2)
    starts_on = models.DateField()
    ends_on = models.DateField()
    if_missed = models.JSONField(default=list)
    bridging = models.BooleanField(default=False)
    previous_dose_mg = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    large_change_confirmed = models.BooleanField(default=False)
    answers_until = models.DateField(null=True)  # signed in sight of the missed days up to and including this one
    by_main_clinic = models.BooleanField(default=False)
    note = models.CharField(max_length=300, blank=True)
    signed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    acting_for = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    signature = models.OneToOneField(Signature, on_delete=models.PROTECT, null=True)
    phone_order = models.OneToOneField(PhoneOrder, on_delete=models.PROTECT, null=True)  # its physician has not signed
    delegated_order = models.OneToOneField(DelegatedOrder, on_delete=models.PROTECT, null=True)  # the assistant has
    digest = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()
    ended_on = models.DateField(null=True)
    end_reason = models.CharField(max_length=30, null=True)  # noqa: DJ001  set once: null until it ends
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            one_of("dispensing_prescription", "phase", Phase),
            in_order("dispensing_prescription", "starts_on", "ends_on"),
            paired("dispensing_prescription", "ended_on", "end_reason", "ended_by", "ended_at"),
            paired("dispensing_prescription", "signed_by", "signature"),
            paired("dispensing_prescription", "acting_for", "delegated_order"),
            models.CheckConstraint(
                condition=Q(signature__isnull=True, phone_order__isnull=False)
                | Q(signature__isnull=False, phone_order__isnull=True),
                name="dispensing_prescription_signed_or_by_phone",
            ),
            models.CheckConstraint(
                condition=Q(delegated_order__isnull=True) | Q(phone_order__isnull=True),
                name="dispensing_prescription_one_name",
            ),
            models.CheckConstraint(
                condition=Q(dose_mg__gt=0, dose_mg__lte=1000), name="dispensing_prescription_dose_sane"
            ),
            models.CheckConstraint(
                condition=Q(answers_until__isnull=True) | Q(answers_until__lt=F("starts_on")),
                name="dispensing_prescription_answers_the_past",
            ),
            models.CheckConstraint(
                condition=Q(slot_mg__len__gte=1, slot_mg__len__lte=2), name="dispensing_prescription_slots"
            ),
            models.CheckConstraint(
                condition=Q(slot_mg__len=1, dose_mg=F("slot_mg__0"))
                | Q(slot_mg__len=2, dose_mg=F("slot_mg__0") + F("slot_mg__1")),
                name="dispensing_prescription_slots_add_up",
            ),
            ExclusionConstraint(
                name="dispensing_prescription_one_a_day",
                expressions=[
                    ("patient", RangeOperators.EQUAL),
                    (
                        Case(
                            When(
                                ended_on__lt=F("starts_on"),
                                then=Value("empty", output_field=DateRangeField()),
                            ),
                            default=DateRange("starts_on", Least("ends_on", "ended_on"), RangeBoundary(True, True)),
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        indexes = [models.Index(fields=["patient", "-starts_on"], name="dispensing_prescription_newest")]
