"""What waits for somebody to do it, and what somebody was told."""

from django.db import models
from django.db.models import Q

from core.constraints import one_of
from core.ids import new_id
from core.tables import Kept
from facilities.models import Facility
from followup.rules.tasks import TaskStep
from staff.models import Person


class Task(models.Model):
    """Something that a named person is to do by a time. Unlike a case nothing was wrong; doing it, or the thing
    itself, ends it. One open task for a kind and a subject: what gets worse is written onto the one that is open.

    `kind` is registered by the room that asks for it (followup.words.register_task). Nobody named as opener or doer:
    the system itself.
    """

    kept = Kept.MUTABLE

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.CharField(max_length=40)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    patient_id = models.UUIDField(null=True)
    data = models.JSONField(default=dict)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="tasks_owned")
    due_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    rung = models.PositiveSmallIntegerField(default=0)
    told_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=30, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(kind=""), name="followup_task_kind_given"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True, outcome="")
                | Q(done_at__isnull=False) & ~Q(outcome=""),
                name="followup_task_done_fits",
            ),
            models.CheckConstraint(condition=Q(rung__lte=3), name="followup_task_rung_known"),
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "kind"],
                condition=Q(done_at__isnull=True),
                name="followup_task_open_once",
            ),
        ]
        indexes = [
            models.Index(fields=["facility", "due_at"], condition=Q(done_at__isnull=True), name="followup_task_open"),
            models.Index(fields=["owner", "due_at"], condition=Q(done_at__isnull=True), name="followup_task_owner"),
        ]


class TaskEvent(models.Model):
    """One step in a task's timeline; nobody named: the system."""

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True, default=new_id)
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="events")
    step = models.CharField(max_length=20)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    to = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    words = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [one_of("followup_taskevent", "step", TaskStep)]
        indexes = [models.Index(fields=["task", "at"], name="followup_taskevent_timeline")]


class Notice(models.Model):
    """A person was told something: a kind, figures and where to look; never a name, never a drug.

    `key` says what is told and how bad it is by now ("consignment:<id>:late"): the same is told to one person once.
    """

    kept = Kept.SET_ONCE

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, null=True)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    data = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="followup_notice_told_once"),
            models.CheckConstraint(condition=~Q(kind="") & ~Q(key=""), name="followup_notice_says_what"),
        ]
        indexes = [
            models.Index(fields=["person", "-made_at"], name="followup_notice_newest"),
            models.Index(fields=["person"], condition=Q(read_at__isnull=True), name="followup_notice_unread"),
        ]
