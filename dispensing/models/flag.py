"""Who stays away, what was tried to reach them, what was announced, and which site cannot be reached."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce

from core.constraints import in_order, one_of, paired
from core.ids import new_id
from core.tables import Kept
from dispensing.rules.flag_codes import (
    AbsenceReason,
    ContactHow,
    ContactResult,
    CutOffCause,
    CutOffKind,
    FlagEnd,
    FlagKind,
    FlagLevel,
    ToldBy,
)
from facilities.models import DateRange, Facility
from patients.models import Patient, StatusChange
from staff.models import Person, Signature


class Flag(models.Model):
    """What is seen in a patient's days at one level, with the figures behind it as they then stood.

    A projection with its history: another level is another row, none is changed but to say that it no longer stands.
    `since` is the first missed day of the run, or of those counted. At most one open for a patient and a kind.
    """

    kept = Kept.SET_ONCE

    id = models.UUIDField(primary_key=True, default=new_id)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="flags")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10)
    level = models.CharField(max_length=12)
    since = models.DateField()
    figures = models.JSONField(default=dict)
    raised_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)
    cleared_why = models.CharField(max_length=12, null=True)  # noqa: DJ001  set once: null until it no longer stands

    class Meta:
        constraints = [
            one_of("dispensing_flag", "kind", FlagKind),
            one_of("dispensing_flag", "level", FlagLevel),
            one_of("dispensing_flag", "cleared_why", FlagEnd),
            paired("dispensing_flag", "cleared_at", "cleared_why"),
            in_order("dispensing_flag", "raised_at", "cleared_at"),
            models.CheckConstraint(
                condition=Q(kind=str(FlagKind.MISSED)) & ~Q(level=str(FlagLevel.ALERT))
                | ~Q(kind=str(FlagKind.MISSED)) & Q(level=str(FlagLevel.ALERT)),
                name="dispensing_flag_level_fits",
            ),
            models.UniqueConstraint(
                fields=["patient", "kind"], condition=Q(cleared_at__isnull=True), name="dispensing_flag_open_once"
            ),
        ]
        indexes = [models.Index(fields=["facility"], condition=Q(cleared_at__isnull=True), name="dispensing_flag_site")]


class ContactAttempt(models.Model):
    """Somebody tried to reach a patient who stays away: how, and what came of it."""

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="contacts", db_index=False)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    how = models.CharField(max_length=16)
    result = models.CharField(max_length=16)
    words = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            one_of("dispensing_contactattempt", "how", ContactHow),
            one_of("dispensing_contactattempt", "result", ContactResult),
            models.CheckConstraint(condition=Q(at__lte=F("recorded_at")), name="dispensing_contactattempt_not_ahead"),
            models.CheckConstraint(
                condition=~Q(result=str(ContactResult.OTHER)) | ~Q(words=""),
                name="dispensing_contactattempt_other_says_what",
            ),
        ]
        indexes = [models.Index(fields=["patient", "-at"], name="dispensing_contact_patient")]


class Absence(models.Model):
    """Somebody said before that a patient would be away, both days included. The days still count as missed for what
    may be poured; they were announced, so nobody calls them "without notice"."""

    kept = Kept.SET_ONCE

    id = models.UUIDField(primary_key=True)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="absences", db_index=False)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    from_day = models.DateField()
    until_day = models.DateField()
    reason = models.CharField(max_length=10)
    told_by = models.CharField(max_length=16)
    words = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            one_of("dispensing_absence", "reason", AbsenceReason),
            one_of("dispensing_absence", "told_by", ToldBy),
            in_order("dispensing_absence", "from_day", "until_day"),
            paired("dispensing_absence", "cancelled_at", "cancelled_by"),
            ExclusionConstraint(
                name="dispensing_absence_one_a_day",
                expressions=[
                    ("patient", RangeOperators.EQUAL),
                    (DateRange("from_day", "until_day", RangeBoundary(True, True)), RangeOperators.OVERLAPS),
                ],
                condition=Q(cancelled_at__isnull=True),
            ),
        ]


class CutOff(models.Model):
    """The patients of a site cannot reach it, or it cannot open: from a day to a day, both included, and perhaps ended
    earlier. Who stays away on these days did not cause it. `ended_on` before the first day: it never was."""

    kept = Kept.SET_ONCE

    id = models.UUIDField(primary_key=True)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10)
    cause = models.CharField(max_length=12)
    words = models.CharField(max_length=300, blank=True)
    from_day = models.DateField()
    until_day = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    ended_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            one_of("dispensing_cutoff", "kind", CutOffKind),
            one_of("dispensing_cutoff", "cause", CutOffCause),
            in_order("dispensing_cutoff", "from_day", "until_day"),
            paired("dispensing_cutoff", "ended_on", "ended_at", "ended_by"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__lt=F("until_day")),
                name="dispensing_cutoff_ended_early",
            ),
            models.CheckConstraint(
                condition=~Q(cause=str(CutOffCause.OTHER)) | ~Q(words=""), name="dispensing_cutoff_other_says_what"
            ),
            ExclusionConstraint(
                name="dispensing_cutoff_one_a_day",
                expressions=[
                    ("facility", RangeOperators.EQUAL),
                    (
                        Case(
                            When(ended_on__lt=F("from_day"), then=Value("empty", output_field=DateRangeField())),
                            default=DateRange("from_day", Coalesce("ended_on", "until_day"), RangeBoundary(True, True)),
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]


class DropOut(models.Model):
    """A named person confirmed, with their signature, that somebody has given up treatment: nothing does it alone."""

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", db_index=False)
    flag = models.ForeignKey(Flag, on_delete=models.PROTECT, related_name="+", db_index=False)
    status_change = models.OneToOneField(StatusChange, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=300)
    figures = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    signature = models.OneToOneField(Signature, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="dispensing_dropout_says_why"),
            models.CheckConstraint(condition=Q(digest__regex="^[0-9a-f]{64}$"), name="dispensing_dropout_digest_whole"),
        ]
