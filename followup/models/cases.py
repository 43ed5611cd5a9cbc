"""Who must act on what by when. A case's row is what is known now; its events are how it came to be so."""

from django.db import models
from django.db.models import Q

from core.constraints import one_of, paired
from core.ids import new_id
from core.tables import Kept
from facilities.models import Facility
from followup.rules.kinds import CaseKind as CaseKind
from followup.rules.kinds import CaseStep as CaseStep
from staff.models import Person, Signature


class Case(models.Model):
    """What was wrong with a fact, opened for a named person with a due time; concluded by a signature.

    Mutable: the owner moves as the case is handed on, the rung as it goes up while overdue; every change is a
    CaseEvent. Nobody named as opener: the system itself.
    """

    kept = Kept.MUTABLE

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.CharField(max_length=40)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    patient_id = models.UUIDField(null=True)
    findings = models.JSONField(default=list)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cases_owned")
    due_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    rung = models.PositiveSmallIntegerField(default=0)
    told_at = models.DateTimeField(null=True)
    concluded_at = models.DateTimeField(null=True)
    conclusion = models.ForeignKey(Signature, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            one_of("followup_case", "kind", CaseKind),
            paired("followup_case", "concluded_at", "conclusion"),
            models.CheckConstraint(condition=Q(rung__lte=3), name="followup_case_rung_known"),
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "kind"],
                condition=Q(concluded_at__isnull=True),
                name="followup_case_open_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["facility", "due_at"],
                condition=Q(concluded_at__isnull=True),
                name="followup_case_open",
            ),
            models.Index(
                fields=["owner", "due_at"], condition=Q(concluded_at__isnull=True), name="followup_case_owner"
            ),
        ]


class CaseEvent(models.Model):
    """One step in a case's timeline; nobody named: the system."""

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True, default=new_id)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    step = models.CharField(max_length=20)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    to = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    words = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [one_of("followup_caseevent", "step", CaseStep)]
        indexes = [models.Index(fields=["case", "at"], name="followup_caseevent_timeline")]
