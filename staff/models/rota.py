"""Who is planned to be on duty, how two people swapped it, and who is away. A plan never keeps anybody from working."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q

from core.constraints import different, in_order, one_of, paired
from core.ids import new_id
from core.tables import Kept
from facilities.models import DateRange, Facility
from staff.models.people import Person
from staff.rules.rota_codes import OffKind, Planned, RotaRole, SwapAnswer, SwapDecision, Unplanned


class RotaDuty(models.Model):
    """Somebody is planned for one role at a facility on one of its days, whatever the day. Never edited: what is
    changed or swapped stands no longer, and another entry does."""

    kept = Kept.SET_ONCE

    id = models.UUIDField(primary_key=True, default=new_id)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    role = models.CharField(max_length=12)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    how = models.CharField(max_length=10)
    planned_at = models.DateTimeField()
    planned_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    ended_why = models.CharField(max_length=10, null=True)  # noqa: DJ001  null while it stands

    class Meta:
        constraints = [
            one_of("staff_rotaduty", "role", RotaRole),
            one_of("staff_rotaduty", "how", Planned),
            one_of("staff_rotaduty", "ended_why", Unplanned),
            paired("staff_rotaduty", "ended_at", "ended_by", "ended_why"),
            models.UniqueConstraint(
                fields=["facility", "day", "role", "person"],
                condition=Q(ended_at__isnull=True),
                name="staff_rotaduty_once",
            ),
        ]
        indexes = [models.Index(fields=["person", "day"], name="staff_rotaduty_person")]


class RotaSwap(models.Model):
    """Somebody offers a planned duty to a colleague, who takes it or not, perhaps giving one of their own in return.

    `needs_head`: the setting of the place when it was offered; then nothing is swapped before a head says yes.
    """

    kept = Kept.SET_ONCE

    id = models.UUIDField(primary_key=True, default=new_id)
    duty = models.ForeignKey(RotaDuty, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    to = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    in_return = models.ForeignKey(RotaDuty, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    words = models.CharField(max_length=200, blank=True)
    needs_head = models.BooleanField()
    offered_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    answer = models.CharField(max_length=10, null=True)  # noqa: DJ001  null until it is answered
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    decision = models.CharField(max_length=10, null=True)  # noqa: DJ001  null until it is decided

    class Meta:
        constraints = [
            different("staff_rotaswap", "person", "to"),
            one_of("staff_rotaswap", "decision", SwapDecision),
            paired("staff_rotaswap", "answered_at", "answered_by", "answer"),
            paired("staff_rotaswap", "decided_at", "decided_by", "decision"),
            models.CheckConstraint(
                condition=Q(answer__isnull=True)
                | Q(answer=SwapAnswer.WITHDRAWN, answered_by=F("person"))
                | Q(answer__in=[SwapAnswer.ACCEPTED, SwapAnswer.DECLINED], answered_by=F("to")),
                name="staff_rotaswap_agreed_by_both",
            ),
            models.CheckConstraint(
                condition=Q(decision__isnull=True)
                | Q(needs_head=True, answer=SwapAnswer.ACCEPTED) & ~Q(decided_by=F("person")) & ~Q(decided_by=F("to")),
                name="staff_rotaswap_decided_by_another",
            ),
            models.UniqueConstraint(
                fields=["duty"], condition=Q(answered_at__isnull=True), name="staff_rotaswap_one_open"
            ),
        ]
        indexes = [
            models.Index(fields=["to", "-offered_at"], name="staff_rotaswap_to"),
            models.Index(fields=["person", "-offered_at"], name="staff_rotaswap_person"),
        ]


class DaysOff(models.Model):
    """Somebody is not there from a day to a day, both included, whatever the place. `minutes`: of compensatory leave,
    how much of their balance it takes."""

    kept = Kept.SET_ONCE

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=12)
    first_day = models.DateField()
    last_day = models.DateField()
    minutes = models.PositiveIntegerField(default=0)
    words = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            one_of("staff_daysoff", "kind", OffKind),
            in_order("staff_daysoff", "first_day", "last_day"),
            paired("staff_daysoff", "ended_at", "ended_by"),
            models.CheckConstraint(
                condition=Q(kind=OffKind.COMPENSATORY, minutes__gt=0) | ~Q(kind=OffKind.COMPENSATORY) & Q(minutes=0),
                name="staff_daysoff_minutes_fit",
            ),
            ExclusionConstraint(
                name="staff_daysoff_no_overlap",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    (DateRange("first_day", "last_day", RangeBoundary(True, True)), RangeOperators.OVERLAPS),
                ],
                condition=Q(ended_at__isnull=True),
            ),
        ]
