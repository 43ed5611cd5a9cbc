"""Reports as they were frozen, signed and approved. What is so today is computed anew beside them, never written in."""

from typing import Final

from django.db import models
from django.db.models import Q

from core.constraints import different, in_order, one_of
from core.tables import Kept
from facilities.models import Area, Facility, Province
from oversight.rules.report_codes import ReportKind as ReportKind
from oversight.rules.report_codes import ReportScope as ReportScope
from staff.models import Person, Signature

_NOWHERE: Final = {"facility__isnull": True, "area__isnull": True, "province__isnull": True}


class Report(models.Model):
    """One version of one report of one place and period, frozen and signed by who made it.

    `figures` hold every number by facility and together; `indicators` is the fingerprint of the definitions, `rules`
    that of the settings. `digest` is over all of it. A correction is the next version: it names the one before and why.
    """

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=10)
    scope = models.CharField(max_length=10)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    province = models.ForeignKey(Province, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    period = models.CharField(max_length=8)
    starts_on = models.DateField()
    ends_on = models.DateField()
    version = models.SmallIntegerField()
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="corrected_by")
    why = models.CharField(max_length=300, blank=True)
    figures = models.JSONField()
    indicators = models.CharField(max_length=16)
    rules = models.CharField(max_length=16)
    digest = models.CharField(max_length=64)
    signature = models.OneToOneField(Signature, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            one_of("oversight_report", "kind", ReportKind),
            models.CheckConstraint(
                condition=Q(scope__in=["facility", "clinic"], **_NOWHERE | {"facility__isnull": False})
                | Q(scope="area", **_NOWHERE | {"area__isnull": False})
                | Q(scope="province", **_NOWHERE | {"province__isnull": False}),
                name="oversight_report_of_one_place",
            ),
            models.CheckConstraint(
                condition=Q(version=1, corrects__isnull=True, why="")
                | Q(version__gt=1, corrects__isnull=False) & ~Q(why=""),
                name="oversight_report_correction_says_why",
            ),
            in_order("oversight_report", "starts_on", "ends_on"),
            models.CheckConstraint(condition=Q(digest__regex="^[0-9a-f]{64}$"), name="oversight_report_digest_whole"),
            models.UniqueConstraint(
                fields=["kind", "period", "scope", "facility", "area", "province", "version"],
                nulls_distinct=False,
                name="oversight_report_version_once",
            ),
        ]


class ReportApproval(models.Model):
    """The second signature under a frozen report: somebody else's who answers for the place."""

    kept = Kept.APPEND_ONLY

    report = models.OneToOneField(Report, on_delete=models.PROTECT, primary_key=True, related_name="approval")
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    approved_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    signature = models.OneToOneField(Signature, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField()

    class Meta:
        constraints = [different("oversight_reportapproval", "approved_by", "made_by")]
