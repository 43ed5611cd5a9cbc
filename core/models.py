"""The audit trail and the record of jobs. Plain columns, no foreign keys: nothing here can block or be blocked."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from core.constraints import in_order, paired, positive
from core.tables import Kept


class AuditEvent(models.Model):
    """One write, or one look at an identified patient, or one refusal: who, acting as what, where, what, when.

    Append-only. Holds ids and codes, never a name. Written in the transaction of the act it tells of.
    """

    kept = Kept.APPEND_ONLY

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    action = models.CharField(max_length=60)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=40, blank=True)
    acting_as = models.CharField(max_length=200, blank=True)
    facility_id = models.BigIntegerField(null=True)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=40)
    patient_id = models.UUIDField(null=True)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(
                fields=["patient_id", "id"],
                name="core_audit_patient",
                condition=models.Q(patient_id__isnull=False),
            ),
            models.Index(fields=["facility_id", "id"], name="core_audit_facility"),
            BrinIndex(fields=["at"], name="core_audit_at"),
        ]


class JobRun(models.Model):
    """One run of one job, or of its part for one facility and day: when it began and ended, and what came of it.

    `result` holds counts and codes, `error` the class of what went wrong: never a message, which could name somebody.
    `gave_up`: nobody tries again by itself. The last beat is the newest `heartbeat`.
    """

    kept = Kept.MUTABLE

    id = models.BigAutoField(primary_key=True)
    job = models.CharField(max_length=60)
    subject = models.CharField(max_length=60, blank=True)
    part_of_id = models.BigIntegerField(null=True)
    facility_id = models.BigIntegerField(null=True)
    day = models.DateField(null=True)
    message = models.CharField(max_length=40, blank=True)
    attempt = models.PositiveSmallIntegerField(default=1)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ok = models.BooleanField(null=True)
    error = models.CharField(max_length=80, blank=True)
    gave_up = models.BooleanField(default=False)
    again_at = models.DateTimeField(null=True)
    again_by_id = models.BigIntegerField(null=True)
    seen_at = models.DateTimeField(null=True)
    seen_by_id = models.BigIntegerField(null=True)
    result = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["job", "-started_at"], name="core_jobrun_latest"),
            models.Index(fields=["-ended_at"], name="core_jobrun_ended"),
            models.Index(
                fields=["job"], condition=models.Q(gave_up=True, seen_at__isnull=True), name="core_jobrun_dead"
            ),
            models.Index(fields=["message"], condition=~models.Q(message=""), name="core_jobrun_message"),
            models.Index(fields=["part_of_id"], condition=models.Q(part_of_id__isnull=False), name="core_jobrun_parts"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, ok__isnull=True)
                | models.Q(ended_at__isnull=False, ok__isnull=False),
                name="core_jobrun_ended_paired",
            ),
            models.CheckConstraint(
                condition=models.Q(gave_up=False) | models.Q(ok__isnull=False, ok=False),
                name="core_jobrun_gave_up_failed",
            ),
            models.CheckConstraint(
                condition=models.Q(error="") | models.Q(ok__isnull=False, ok=False), name="core_jobrun_error_failed"
            ),
            positive("core_jobrun", "attempt"),
            paired("core_jobrun", "again_at", "again_by_id"),
            paired("core_jobrun", "seen_at", "seen_by_id"),
        ]


class Attachment(models.Model):
    """A picture that was added to a fact: decoded and made anew here, so nothing but the picture itself is kept.

    The key is the sha256 of the file in the folder of settings; facts name it in what is signed. The file is served
    only by a view of the fact that it belongs to.
    """

    kept = Kept.APPEND_ONLY

    digest = models.CharField(max_length=64, primary_key=True)
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    added_at = models.DateTimeField()
    added_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(digest__regex="^[0-9a-f]{64}$"), name="core_attachment_digest_whole"
            ),
            models.CheckConstraint(
                condition=models.Q(size__gt=0, width__gt=0, height__gt=0), name="core_attachment_holds_something"
            ),
        ]


class FirstCode(models.Model):
    """The code with which the first system administrator comes in. Only its digest is kept; the newest one holds, once,
    for some hours, and until it was guessed at too often.
    """

    kept = Kept.MUTABLE

    id = models.BigAutoField(primary_key=True)
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    wrong = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    used_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(digest__regex="^[0-9a-f]{64}$"), name="core_firstcode_digest_whole"
            ),
            in_order("core_firstcode", "made_at", "expires_at"),
            paired("core_firstcode", "used_at", "used_by_id"),
        ]
