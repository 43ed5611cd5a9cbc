"""What a site asks its main clinic about a patient, and who answered what. An answer is advice, never an order."""

from django.db import models
from django.db.models import Q

from core.constraints import different, one_of, paired, positive
from core.tables import Kept
from dispensing.rules.question_codes import TIMED, WAYS, WORDED, Said, Topic, Urgency
from facilities.models import Facility
from patients.models import Patient
from staff.models import Person, Signature


class Question(models.Model):
    """One question from a facility to its main clinic. What state it is in, its last step says."""

    kept = Kept.SET_ONCE

    id = models.UUIDField(primary_key=True)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="questions", db_index=False)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", db_index=False)
    clinic = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", db_index=False)
    topic = models.CharField(max_length=10)
    urgency = models.CharField(max_length=10)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            one_of("dispensing_question", "topic", Topic),
            one_of("dispensing_question", "urgency", Urgency),
            different("dispensing_question", "facility", "clinic"),
            paired("dispensing_question", "closed_at", "closed_by"),
        ]
        indexes = [
            models.Index(fields=["patient", "-asked_at"], name="dispensing_question_patient"),
            models.Index(fields=["facility", "-asked_at"], name="dispensing_question_site"),
            models.Index(fields=["clinic", "-asked_at"], name="dispensing_question_clinic"),
        ]


class QuestionStep(models.Model):
    """One thing that was said, by whom, in which roles. `due_at`: until when the other side has to answer it."""

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True)
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="steps", db_index=False)
    position = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=10)
    before = models.CharField(max_length=10)
    state = models.CharField(max_length=10)
    words = models.CharField(max_length=1000, blank=True)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", db_index=False)
    actor = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    acting_as = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    signature = models.OneToOneField(Signature, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["question", "position"], name="dispensing_questionstep_position_once"),
            positive("dispensing_questionstep", "position"),
            models.CheckConstraint(
                condition=Q(
                    *(
                        Q(before=str(before), step=str(step), state=str(state))
                        for (before, step), state in WAYS.items()
                    ),
                    _connector=Q.OR,
                ),
                name="dispensing_questionstep_known_way",
            ),
            models.CheckConstraint(
                condition=~Q(step__in=sorted(str(step) for step in WORDED)) | ~Q(words=""),
                name="dispensing_questionstep_words_given",
            ),
            models.CheckConstraint(
                condition=Q(step__in=sorted(str(step) for step in TIMED), due_at__isnull=False)
                | ~Q(step__in=sorted(str(step) for step in TIMED)) & Q(due_at__isnull=True),
                name="dispensing_questionstep_until_when",
            ),
            models.CheckConstraint(
                condition=Q(step=str(Said.ANSWER), signature__isnull=False)
                | ~Q(step=str(Said.ANSWER)) & Q(signature__isnull=True),
                name="dispensing_questionstep_answer_signed",
            ),
        ]
