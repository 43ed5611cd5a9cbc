"""What people were trained for, on paper; and the overtime that somebody takes as leave."""

from django.db import models
from django.db.models import Q

from core.constraints import in_order, one_of, paired, positive
from core.ids import new_id
from core.tables import Kept
from staff.models.hours import DutyInterval
from staff.models.people import Person
from staff.rules.rota_codes import CertificateEnd, CertificateKind


class Certificate(models.Model):
    """A certificate as it stands on paper, valid to its last day; without one, for good. Whoever works without theirs
    works all the same, and it is shown and counted."""

    kept = Kept.SET_ONCE

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=12)
    number = models.CharField(max_length=60)
    issuer = models.CharField(max_length=120)
    issued_on = models.DateField()
    expires_on = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    ended_why = models.CharField(max_length=10, null=True)  # noqa: DJ001  null while it stands

    class Meta:
        constraints = [
            one_of("staff_certificate", "kind", CertificateKind),
            one_of("staff_certificate", "ended_why", CertificateEnd),
            paired("staff_certificate", "ended_at", "ended_by", "ended_why"),
            in_order("staff_certificate", "issued_on", "expires_on"),
            models.CheckConstraint(condition=~Q(number="") & ~Q(issuer=""), name="staff_certificate_document_named"),
            models.UniqueConstraint(
                fields=["person", "kind", "number"],
                condition=Q(ended_at__isnull=True),
                name="staff_certificate_once",
            ),
        ]


class LeaveChoice(models.Model):
    """So many minutes of an approved interval are to be leave instead of pay. `earned`: the minutes of leave that they
    make, by the setting of that day. Taken back, it stands no longer."""

    kept = Kept.SET_ONCE

    id = models.UUIDField(primary_key=True, default=new_id)
    interval = models.ForeignKey(DutyInterval, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    minutes = models.PositiveIntegerField()
    earned = models.PositiveIntegerField()
    chosen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            positive("staff_leavechoice", "minutes"),
            positive("staff_leavechoice", "earned"),
            models.UniqueConstraint(
                fields=["interval"], condition=Q(ended_at__isnull=True), name="staff_leavechoice_once"
            ),
        ]
