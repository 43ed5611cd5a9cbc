"""A site's day: how it was opened and closed, and what was decided of each patient-day."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from core.constraints import one_of, positive
from core.ids import new_id
from core.tables import Kept
from dispensing.rules.daycodes import COVERS, How, Why
from facilities.models import Facility
from patients.models import Patient
from staff.models import Person

_COVERS = sorted(str(how) for how in COVERS)


class DayOutcome(models.Model):
    """What is decided of one patient-day from the facts known at `decided_at`. The highest version stands.

    A projection with its history: a later fact or a void adds a version, none is changed. `facility` is the one that
    was to dose the patient on that day. `reason_known` is False where nobody has said why there was no dose.
    """

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True, default=new_id)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, db_index=False)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, db_index=False)
    day = models.DateField()
    version = models.PositiveSmallIntegerField()
    rules_digest = models.CharField(max_length=16)
    how = models.CharField(max_length=12)
    covered = models.BooleanField()
    swallowed_mg = models.DecimalField(max_digits=6, decimal_places=2)
    outcome = models.CharField(max_length=30, blank=True)
    reason_known = models.BooleanField()
    caused_by_patient = models.BooleanField()
    tolerance_gap = models.BooleanField()
    adherence_gap = models.BooleanField()
    why = models.CharField(max_length=12)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            one_of("dispensing_dayoutcome", "how", How),
            one_of("dispensing_dayoutcome", "why", Why),
            positive("dispensing_dayoutcome", "version"),
            models.UniqueConstraint(fields=["patient", "day", "version"], name="dispensing_dayoutcome_version_once"),
            models.CheckConstraint(condition=Q(swallowed_mg__gte=0), name="dispensing_dayoutcome_mg_not_negative"),
            models.CheckConstraint(condition=Q(covered=Q(how__in=_COVERS)), name="dispensing_dayoutcome_covered_fits"),
            models.CheckConstraint(
                condition=Q(covered=False) | Q(tolerance_gap=False), name="dispensing_dayoutcome_covered_is_no_gap"
            ),
            models.CheckConstraint(
                condition=Q(adherence_gap=False) | Q(tolerance_gap=True, caused_by_patient=True),
                name="dispensing_dayoutcome_adherence_in_tolerance",
            ),
        ]
        indexes = [models.Index(fields=["facility", "day"], name="dispensing_dayoutcome_site")]


class DayOpening(models.Model):
    """The site's morning, as somebody found it. One for a day; a late one says both times.

    `said` holds what the screen asked and was told, with the ids of the seals, measures, counts and checks
    recorded with it.
    """

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True, default=new_id)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, db_index=False)
    day = models.DateField()
    opened_at = models.DateTimeField()
    on_duty = ArrayField(models.BigIntegerField())
    cabinet_locked = models.BooleanField()
    note = models.CharField(max_length=300, blank=True)
    said = models.JSONField(default=dict)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["facility", "day"], name="dispensing_dayopening_once"),
            models.CheckConstraint(condition=Q(on_duty__len__gte=1), name="dispensing_dayopening_somebody_on_duty"),
            models.CheckConstraint(
                condition=Q(opened_at__lte=F("recorded_at")), name="dispensing_dayopening_not_ahead"
            ),
        ]


class DayClose(models.Model):
    """The site's day, closed once. What comes later stands below the line of the reprinted day sheet.

    `sequence` and `chain_hash` are the end of the facility's chain at that moment: an act of the day with a higher
    sequence came after. `figures` are the day's totals as they then stood, whole microlitres and exact mg.
    """

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True, default=new_id)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, db_index=False)
    day = models.DateField()
    closed_at = models.DateTimeField()
    sequence = models.BigIntegerField()
    chain_hash = models.CharField(max_length=64)
    figures = models.JSONField(default=dict)
    said = models.JSONField(default=dict)
    note = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["facility", "day"], name="dispensing_dayclose_once"),
            models.CheckConstraint(condition=Q(closed_at__lte=F("recorded_at")), name="dispensing_dayclose_not_ahead"),
            models.CheckConstraint(
                condition=Q(chain_hash__regex="^[0-9a-f]{64}$"), name="dispensing_dayclose_hash_whole"
            ),
        ]


class SweptDay(models.Model):
    """How far the sweep is with one day of one facility: a projection, and the lock that lets one worker at it.

    `first_at`: first decided after closing time. `through`: everything recorded until then is in the decisions.
    `final_at`: decided once more when the day was past. `unclosed_told_at`: somebody was told that nobody closed it.
    """

    kept = Kept.MUTABLE

    id = models.UUIDField(primary_key=True, default=new_id)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, db_index=False)
    day = models.DateField()
    first_at = models.DateTimeField(null=True)
    through = models.DateTimeField(null=True)
    final_at = models.DateTimeField(null=True)
    unclosed_told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["facility", "day"], name="dispensing_sweptday_once"),
            models.CheckConstraint(
                condition=Q(final_at__isnull=True) | Q(first_at__isnull=False, through__isnull=False),
                name="dispensing_sweptday_final_fits",
            ),
        ]
        indexes = [
            models.Index(fields=["day"], condition=Q(final_at__isnull=True), name="dispensing_sweptday_open"),
        ]
