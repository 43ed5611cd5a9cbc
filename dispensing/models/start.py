"""What another book said of a patient when the site began with this one (domain 12.5)."""

from django.db import models
from django.db.models import F, Q

from core.constraints import positive
from core.tables import Kept
from facilities.models import Facility
from patients.models import Patient
from staff.models import Person


class StartRecord(models.Model):
    """What was declared of one patient as of the end of the day before `first_day`, the first that counts here.

    The last dose and the doses in hand stand in DoseElsewhere, the order in Prescription. `missed_7` and `missed_30`:
    days without a dose of the last 7 and 30, None where nobody knows; which days they were is known only after the last
    dose. `changed_on`: since when the dose is what it is, `dose_before_mg` what it was before, None where unknown.
    `row_key` says whose row it is, `row_digest` what it said: both under a key that the database does not have.
    """

    kept = Kept.APPEND_ONLY

    patient = models.OneToOneField(Patient, on_delete=models.PROTECT, primary_key=True, related_name="+")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    first_day = models.DateField()
    missed_7 = models.PositiveSmallIntegerField(null=True)
    missed_30 = models.PositiveSmallIntegerField(null=True)
    changed_on = models.DateField(null=True)
    dose_before_mg = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    row_key = models.CharField(max_length=64, unique=True)
    row_digest = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(missed_7__isnull=True, missed_30__isnull=True)
                | Q(missed_7__isnull=False, missed_30__isnull=False)
                & Q(missed_7__lte=7, missed_30__lte=30, missed_30__gte=F("missed_7"))
                & Q(missed_30__lte=F("missed_7") + 23),
                name="dispensing_startrecord_missed_fit",
            ),
            models.CheckConstraint(
                condition=Q(changed_on__isnull=True) | Q(changed_on__lte=F("first_day")),
                name="dispensing_startrecord_changed_before",
            ),
            models.CheckConstraint(
                condition=Q(dose_before_mg__isnull=True) | Q(changed_on__isnull=False),
                name="dispensing_startrecord_before_a_change",
            ),
            positive("dispensing_startrecord", "dose_before_mg"),
            models.CheckConstraint(
                condition=Q(row_key__regex="^[0-9a-f]{64}$", row_digest__regex="^[0-9a-f]{64}$"),
                name="dispensing_startrecord_digests_whole",
            ),
        ]
