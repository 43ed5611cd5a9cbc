"""The register: who is treated where, since when. Names, photos, HIV status live in tables of their own."""

from datetime import timedelta
from enum import StrEnum
from typing import Final, Self
from uuid import UUID

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThan

from core.constraints import one_of, paired
from core.ids import new_id
from core.sealing import NONCE_BYTES, TAG_BYTES, Sealed, keyring
from core.tables import Kept
from facilities.models import DateRange, Facility
from staff.models import Person


class Sex(StrEnum):
    FEMALE = "f"
    MALE = "m"


class Status(StrEnum):
    IN_TREATMENT = "in_treatment"
    SUSPENDED = "suspended"
    DROPPED_OUT = "dropped_out"
    ENDED = "ended"
    DIED = "died"


class Patient(models.Model):
    """A person in treatment, known by a code (digits, the last one a check digit) and initials; no name here.

    This row is also the lock of every clinical write about the patient. `status` is the newest StatusChange.
    """

    kept = Kept.MUTABLE

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(max_length=12, unique=True)
    initials = models.CharField(max_length=12)
    sex = models.CharField(max_length=1)
    birth_year = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=40, blank=True)
    treatment_started_on = models.DateField()
    known_from = models.DateField()  # days before it are unknown, not missed (domain 12.5)
    status = models.CharField(max_length=20, default=Status.IN_TREATMENT)
    registered_at = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("patients_patient", "sex", Sex),
            one_of("patients_patient", "status", Status),
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{4,10}$"), name="patients_patient_code_digits"),
            models.CheckConstraint(
                condition=Q(birth_year__gte=1900, birth_year__lte=2100), name="patients_patient_born"
            ),
        ]


class SealedRow(models.Model):
    """Readable only with the installation's keys (core.sealing): which key sealed it, and the sealed bytes."""

    patient = models.OneToOneField(Patient, on_delete=models.PROTECT, primary_key=True)
    key = models.CharField(max_length=16)
    content = models.BinaryField()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=Q(key__regex=r"^[a-z0-9][a-z0-9-]*$"), name="%(app_label)s_%(class)s_key"),
            models.CheckConstraint(
                condition=GreaterThan(Length("content"), NONCE_BYTES + TAG_BYTES), name="%(app_label)s_%(class)s_sealed"
            ),
        ]

    @classmethod
    def of(cls, patient_id: UUID) -> str:
        """The name of this row, to which its seal is bound."""
        return f"{cls._meta.db_table}:{patient_id}"

    @classmethod
    def seal(cls, patient_id: UUID, plain: bytes) -> Self:
        """A row, not saved yet."""
        sealed = keyring().seal(plain, of=cls.of(patient_id))
        return cls(patient_id=patient_id, key=sealed.key, content=sealed.content)

    @classmethod
    def opened(cls, patient_id: UUID, key: str, content: bytes | memoryview) -> bytes:
        """What was sealed. Raises SealBroken."""
        return keyring().open(Sealed(key, bytes(content)), of=cls.of(patient_id))


class Identity(SealedRow):
    """The name and the telephones. Opened only for the card in front of the site's own people; each look is audited."""

    kept = Kept.MUTABLE


class Photo(SealedRow):
    """The face, for who pours."""

    kept = Kept.MUTABLE

    taken_on = models.DateField()


class HivStatus(models.Model):
    """Confidential by law (domain 7); a permission of its own, never on a list."""

    kept = Kept.MUTABLE

    patient = models.OneToOneField(Patient, on_delete=models.PROTECT, primary_key=True)
    positive = models.BooleanField()
    recorded_on = models.DateField()


class StatusChange(models.Model):
    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True, default=new_id)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT)
    status = models.CharField(max_length=20)
    from_day = models.DateField()
    reason = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT)

    class Meta:
        constraints = [one_of("patients_statuschange", "status", Status)]


class Card(models.Model):
    """A treatment card: an opaque, replaceable number that a scanner reads (kind 1)."""

    kept = Kept.SET_ONCE

    number = models.BigIntegerField(primary_key=True)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="cards")
    issued_on = models.DateField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(number__gt=0, number__lt=100_000_000), name="patients_card_number_fits"),
            models.UniqueConstraint(
                fields=["patient"], condition=Q(revoked_at__isnull=True), name="patients_card_one_valid"
            ),
        ]


class PlacementKind(StrEnum):
    """Why the patient drinks there. HOME: their own facility. CLINIC: at the main clinic until they return (domain 3).

    GUEST: at another facility for some days. HOSPITAL and DETENTION: somewhere that keeps no record here; the facility
    that doses them otherwise goes on answering for their days.
    """

    HOME = "home"
    GUEST = "guest"
    HOSPITAL = "hospital"
    DETENTION = "detention"
    CLINIC = "clinic"


# For some days, and home resumes by itself; of these, where nothing is recorded here.
VISITS: Final = (PlacementKind.GUEST, PlacementKind.HOSPITAL, PlacementKind.DETENTION)
AWAY: Final = (PlacementKind.HOSPITAL, PlacementKind.DETENTION)


class Placement(models.Model):
    """Which facility doses this patient, from a day to a day. Exactly one on each day, by the database.

    `planned_end` stays what was first said. `ended_on`, once there, only ever moves earlier; before the start it covers
    no day at all: called off, or something else was agreed. Triggers of its own hold it (patients/sql/0005_places.sql).
    """

    kept = Kept.MUTABLE

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="placements")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT)
    kind = models.CharField(max_length=10)
    starts_on = models.DateField()
    planned_end = models.DateField(null=True)
    place = models.CharField(max_length=120, blank=True)  # the hospital's name, or whatever the place is
    words = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    ended_on = models.DateField(null=True)
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            one_of("patients_placement", "kind", PlacementKind),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("starts_on") - timedelta(days=1)),
                name="patients_placement_ended_on_after_starts_on",
            ),
            paired("patients_placement", "ended_on", "ended_by"),
            models.CheckConstraint(
                condition=Q(kind__in=["guest", "hospital", "detention"], planned_end__isnull=False)
                & Q(planned_end__gte=F("starts_on"), ended_on__isnull=False)
                | Q(kind__in=["home", "clinic"], planned_end__isnull=True),
                name="patients_placement_visit_has_end",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["hospital", "detention"]) & ~Q(place="")
                | ~Q(kind__in=["hospital", "detention"]) & Q(place=""),
                name="patients_placement_place_named",
            ),
            ExclusionConstraint(
                name="patients_placement_one_a_day",
                expressions=[
                    ("patient", RangeOperators.EQUAL),
                    (
                        Case(
                            When(ended_on__lt=F("starts_on"), then=Value("empty", output_field=DateRangeField())),
                            default=DateRange("starts_on", "ended_on", RangeBoundary(True, True)),
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        indexes = [models.Index(fields=["facility", "starts_on"], name="patients_placement_site")]


class Consent(models.Model):
    """That the patient agreed to this version of the text, or withdrew; silence is no consent (domain 7)."""

    kept = Kept.SET_ONCE

    id = models.UUIDField(primary_key=True, default=new_id)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT)
    purpose = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    language = models.CharField(max_length=40)
    given_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT)
    withdrawn_at = models.DateTimeField(null=True)
