"""A patient goes to another facility and perhaps comes back: who asked, who answered, who signed (docs/referrals.md).

What a referral is, is set once; what state it is in, its last step says.
"""

from django.db import models
from django.db.models import F, Q

from core.constraints import different, one_of, paired, positive
from core.ids import new_id
from core.tables import Kept
from dispensing.models.prescription import Prescription
from dispensing.rules.referral_codes import Answer, Initiator, Proof
from dispensing.rules.referral_table import DATED, ENDED, ORDERED, SIGNED, WORDED, Kind, Side, ways
from facilities.models import Facility
from patients.models import Patient, Placement
from staff.models import Person, Signature


class Referral(models.Model):
    """One patient between two facilities. `summary` is the case as it stood when this was drafted, under `digest`.

    `clinic`: the main clinic that answers for it; one end of the way, or the one above both satellites.
    """

    kept = Kept.SET_ONCE

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=12)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="referrals", db_index=False)
    from_facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", db_index=False)
    to_facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", db_index=False)
    clinic = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", db_index=False)
    initiator = models.CharField(max_length=10)
    urgent = models.BooleanField()
    reasons = models.JSONField()
    words = models.CharField(max_length=500, blank=True)
    summary = models.JSONField()
    digest = models.CharField(max_length=64)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True)
    ended_state = models.CharField(max_length=12, null=True)  # noqa: DJ001  set once: null until it ends

    class Meta:
        constraints = [
            one_of("dispensing_referral", "kind", Kind),
            one_of("dispensing_referral", "initiator", Initiator),
            different("dispensing_referral", "from_facility", "to_facility"),
            models.CheckConstraint(
                condition=Q(kind="to_clinic", clinic=F("to_facility"))
                | Q(kind="transfer_in", clinic=F("from_facility"))
                | Q(kind="between") & ~Q(clinic=F("to_facility")) & ~Q(clinic=F("from_facility")),
                name="dispensing_referral_clinic_fits",
            ),
            models.CheckConstraint(
                condition=Q(initiator="system", drafted_by__isnull=True)
                | ~Q(initiator="system") & Q(drafted_by__isnull=False),
                name="dispensing_referral_drafted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(digest__regex="^[0-9a-f]{64}$"), name="dispensing_referral_digest_whole"
            ),
            paired("dispensing_referral", "ended_at", "ended_state"),
            models.CheckConstraint(
                condition=Q(ended_state__isnull=True) | Q(ended_state__in=sorted(str(state) for state in ENDED)),
                name="dispensing_referral_ended_state_known",
            ),
            models.UniqueConstraint(
                fields=["patient"], condition=Q(ended_at__isnull=True), name="dispensing_referral_one_open"
            ),
        ]
        indexes = [
            models.Index(fields=["patient", "-drafted_at"], name="dispensing_referral_patient"),
            models.Index(fields=["clinic", "-drafted_at"], name="dispensing_referral_clinic"),
            models.Index(fields=["from_facility", "-drafted_at"], name="dispensing_referral_from"),
            models.Index(fields=["to_facility", "-drafted_at"], name="dispensing_referral_to"),
        ]


class ReferralStep(models.Model):
    """One step: who, in which roles, when, and what they said. Nobody named: a job, from what is recorded.

    `moves_on`: the first day at the other place, proposed or agreed. `content` is what was stated, `digest` over it.
    """

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True, default=new_id)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="steps", db_index=False)
    position = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=12)
    before = models.CharField(max_length=12)
    state = models.CharField(max_length=12)
    side = models.CharField(max_length=10)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", db_index=False)
    actor = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    actor_label = models.CharField(max_length=40)
    acting_as = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()
    moves_on = models.DateField(null=True)
    words = models.CharField(max_length=500, blank=True)
    prescription = models.ForeignKey(Prescription, on_delete=models.PROTECT, null=True, related_name="+")
    answer = models.CharField(max_length=12, blank=True)
    signature = models.OneToOneField(Signature, on_delete=models.PROTECT, null=True, related_name="+")
    digest = models.CharField(max_length=64)
    content = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["referral", "position"], name="dispensing_referralstep_position_once"),
            positive("dispensing_referralstep", "position"),
            one_of("dispensing_referralstep", "side", Side),
            models.CheckConstraint(
                condition=Q(
                    *(Q(before=str(before), step=str(step), state=str(state)) for before, step, state in ways()),
                    _connector=Q.OR,
                ),
                name="dispensing_referralstep_known_way",
            ),
            models.CheckConstraint(
                condition=Q(side="system", actor__isnull=True) | ~Q(side="system") & Q(actor__isnull=False),
                name="dispensing_referralstep_done_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(signature__isnull=False, actor__isnull=False, step__in=[str(step) for step in SIGNED])
                | Q(signature__isnull=True) & ~Q(step__in=[str(step) for step in SIGNED])
                | Q(signature__isnull=True, actor__isnull=True),
                name="dispensing_referralstep_signed",
            ),
            models.CheckConstraint(
                condition=~Q(step__in=[str(step) for step in WORDED]) | ~Q(words=""),
                name="dispensing_referralstep_words_given",
            ),
            models.CheckConstraint(
                condition=~Q(step__in=[str(step) for step in DATED]) | Q(moves_on__isnull=False),
                name="dispensing_referralstep_day_given",
            ),
            models.CheckConstraint(
                condition=Q(
                    prescription__isnull=False,
                    answer__in=[str(answer) for answer in Answer],
                    step__in=[str(step) for step in ORDERED],
                )
                | Q(prescription__isnull=True, answer="") & ~Q(step__in=[str(step) for step in ORDERED]),
                name="dispensing_referralstep_answered_by_order",
            ),
            models.CheckConstraint(
                condition=Q(digest__regex="^[0-9a-f]{64}$"), name="dispensing_referralstep_digest_whole"
            ),
        ]


class LastDoseTold(models.Model):
    """What the old place said, or its slip, about the last dose there, before the first at the new one (domain 12.2).

    `placement` is the place that asked; `told_by` who was called, or who wrote the slip.
    """

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True, default=new_id)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+", db_index=False)
    placement = models.ForeignKey(Placement, on_delete=models.PROTECT, related_name="+")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", db_index=False)
    proof = models.CharField(max_length=10)
    told_by = models.CharField(max_length=120)
    last_day = models.DateField()
    mg = models.DecimalField(max_digits=6, decimal_places=2)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            one_of("dispensing_lastdosetold", "proof", Proof),
            positive("dispensing_lastdosetold", "mg"),
            models.CheckConstraint(condition=~Q(told_by=""), name="dispensing_lastdosetold_told_by_somebody"),
        ]
        indexes = [models.Index(fields=["patient", "-recorded_at"], name="dispensing_lastdosetold_last")]
