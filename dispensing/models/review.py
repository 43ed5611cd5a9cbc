"""Who is to be looked at again: the queue of the jobs that follow from the days."""

from django.db import models

from core.constraints import one_of
from core.tables import Kept
from dispensing.rules.reviews import ReviewWhy
from patients.models import Patient


class PatientReview(models.Model):
    """One reason to look at a patient again. The rows are the queue: written with the fact, in its transaction, and
    taken away with what follows from it.

    A reason is a row of its own, never a mark on the patient: who records a fact waits for no review that runs, and a
    review that runs takes away only the reasons that it has seen. `tries` counts reviews of it that failed.
    """

    kept = Kept.MUTABLE

    id = models.BigAutoField(primary_key=True)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    due_since = models.DateTimeField()
    why = models.CharField(max_length=20)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [one_of("dispensing_patientreview", "why", ReviewWhy)]
        indexes = [models.Index(fields=["tries", "due_since"], name="dispensing_review_queue")]
