"""The numbered sheet of paper for a morning without power or network, and what was typed in later from it."""

from django.db import models
from django.db.models import F, Q

from core.constraints import one_of, paired, positive
from core.ids import new_id
from core.tables import Kept
from dispensing.models.dose import Dose
from dispensing.models.morning import Outcome
from dispensing.rules.late import LateReason, SheetReason, SheetVoid
from facilities.models import Facility
from patients.models import Patient
from staff.models import Person


class Sheet(models.Model):
    """The roster of one morning as it was printed: no name, every line as it stands on the paper.

    `number` counts from 1 in each year of a facility, without a gap; `scan` is what its printed code carries.
    `mg_per_ml` is the strength that its mL figures count with, none where no bottle was open. A sheet is void once a
    bottle of another strength is in use or a later sheet of the same day takes its place.
    """

    kept = Kept.SET_ONCE

    id = models.UUIDField(primary_key=True, default=new_id)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, db_index=False)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    scan = models.PositiveIntegerField(unique=True)
    for_day = models.DateField()
    why = models.CharField(max_length=20)
    mg_per_ml = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    content = models.JSONField()
    content_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    void_at = models.DateTimeField(null=True)
    void_why = models.CharField(max_length=20, null=True)  # noqa: DJ001  set once: null until void

    class Meta:
        constraints = [
            one_of("dispensing_sheet", "why", SheetReason),
            one_of("dispensing_sheet", "void_why", SheetVoid),
            positive("dispensing_sheet", "number"),
            paired("dispensing_sheet", "void_at", "void_why"),
            models.UniqueConstraint(fields=["facility", "year", "number"], name="dispensing_sheet_number_once"),
            models.UniqueConstraint(
                fields=["facility", "for_day"],
                condition=Q(void_at__isnull=True),
                name="dispensing_sheet_one_valid",
            ),
            models.CheckConstraint(condition=Q(scan__gt=0, scan__lt=100_000_000), name="dispensing_sheet_scan_fits"),
            models.CheckConstraint(condition=Q(digest__regex="^[0-9a-f]{64}$"), name="dispensing_sheet_digest_whole"),
        ]
        indexes = [models.Index(fields=["facility", "-for_day"], name="dispensing_sheet_days")]


class LateEntry(models.Model):
    """A dose or an outcome that was typed in after it happened: the true time, why late, and the paper it came from.

    Its id is the fact's own.
    """

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True)
    dose = models.OneToOneField(Dose, on_delete=models.PROTECT, null=True, related_name="late")
    outcome = models.OneToOneField(Outcome, on_delete=models.PROTECT, null=True, related_name="late")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, db_index=False)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, db_index=False)
    day = models.DateField()
    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, null=True, related_name="entries")
    reason = models.CharField(max_length=20)
    note = models.CharField(max_length=300, blank=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            one_of("dispensing_lateentry", "reason", LateReason),
            models.CheckConstraint(
                condition=Q(dose__isnull=False, outcome__isnull=True) | Q(dose__isnull=True, outcome__isnull=False),
                name="dispensing_lateentry_one_fact",
            ),
            models.CheckConstraint(
                condition=Q(recorded_at__gte=F("occurred_at")), name="dispensing_lateentry_after_it_happened"
            ),
            models.CheckConstraint(
                condition=~Q(reason=LateReason.OTHER) | ~Q(note=""), name="dispensing_lateentry_other_says_what"
            ),
        ]
        indexes = [models.Index(fields=["facility", "day"], name="dispensing_late_site_day")]
