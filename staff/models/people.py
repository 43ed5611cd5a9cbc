"""People, the roles they hold between two dates, and what they sign."""

from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Final

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from core.access import Role
from core.constraints import different, in_order, one_of, paired
from core.ids import new_id
from core.tables import Kept
from facilities.models import Area, Facility, Province

if TYPE_CHECKING:
    from staff.rules.acting import Held


class PersonManager(BaseUserManager["Person"]):
    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(username__iexact=username)


class Person(AbstractBaseUser):
    """A member of staff: signs in by name and password, signs by PIN. What they may do stands in their appointments."""

    kept = Kept.MUTABLE

    username = models.CharField(max_length=60, unique=True)
    full_name = models.CharField(max_length=120)
    initials = models.CharField(max_length=12)
    phone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    wants_sms = models.BooleanField(default=False)  # "open Trạm" and nothing else, by the channels of followup
    wants_email = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    one_time_until = models.DateTimeField(null=True)  # set: the password was handed out and must be replaced before
    pin_hash = models.CharField(max_length=200, blank=True)
    pin_failures = models.PositiveSmallIntegerField(default=0)
    pin_locked_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    held: "tuple[Held, ...]" = ()  # the appointments about now; PersonBackend reads them with the person

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]
    objects = PersonManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(models.functions.Lower("username"), name="staff_person_username_once"),
            models.CheckConstraint(condition=Q(wants_sms=False) | ~Q(phone=""), name="staff_person_sms_reaches"),
            models.CheckConstraint(condition=Q(wants_email=False) | ~Q(email=""), name="staff_person_email_reaches"),
        ]


class Appointment(models.Model):
    """One person in one role, at a facility or over an area or province, from a day to a day (both included)."""

    kept = Kept.SET_ONCE

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="appointments")
    role = models.CharField(max_length=30)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, null=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True)
    province = models.ForeignKey(Province, on_delete=models.PROTECT, null=True)
    starts_on = models.DateField()
    expires_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            one_of("staff_appointment", "role", Role),
            in_order("staff_appointment", "starts_on", "expires_on"),
            models.CheckConstraint(
                condition=Q(facility__isnull=False, area__isnull=True, province__isnull=True)
                | Q(facility__isnull=True, area__isnull=False, province__isnull=True)
                | Q(facility__isnull=True, area__isnull=True, province__isnull=False),
                name="staff_appointment_one_place",
            ),
            paired("staff_appointment", "ended_on", "ended_by"),
        ]
        indexes = [models.Index(fields=["person", "starts_on"], name="staff_appointment_person")]


class Proof(StrEnum):
    """How the signer was known to be who they are."""

    PIN = "pin"
    PASSWORD = "password"  # noqa: S105
    PAPER = "paper"  # the signed paper is kept; only imports and the demo's history use it
    CODE = "code"  # a one-time code that the signer got for their PIN and read over the phone


class Signature(models.Model):
    """A person put their name to exactly this content: `digest` is the sha256 of what was shown and signed."""

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, null=True)
    meaning = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    digest = models.CharField(max_length=64)
    proof = models.CharField(max_length=12)
    acting_as = models.CharField(max_length=200, blank=True)
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("staff_signature", "proof", Proof),
            models.CheckConstraint(condition=Q(digest__regex="^[0-9a-f]{64}$"), name="staff_signature_digest_whole"),
        ]
        indexes = [models.Index(fields=["subject_id"], name="staff_signature_subject")]


class RemoteCode(models.Model):
    """Six digits that somebody elsewhere gets for their own PIN and reads over the phone, for one act of one colleague
    at one facility. The digits are nowhere, only what they hash to.
    """

    kept = Kept.SET_ONCE

    id = models.UUIDField(primary_key=True, default=new_id)
    witness = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    actor = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT)
    acting_as = models.CharField(max_length=200)
    code_hash = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    used_for = models.UUIDField(null=True)

    class Meta:
        constraints = [
            different("staff_remotecode", "witness", "actor"),
            in_order("staff_remotecode", "made_at", "expires_at"),
            paired("staff_remotecode", "used_at", "used_for"),
        ]
        indexes = [
            models.Index(fields=["actor", "facility", "-made_at"], name="staff_remotecode_actor"),
            models.Index(fields=["witness", "-made_at"], name="staff_remotecode_witness"),
        ]


class RemoteTry(models.Model):
    """A wrong entry of a code; too many of them end it."""

    kept = Kept.APPEND_ONLY

    code = models.ForeignKey(RemoteCode, on_delete=models.PROTECT, related_name="wrong")
    at = models.DateTimeField()


class Mode(StrEnum):
    """How the second person stood to the act."""

    PRESENT = "present"
    REMOTE = "remote"  # elsewhere, by a code read over the phone
    ALONE = "alone"
    REVIEW = "review"


AT_ONCE: Final = (Mode.PRESENT, Mode.REMOTE, Mode.ALONE)  # what is said with the act; a review comes later


class Attestation(models.Model):
    """What a second person says of a named act, bound to its content: witnessed at once, or reviewed later.

    `alone` is the honest absence: the actor says there was nobody, and why; it stays visible until a review names the
    same act. No row ever says that somebody was there who was not (design, sentence 3). `considered_ms`: how long the
    second person had the page before they signed; null where nobody knows.
    """

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True, default=new_id)
    act_kind = models.CharField(max_length=40)
    act_id = models.UUIDField()
    digest = models.CharField(max_length=64)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT)
    actor = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    mode = models.CharField(max_length=10)
    signature = models.OneToOneField(Signature, on_delete=models.PROTECT, null=True)
    second = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    code = models.OneToOneField(RemoteCode, on_delete=models.PROTECT, null=True)
    reason = models.CharField(max_length=200, blank=True)
    considered_ms = models.PositiveIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("staff_attestation", "mode", Mode),
            models.CheckConstraint(
                condition=Q(second__isnull=True) | ~Q(second=F("actor")), name="staff_attestation_second_not_actor"
            ),
            models.CheckConstraint(
                condition=Q(mode=Mode.ALONE, second__isnull=True, signature__isnull=True, code__isnull=True)
                & ~Q(reason="")
                | Q(
                    mode__in=[Mode.PRESENT, Mode.REVIEW],
                    second__isnull=False,
                    signature__isnull=False,
                    code__isnull=True,
                )
                | Q(mode=Mode.REMOTE, second__isnull=False, signature__isnull=False, code__isnull=False),
                name="staff_attestation_mode_fits",
            ),
            models.UniqueConstraint(
                fields=["act_id"], condition=Q(mode__in=list(AT_ONCE)), name="staff_attestation_one_at_once"
            ),
        ]
        indexes = [
            models.Index(fields=["facility", "mode", "at"], name="staff_attestation_review"),
            models.Index(fields=["act_id"], condition=Q(mode=Mode.REVIEW), name="staff_attestation_reviewed"),
        ]


class Objection(models.Model):
    """The remote witness says that what was signed with their code is not what they were told. Once for an act."""

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True, default=new_id)
    attestation = models.OneToOneField(Attestation, on_delete=models.PROTECT)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=500)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(words=""), name="staff_objection_words_given")]
