"""Doses taken home (domain 2.6): what was allowed, what was handed out, a vial for each day, what became of it."""

from django.db import models
from django.db.models import F, Q

from core.constraints import in_order, one_of, positive
from core.tables import Kept
from dispensing.models.prescription import Prescription
from dispensing.rules.take_home_codes import VialFate, VialVoidKind
from facilities.models import Facility
from inventory.models import Act, Bottle
from patients.models import Patient
from staff.models import Attestation, Person, Signature


class TakeHomeAllowance(models.Model):
    """A physician's signed answer for one patient: allowed (between which days, how many at once) or not.

    The newest one stands, so a refusal also ends what was allowed before it. `agreed`: the patient wishes it and has
    signed to answer for what is sold, shared or drunk by a child (domain 2.6).
    """

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+", db_index=False)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", db_index=False)
    allowed = models.BooleanField()
    agreed = models.BooleanField()
    from_day = models.DateField()
    until_day = models.DateField()
    max_days = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=300, blank=True)
    digest = models.CharField(max_length=64)
    signature = models.OneToOneField(Signature, on_delete=models.PROTECT, related_name="+")
    signed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            in_order("dispensing_takehomeallowance", "from_day", "until_day"),
            models.CheckConstraint(
                condition=Q(allowed=True, max_days__gte=1, max_days__lte=7) | Q(allowed=False, max_days=0),
                name="dispensing_takehomeallowance_days_fit",
            ),
            models.CheckConstraint(
                condition=Q(allowed=True) | ~Q(words=""), name="dispensing_takehomeallowance_refusal_says_why"
            ),
            models.CheckConstraint(
                condition=Q(allowed=False) | Q(agreed=True), name="dispensing_takehomeallowance_patient_agreed"
            ),
        ]
        indexes = [models.Index(fields=["patient", "-recorded_at"], name="dispensing_takehome_allowed")]


class TakeHome(models.Model):
    """Vials for the days after `day`, handed to a patient who had drunk that day's dose; its stock is the act of the
    same id, from the opened bottle to the patients. `box`: the patient came in person with a box that locks.
    """

    kept = Kept.APPEND_ONLY

    act = models.OneToOneField(Act, on_delete=models.PROTECT, primary_key=True)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+", db_index=False)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", db_index=False)
    prescription = models.ForeignKey(Prescription, on_delete=models.PROTECT, related_name="+", db_index=False)
    allowance = models.ForeignKey(TakeHomeAllowance, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    days = models.PositiveSmallIntegerField()
    mg = models.DecimalField(max_digits=6, decimal_places=2)
    box = models.BooleanField()
    words = models.CharField(max_length=300, blank=True)
    attestation = models.OneToOneField(Attestation, on_delete=models.PROTECT, related_name="+")
    handed_at = models.DateTimeField()
    handed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            positive("dispensing_takehome", "mg"),
            models.CheckConstraint(condition=Q(days__gte=1, days__lte=7), name="dispensing_takehome_days_known"),
        ]
        indexes = [models.Index(fields=["facility", "day"], name="dispensing_takehome_site_day")]


class TakeHomeVial(models.Model):
    """The whole dose of one day in one vial, filled from one bottle."""

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True)
    take_home = models.ForeignKey(TakeHome, on_delete=models.PROTECT, related_name="vials")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+", db_index=False)
    handed_on = models.DateField()
    day = models.DateField()
    mg = models.DecimalField(max_digits=6, decimal_places=2)
    ul = models.PositiveIntegerField()
    bottle = models.ForeignKey(Bottle, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            positive("dispensing_takehomevial", "mg"),
            positive("dispensing_takehomevial", "ul"),
            models.CheckConstraint(
                condition=Q(day__gt=F("handed_on")), name="dispensing_takehomevial_day_after_handed_on"
            ),
        ]


class TakeHomeDay(models.Model):
    """The constraint "one vial for a day": claimed with the vial, freed only by a void of it."""

    kept = Kept.MUTABLE

    pk = models.CompositePrimaryKey("patient_id", "day")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, db_index=False, related_name="+")
    day = models.DateField()
    vial = models.OneToOneField(TakeHomeVial, on_delete=models.PROTECT, related_name="claim")


class VialVoid(models.Model):
    """A vial of a hand-out that was not what the hand-out says: never filled (its stock is still in the bottle), given
    back before the patient left (poured out, never into the bottle), or with somebody else (it stays given). Vials that
    are voided together share the act and the second signature. Its day is free again.
    """

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True)
    vial = models.OneToOneField(TakeHomeVial, on_delete=models.PROTECT, related_name="void")
    kind = models.CharField(max_length=16)
    reason = models.CharField(max_length=300)
    act = models.ForeignKey(Act, on_delete=models.PROTECT, null=True, related_name="+")
    attestation = models.ForeignKey(Attestation, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    voided_at = models.DateTimeField()
    voided_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            one_of("dispensing_vialvoid", "kind", VialVoidKind),
            models.CheckConstraint(condition=~Q(reason=""), name="dispensing_vialvoid_reason_given"),
            models.CheckConstraint(
                condition=Q(kind=VialVoidKind.WITH_ANOTHER, act__isnull=True)
                | ~Q(kind=VialVoidKind.WITH_ANOTHER) & Q(act__isnull=False),
                name="dispensing_vialvoid_stock_fits",
            ),
            models.CheckConstraint(
                condition=~Q(kind=VialVoidKind.GIVEN_BACK) | Q(attestation__isnull=False),
                name="dispensing_vialvoid_poured_out_attested",
            ),
        ]


class VialReport(models.Model):
    """What became of a vial, as the patient or the vial itself shows. Put right by a new row that names this one; what
    nobody has corrected stands. A vial that nothing is reported of counts as drunk on its day.

    `ul`: what was still in a vial that came back, poured out before a second person (`act`). The report that puts such
    a one right takes it back by an act of its own.
    """

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True)
    vial = models.ForeignKey(TakeHomeVial, on_delete=models.PROTECT, related_name="reports")
    what = models.CharField(max_length=16)
    day = models.DateField()
    words = models.CharField(max_length=300, blank=True)
    ul = models.PositiveIntegerField(null=True)
    act = models.OneToOneField(Act, on_delete=models.PROTECT, null=True, related_name="+")
    attestation = models.OneToOneField(Attestation, on_delete=models.PROTECT, null=True, related_name="+")
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="corrected_by")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            one_of("dispensing_vialreport", "what", VialFate),
            models.UniqueConstraint(
                fields=["vial"], condition=Q(corrects__isnull=True), name="dispensing_vialreport_first_once"
            ),
            models.CheckConstraint(
                condition=Q(what=VialFate.RETURNED_EMPTY) | ~Q(words=""), name="dispensing_vialreport_says_what"
            ),
            models.CheckConstraint(
                condition=Q(
                    what=VialFate.RETURNED_FULL,
                    ul__gte=1,
                    ul__isnull=False,
                    act__isnull=False,
                    attestation__isnull=False,
                )
                | ~Q(what=VialFate.RETURNED_FULL) & Q(ul__isnull=True, attestation__isnull=True),
                name="dispensing_vialreport_poured_out_fits",
            ),
        ]
