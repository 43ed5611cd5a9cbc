"""What a person asks about their own data, and what becomes of who they are when records have been kept long enough."""

from typing import Final

from django.db import models
from django.db.models import Q

from core.constraints import in_order, one_of, paired
from core.ids import new_id
from core.tables import Kept
from patients.models.register import Patient
from patients.rules.data_requests import AskedFor as AskedFor
from patients.rules.data_requests import Outcome as Outcome
from staff.models import Person, Signature

_HEX: Final = "^[0-9a-f]{64}$"


class DataRequest(models.Model):
    """Somebody asks to see, correct or take back what is kept of them, or objects (domain 7). Answered by
    `answer_due`, done by `due`, put off once with the reason."""

    kept = Kept.SET_ONCE

    id = models.UUIDField(primary_key=True, default=new_id)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="data_requests")
    kind = models.CharField(max_length=12)
    received_on = models.DateField()
    words = models.CharField(max_length=300, blank=True)
    answer_due = models.DateField()
    due = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    extended_to = models.DateField(null=True)
    extended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    extended_why = models.CharField(max_length=300, null=True)  # noqa: DJ001  set once: null until put off
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    outcome = models.CharField(max_length=12, null=True)  # noqa: DJ001  set once: null until ended

    class Meta:
        constraints = [
            one_of("patients_datarequest", "kind", AskedFor),
            one_of("patients_datarequest", "outcome", Outcome),
            in_order("patients_datarequest", "received_on", "due"),
            in_order("patients_datarequest", "due", "extended_to"),
            paired("patients_datarequest", "answered_at", "answered_by"),
            paired("patients_datarequest", "extended_to", "extended_by", "extended_why"),
            paired("patients_datarequest", "ended_at", "ended_by", "outcome"),
            models.UniqueConstraint(
                fields=["patient", "kind"], condition=Q(ended_at__isnull=True), name="patients_datarequest_open_once"
            ),
        ]


class RetirementList(models.Model):
    """Whose identity a province manager has signed to be removed: the codes that the signed digest stands for."""

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True)
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    signature = models.OneToOneField(Signature, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(digest__regex=_HEX), name="patients_retirementlist_digest_whole"),
        ]


class Retired(models.Model):
    """One patient of a signed list: when everything about them had ended, how long it was kept, and in how many texts
    of facts their name was found (facts are never edited, so it stays there)."""

    kept = Kept.APPEND_ONLY

    patient = models.OneToOneField(Patient, on_delete=models.PROTECT, primary_key=True, related_name="retired")
    listed = models.ForeignKey(RetirementList, on_delete=models.PROTECT, related_name="lines")
    ended_on = models.DateField()
    kept_years = models.PositiveSmallIntegerField()
    texts = models.PositiveSmallIntegerField()


class Deidentified(models.Model):
    """It was done: what there was of a name, a photo, an HIV status is gone. None without a line of a signed list."""

    kept = Kept.APPEND_ONLY

    retired = models.OneToOneField(Retired, on_delete=models.PROTECT, primary_key=True, related_name="done")
    done_at = models.DateTimeField()
    had_identity = models.BooleanField()
    had_photo = models.BooleanField()
    had_hiv = models.BooleanField()
