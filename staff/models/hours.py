"""Working time as it really was, what was seen of it, who approved it, and what was paid.

Nothing here is ever cut to a limit: limits decide what is payable (staff.rules.payable), beside what was worked.
"""

from typing import Final

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from core.constraints import different, in_order, one_of, paired, positive
from core.ids import new_id
from core.tables import Kept
from facilities.models import Facility
from staff.models.people import Person, Signature
from staff.rules.hours_codes import DutySource, Ended, EvidenceKind

NO_OVERLAP: Final = "staff_dutyinterval_no_overlap"


class TimeRange(Func):
    """From a moment up to another one, which is no longer in it: one duty may begin where another ends."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class DutyTap(models.Model):
    """Somebody tapped that their duty begins; the second tap ends it. One open at a time."""

    kept = Kept.SET_ONCE

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", db_index=False)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(ended_at__isnull=True), name="staff_dutytap_one_open"
            ),
            in_order("staff_dutytap", "started_at", "ended_at"),
        ]


class DutyInterval(models.Model):
    """Somebody was on duty from a minute to a minute. `day`: the date at the facility on which it began.

    Proposed until the person confirms it; tapped and typed ones are confirmed by being entered. It is never edited: a
    correction is a new one that names it, and then it no longer stands (`ended_at`, `ended_why`).
    """

    kept = Kept.SET_ONCE

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    source = models.CharField(max_length=10)
    reason = models.CharField(max_length=200, blank=True)
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="corrected_by")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=10, null=True)  # noqa: DJ001  null while it stands

    class Meta:
        constraints = [
            one_of("staff_dutyinterval", "source", DutySource),
            one_of("staff_dutyinterval", "ended_why", Ended),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="staff_dutyinterval_takes_time"),
            models.CheckConstraint(
                condition=~Q(source=DutySource.TYPED) | ~Q(reason=""), name="staff_dutyinterval_typed_says_why"
            ),
            models.CheckConstraint(
                condition=Q(source=DutySource.PROPOSED, recorded_by__isnull=True)
                | ~Q(source=DutySource.PROPOSED) & Q(recorded_by=F("person"), confirmed_at__isnull=False),
                name="staff_dutyinterval_said_by_the_person",
            ),
            paired("staff_dutyinterval", "ended_at", "ended_why"),
            ExclusionConstraint(
                name=NO_OVERLAP,
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    (TimeRange("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
                condition=Q(ended_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["person", "day"], name="staff_dutyinterval_person"),
            models.Index(fields=["facility", "day"], name="staff_dutyinterval_facility"),
        ]


class DutyApproval(models.Model):
    """The head has seen one interval of somebody else and signed for it. One signature may stand under many."""

    kept = Kept.APPEND_ONLY

    interval = models.OneToOneField(DutyInterval, on_delete=models.PROTECT, primary_key=True, related_name="approval")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    approved_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    signature = models.ForeignKey(Signature, on_delete=models.PROTECT, related_name="+", db_index=False)
    approved_at = models.DateTimeField()

    class Meta:
        constraints = [different("staff_dutyapproval", "approved_by", "person")]


class WorkEvidence(models.Model):
    """The first and the last that was seen of somebody's work on a day: pushed down by the rooms that saw it.

    `proposed_at`: an interval was proposed of it; null again when more was seen.
    """

    kept = Kept.MUTABLE

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    kind = models.CharField(max_length=10)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    as_of = models.DateTimeField()
    proposed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "day", "facility", "kind"], name="staff_workevidence_once"),
            one_of("staff_workevidence", "kind", EvidenceKind),
            in_order("staff_workevidence", "first_at", "last_at"),
        ]
        indexes = [
            models.Index(fields=["person"], condition=Q(proposed_at__isnull=True), name="staff_workevidence_waiting")
        ]


class SiteCaseload(models.Model):
    """How many patients a site had in a month, as the room above last counted them: for bands of paid hours."""

    kept = Kept.MUTABLE

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", db_index=False)
    month = models.DateField()
    patients = models.PositiveIntegerField()
    as_of = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["facility", "month"], name="staff_sitecaseload_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="staff_sitecaseload_month_begins"),
        ]


class PayTerm(models.Model):
    """What an hour of somebody is worth from a day on, and whether the law spares them the longer year (domain 6).

    Only payroll sees it. The newest one that has begun holds.
    """

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    hourly = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    spared = models.BooleanField(default=False)
    from_day = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [positive("staff_payterm", "hourly")]
        indexes = [models.Index(fields=["person", "-from_day", "-id"], name="staff_payterm_person")]


class PayBatch(models.Model):
    """Payroll paid a month's hours of a site, by this reference. A later one pays, or takes back, the difference."""

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True, default=new_id)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", db_index=False)
    month = models.DateField()
    reference = models.CharField(max_length=60)
    paid_on = models.DateField()
    digest = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["facility", "reference"], name="staff_paybatch_reference_once"),
            models.CheckConstraint(condition=~Q(reference=""), name="staff_paybatch_reference_given"),
            models.CheckConstraint(condition=Q(month__day=1), name="staff_paybatch_month_begins"),
            models.CheckConstraint(condition=Q(digest__regex="^[0-9a-f]{64}$"), name="staff_paybatch_digest_whole"),
        ]
        indexes = [models.Index(fields=["facility", "month"], name="staff_paybatch_month")]


class PayLine(models.Model):
    """What a batch paid one person: minutes, negative where a correction took some back; what they were worth where a
    rate was known. No minutes: only the worth of as many on other days."""

    kept = Kept.APPEND_ONLY

    batch = models.ForeignKey(PayBatch, on_delete=models.PROTECT, related_name="lines", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    minutes = models.IntegerField()
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "person"], name="staff_payline_person_once"),
            models.CheckConstraint(
                condition=~Q(minutes=0) | Q(amount__isnull=False) & ~Q(amount=0), name="staff_payline_pays_something"
            ),
        ]
