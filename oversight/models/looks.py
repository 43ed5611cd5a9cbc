"""Who looked behind a number at the single incidents, and why."""

from django.db import models
from django.db.models import Q

from core.constraints import in_order, one_of
from core.tables import Kept
from facilities.models import Facility
from oversight.rules.looks import LookWhy, What
from staff.models import Person


class IncidentLook(models.Model):
    """Somebody said why they look at the incidents of one kind at one site in some days, and may until `until`.

    The words stay here: the audit trail holds codes, and somebody may write a name into them.
    """

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", db_index=False)
    what = models.CharField(max_length=20)
    first_day = models.DateField()
    last_day = models.DateField()
    why = models.CharField(max_length=20)
    words = models.CharField(max_length=300)
    opened_at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("oversight_incidentlook", "what", What),
            one_of("oversight_incidentlook", "why", LookWhy),
            models.CheckConstraint(condition=~Q(words=""), name="oversight_incidentlook_says_why"),
            in_order("oversight_incidentlook", "first_day", "last_day"),
            in_order("oversight_incidentlook", "opened_at", "until"),
        ]
        indexes = [models.Index(fields=["person", "facility", "-until"], name="oversight_incidentlook_open")]
