"""How a patient is followed: urine tests, examinations, counselling, and the assessments made from all that is known.

A wrong record is put right by a new one that names it (`corrects`); where it never took place, the new one says so
(`took_place` false) and nothing stands in its stead. What nobody has corrected stands.
"""

from typing import Final

from django.db import models
from django.db.models import F, Q

from core.constraints import one_of, positive
from core.ids import new_id
from core.tables import Kept
from dispensing.rules.stability_codes import (
    AskedHow,
    CounsellingKind,
    Sample,
    StabilityLevel,
    StripResult,
    Substance,
)
from facilities.models import Facility
from patients.models import Patient
from staff.models import Person

_SUBSTANCES: Final = [str(substance) for substance in Substance]
_ALL_NOT_TESTED: Final = Q(**dict.fromkeys(_SUBSTANCES, str(StripResult.NOT_TESTED)))


def _corrected(table: str) -> models.CheckConstraint:
    """Only a correction may say that something never took place."""
    return models.CheckConstraint(
        condition=Q(took_place=True) | Q(corrects__isnull=False), name=f"{table}_untrue_names_what"
    )


class UrineTest(models.Model):
    """One urine test, or that there was no sample. A result that comes later is a new record naming this one."""

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True, default=new_id)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+", db_index=False)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", db_index=False)
    taken_at = models.DateTimeField()
    observed = models.BooleanField()
    asked = models.CharField(max_length=10)
    sample = models.CharField(max_length=10)
    opioids = models.CharField(max_length=10, default=StripResult.NOT_TESTED)
    methadone = models.CharField(max_length=10, default=StripResult.NOT_TESTED)
    amphetamines = models.CharField(max_length=10, default=StripResult.NOT_TESTED)
    benzodiazepines = models.CharField(max_length=10, default=StripResult.NOT_TESTED)
    cannabis = models.CharField(max_length=10, default=StripResult.NOT_TESTED)
    note = models.CharField(max_length=300, blank=True)
    took_place = models.BooleanField(default=True)
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="corrected_by")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            one_of("dispensing_urinetest", "asked", AskedHow),
            one_of("dispensing_urinetest", "sample", Sample),
            *(one_of("dispensing_urinetest", substance, StripResult) for substance in _SUBSTANCES),
            models.CheckConstraint(
                condition=Q(sample=Sample.GIVEN) & ~_ALL_NOT_TESTED
                | ~Q(sample=Sample.GIVEN) & _ALL_NOT_TESTED & Q(observed=False),
                name="dispensing_urinetest_sample_fits",
            ),
            models.CheckConstraint(condition=Q(taken_at__lte=F("recorded_at")), name="dispensing_urinetest_not_ahead"),
            _corrected("dispensing_urinetest"),
        ]
        indexes = [models.Index(fields=["patient", "-taken_at"], name="dispensing_urinetest_newest")]


class Examination(models.Model):
    """A physician examined the patient: on which day, where, who; `next_due` where the physician named the next day.

    `place` is one of our facilities, `place_words` somewhere else; likewise `physician` and `physician_name`.
    """

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True, default=new_id)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+", db_index=False)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", db_index=False)
    examined_on = models.DateField()
    place = models.ForeignKey(Facility, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    place_words = models.CharField(max_length=120, blank=True)
    physician = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    physician_name = models.CharField(max_length=120, blank=True)
    next_due = models.DateField(null=True)
    note = models.CharField(max_length=300, blank=True)
    took_place = models.BooleanField(default=True)
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="corrected_by")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(place__isnull=False, place_words="") | Q(place__isnull=True) & ~Q(place_words=""),
                name="dispensing_examination_one_place",
            ),
            models.CheckConstraint(
                condition=Q(physician__isnull=False, physician_name="")
                | Q(physician__isnull=True) & ~Q(physician_name=""),
                name="dispensing_examination_one_physician",
            ),
            models.CheckConstraint(
                condition=Q(next_due__isnull=True) | Q(next_due__gt=F("examined_on")),
                name="dispensing_examination_next_is_later",
            ),
            _corrected("dispensing_examination"),
        ]
        indexes = [models.Index(fields=["patient", "-examined_on"], name="dispensing_examination_newest")]


class Counselling(models.Model):
    """Somebody counselled the patient. Whoever has no account here is named in `counsellor_name`."""

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True, default=new_id)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+", db_index=False)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", db_index=False)
    held_on = models.DateField()
    kind = models.CharField(max_length=10)
    counsellor = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    counsellor_name = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=300, blank=True)
    took_place = models.BooleanField(default=True)
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="corrected_by")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            one_of("dispensing_counselling", "kind", CounsellingKind),
            models.CheckConstraint(
                condition=Q(counsellor__isnull=False, counsellor_name="")
                | Q(counsellor__isnull=True) & ~Q(counsellor_name=""),
                name="dispensing_counselling_one_counsellor",
            ),
            _corrected("dispensing_counselling"),
        ]
        indexes = [models.Index(fields=["patient", "-held_on"], name="dispensing_counselling_newest")]


class StabilityAssessment(models.Model):
    """How stable a patient was found, and why. The highest version stands; one is added only where something changed.

    `reasons`: a list of code, weight and the facts behind it (dispensing.rules.stability). `why` is what had the
    patient assessed, `by` nobody where a job did. Nothing follows from a level by itself.
    """

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True, default=new_id)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+", db_index=False)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", db_index=False)
    version = models.PositiveIntegerField()
    at = models.DateTimeField()
    level = models.CharField(max_length=10)
    reasons = models.JSONField(default=list)
    rules_digest = models.CharField(max_length=33)
    why = models.CharField(max_length=30)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            one_of("dispensing_stabilityassessment", "level", StabilityLevel),
            positive("dispensing_stabilityassessment", "version"),
            models.UniqueConstraint(fields=["patient", "version"], name="dispensing_stabilityassessment_version_once"),
            models.CheckConstraint(
                condition=Q(level=StabilityLevel.STABLE) | ~Q(reasons=[]),
                name="dispensing_stabilityassessment_says_why",
            ),
        ]
