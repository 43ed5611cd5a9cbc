"""A dose that another place gave and documented: a hospital, another clinic, a place of detention (domain 2.3 d)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from core.constraints import one_of, positive
from core.tables import Kept
from dispensing.rules.elsewhere_codes import PlaceKind
from facilities.models import Facility
from patients.models import Patient
from staff.models import Person


class DoseElsewhere(models.Model):
    """What a patient drank on a day at a place that keeps no record here, as its slip says. No stock of ours moves.

    `proven`: it comes with a slip's number or its picture; without, it is kept and covers nothing, unless the setting
    of that moment said otherwise (`counts`). Put right by a new row that names this one; `took_place` false: it never
    happened. What nobody has corrected stands. `findings`: what was wrong with it when it was recorded.
    """

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+", db_index=False)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    mg = models.DecimalField(max_digits=6, decimal_places=2)
    place_kind = models.CharField(max_length=10)
    place = models.CharField(max_length=120)
    slip_number = models.CharField(max_length=40, blank=True)
    photos = ArrayField(models.CharField(max_length=64), default=list)
    confirmed_by = models.CharField(max_length=120)
    note = models.CharField(max_length=300, blank=True)
    proven = models.BooleanField()
    counts = models.BooleanField()
    findings = models.JSONField(default=list)
    took_place = models.BooleanField(default=True)
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="corrected_by")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            one_of("dispensing_doseelsewhere", "place_kind", PlaceKind),
            positive("dispensing_doseelsewhere", "mg"),
            models.CheckConstraint(condition=~Q(place=""), name="dispensing_doseelsewhere_says_where"),
            models.CheckConstraint(condition=~Q(confirmed_by=""), name="dispensing_doseelsewhere_says_who"),
            models.CheckConstraint(
                condition=Q(proven=~Q(slip_number="") | Q(photos__len__gte=1)),
                name="dispensing_doseelsewhere_proof_fits",
            ),
            models.CheckConstraint(
                condition=Q(counts=False) | Q(took_place=True), name="dispensing_doseelsewhere_counts_if_true"
            ),
            models.CheckConstraint(
                condition=Q(took_place=True) | Q(corrects__isnull=False),
                name="dispensing_doseelsewhere_untrue_names_what",
            ),
        ]
        indexes = [models.Index(fields=["patient", "-day"], name="dispensing_doseelsewhere_days")]
