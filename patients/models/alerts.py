"""What about a patient changes today's act (domain 12.2), and in which language it is explained.

A medicine's name can reveal HIV or tuberculosis: it lives in a table of its own, as HIV status does.
"""

from django.db import models
from django.db.models import Q

from core.constraints import in_order, one_of, paired
from core.ids import new_id
from core.tables import Kept
from patients.models.register import Patient
from patients.rules.alerts import AlertKind as AlertKind
from patients.rules.alerts import AlertSource as AlertSource
from patients.rules.alerts import EndedWhy as EndedWhy
from patients.rules.alerts import Interpreter as Interpreter
from patients.rules.alerts import MedicineChange as MedicineChange
from patients.rules.alerts import MedicineEffect as MedicineEffect
from staff.models import Person

_OF_A_MEDICINE = Q(kind=AlertKind.MEDICINE.value, effect__in=[str(e) for e in MedicineEffect]) & Q(
    change__in=[str(c) for c in MedicineChange]
)
_OF_THE_REST = ~Q(kind=AlertKind.MEDICINE.value) & Q(effect="", change="")


class Alert(models.Model):
    """One thing to heed from `since` on, until somebody ends it. What it switches on is dispensing's to say.

    A medicine stopped is an alert of its own: the methadone level moves again. Nothing is edited: what was recorded
    by mistake is ended as a mistake, and recorded anew.
    """

    kept = Kept.SET_ONCE

    id = models.UUIDField(primary_key=True, default=new_id)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="alerts")
    kind = models.CharField(max_length=20)
    effect = models.CharField(max_length=20, blank=True)
    change = models.CharField(max_length=10, blank=True)
    since = models.DateField()
    source = models.CharField(max_length=10)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    ended_on = models.DateField(null=True)
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    ended_why = models.CharField(max_length=10, null=True)  # noqa: DJ001  set once: from null to a code

    class Meta:
        constraints = [
            one_of("patients_alert", "kind", AlertKind),
            one_of("patients_alert", "source", AlertSource),
            one_of("patients_alert", "ended_why", EndedWhy),
            models.CheckConstraint(condition=_OF_A_MEDICINE | _OF_THE_REST, name="patients_alert_medicine_fits"),
            in_order("patients_alert", "since", "ended_on"),
            paired("patients_alert", "ended_on", "ended_by", "ended_why"),
            models.UniqueConstraint(
                fields=["patient", "kind"],
                condition=Q(ended_on__isnull=True) & ~Q(kind=AlertKind.MEDICINE.value),
                name="patients_alert_one_open",
            ),
        ]


class AlertMedicine(models.Model):
    """Which medicine. Read only with a permission of its own; each look is audited (domain 7)."""

    kept = Kept.APPEND_ONLY

    alert = models.OneToOneField(Alert, on_delete=models.PROTECT, primary_key=True, related_name="medicine")
    name = models.CharField(max_length=80)


class MedicinesAsked(models.Model):
    """That a patient was asked about new medicines, and what they said (domain 12.1: weekly)."""

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True, default=new_id)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    asked_on = models.DateField()
    any_new = models.BooleanField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["patient", "-asked_on"], name="patients_asked_last")]


class Speech(models.Model):
    """Whether somebody has to interpret for the patient; the language itself stands in the patient's row."""

    kept = Kept.MUTABLE

    patient = models.OneToOneField(Patient, on_delete=models.PROTECT, primary_key=True)
    needs_interpreter = models.BooleanField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")


class Explained(models.Model):
    """That the phrases of this version were explained in this language, by whose mouth, and whether they were
    understood. An interpreter is kept as a role: the name of a relative is nobody's business here.
    """

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True, default=new_id)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    phrases = models.CharField(max_length=20)
    version = models.CharField(max_length=64)
    language = models.CharField(max_length=40)
    interpreter = models.CharField(max_length=20)
    understood = models.BooleanField()
    explained_at = models.DateTimeField()
    explained_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            one_of("patients_explained", "interpreter", Interpreter),
            models.CheckConstraint(
                condition=Q(version__regex=r"^[0-9a-f]{64}$"), name="patients_explained_version_whole"
            ),
        ]
        indexes = [models.Index(fields=["patient", "-explained_at"], name="patients_explained_last")]
