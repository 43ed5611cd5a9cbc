"""What a site finds when it looks at its stock: measures, seals, counts, checks, keys. Observations, not postings.

What must be posted (a difference outside the tolerance, what primed a pump) is an act of the ledger that the row names.
`as_of` is the link of the facility's chain up to which the book was read, so that a finding made while doses are being
recorded says against which book it stands.
"""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from core.constraints import one_of, paired, positive
from core.tables import Kept
from facilities.models import Facility
from inventory.models.stock import Act, Bottle, Lot, MeasuringDevice
from inventory.rules.kinds import Key, KeyStep, Method, SealState, Why
from staff.models import Person


class LotDensity(models.Model):
    """What a millilitre of a lot weighs, and who says so; the newest counts, else the setting."""

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT)
    g_per_ml = models.DecimalField(max_digits=6, decimal_places=4)
    source = models.CharField(max_length=120)
    stated_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    stated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(g_per_ml__gte="0.5", g_per_ml__lte="2"), name="inventory_lotdensity_sane"
            ),
            models.CheckConstraint(condition=~Q(source=""), name="inventory_lotdensity_source_given"),
        ]


class BottleMeasure(models.Model):
    """What an opened bottle held, by the site's method, beside the book of that moment; microlitres.

    `book_ul` is what the bottle's movements up to link `as_of` leave in it, below zero where it gave more than its
    label. Outside the tolerance, and at a count, `act` posts the difference.
    """

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, db_index=False)
    bottle = models.ForeignKey(Bottle, on_delete=models.PROTECT, db_index=False)
    why = models.CharField(max_length=10)
    method = models.CharField(max_length=10)
    readings = ArrayField(models.CharField(max_length=20))
    tare_g = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    density = models.DecimalField(max_digits=6, decimal_places=4, null=True)
    measured_ul = models.BigIntegerField()
    uncertainty_ul = models.BigIntegerField()
    as_of = models.BigIntegerField()
    book_ul = models.BigIntegerField()
    difference_ul = models.BigIntegerField()
    tolerance_ul = models.BigIntegerField()
    within = models.BooleanField()
    act = models.OneToOneField(Act, on_delete=models.PROTECT, null=True)
    measured_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    measured_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("inventory_bottlemeasure", "why", Why),
            one_of("inventory_bottlemeasure", "method", Method),
            paired("inventory_bottlemeasure", "tare_g", "density"),
            models.CheckConstraint(
                condition=Q(method=str(Method.WEIGH), density__isnull=False)
                | ~Q(method=str(Method.WEIGH)) & Q(density__isnull=True),
                name="inventory_bottlemeasure_weighed_with_density",
            ),
            models.CheckConstraint(condition=Q(readings__len__gt=0), name="inventory_bottlemeasure_readings_given"),
            models.CheckConstraint(
                condition=Q(measured_ul__gte=0, uncertainty_ul__gte=0, tolerance_ul__gte=0, as_of__gte=0),
                name="inventory_bottlemeasure_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(difference_ul=F("measured_ul") - F("book_ul")),
                name="inventory_bottlemeasure_difference_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(within=Q(act__isnull=True)) | Q(within=True, why__in=[str(Why.COUNT), str(Why.HAND_OVER)]),
                name="inventory_bottlemeasure_posted_outside_only",
            ),
        ]
        indexes = [
            models.Index(fields=["bottle", "as_of"], name="inventory_measure_bottle"),
            models.Index(fields=["facility", "measured_at"], name="inventory_measure_facility"),
        ]


class NightSeal(models.Model):
    """A numbered seal put on an opened bottle for the night."""

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, db_index=False)
    bottle = models.ForeignKey(Bottle, on_delete=models.PROTECT, db_index=False)
    number = models.CharField(max_length=40)
    put_on_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    put_on_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(number=""), name="inventory_nightseal_number_given")]
        indexes = [models.Index(fields=["bottle", "put_on_at"], name="inventory_nightseal_bottle")]


class SealFound(models.Model):
    """The number that was read on an opened bottle in the morning, beside the seal that was put on it last."""

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, db_index=False)
    bottle = models.ForeignKey(Bottle, on_delete=models.PROTECT, db_index=False)
    seal = models.ForeignKey(NightSeal, on_delete=models.PROTECT, null=True)
    number = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=10)
    found_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    found_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("inventory_sealfound", "state", SealState),
            models.CheckConstraint(
                condition=Q(state=str(SealState.MATCHES), seal__isnull=False) & ~Q(number="")
                | Q(state=str(SealState.DIFFERS))
                | Q(state=str(SealState.NONE), number=""),
                name="inventory_sealfound_state_fits",
            ),
        ]
        indexes = [models.Index(fields=["bottle", "found_at"], name="inventory_sealfound_bottle")]


class ClosedCount(models.Model):
    """Which closed bottles were found, by their labels, entered before anybody saw which the book has here."""

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, db_index=False)
    why = models.CharField(max_length=10)
    found = ArrayField(models.BigIntegerField())
    expected = ArrayField(models.BigIntegerField())
    agrees = models.BooleanField()
    as_of = models.BigIntegerField()
    counted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    counted_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("inventory_closedcount", "why", Why),
            models.CheckConstraint(
                condition=Q(agrees=Q(found=F("expected"))), name="inventory_closedcount_agrees_as_found"
            ),
        ]
        indexes = [models.Index(fields=["facility", "counted_at"], name="inventory_closedcount_facility")]


class NaloxoneCheck(models.Model):
    """Ampoules of naloxone in reach that are still in date, and the nearest expiry read on them."""

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, db_index=False)
    usable = models.PositiveIntegerField()
    nearest_expiry = models.DateField(null=True)
    book = models.BigIntegerField()
    as_of = models.BigIntegerField()
    checked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    checked_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(usable=0, nearest_expiry__isnull=True) | Q(usable__gt=0, nearest_expiry__isnull=False),
                name="inventory_naloxonecheck_expiry_of_some",
            )
        ]
        indexes = [models.Index(fields=["facility", "checked_at"], name="inventory_naloxone_facility")]


class DeviceCheck(models.Model):
    """A measuring device against what it should give: microlitres, or milligrams of a weight on a scale.

    `error_ppm` is how much more (below zero: less) it gives than asked, in parts per million. What was let through
    a pump was poured out: `act` books it out of `bottle`.
    """

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, db_index=False)
    device = models.ForeignKey(MeasuringDevice, on_delete=models.PROTECT, db_index=False)
    strokes = models.PositiveSmallIntegerField()
    nominal = models.BigIntegerField()
    measured = models.BigIntegerField()
    error_ppm = models.IntegerField()
    limit_ppm = models.PositiveIntegerField()
    passed = models.BooleanField()
    poured_out_ul = models.BigIntegerField(default=0)
    bottle = models.ForeignKey(Bottle, on_delete=models.PROTECT, null=True, db_index=False)
    act = models.OneToOneField(Act, on_delete=models.PROTECT, null=True)
    checked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    checked_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            positive("inventory_devicecheck", "nominal"),
            positive("inventory_devicecheck", "strokes"),
            models.CheckConstraint(
                condition=Q(measured__gte=0, poured_out_ul__gte=0), name="inventory_devicecheck_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(passed=Q(error_ppm__lte=F("limit_ppm"), error_ppm__gte=F("limit_ppm") * -1)),
                name="inventory_devicecheck_passed_within_limit",
            ),
            models.CheckConstraint(
                condition=Q(poured_out_ul=0, bottle__isnull=True, act__isnull=True)
                | Q(poured_out_ul__gt=0, bottle__isnull=False, act__isnull=False),
                name="inventory_devicecheck_poured_out_booked",
            ),
        ]
        indexes = [models.Index(fields=["device", "checked_at"], name="inventory_devicecheck_device")]

    @property
    def error_pct(self) -> Decimal:
        """Per cent more (less: below zero) than asked."""
        return (Decimal(self.error_ppm) / 10_000).quantize(Decimal("0.01"))


class KeyEvent(models.Model):
    """A key changes hands, is sealed away or is lost. Who holds it now is its last event.

    `sent`: what was stated at once; the keys that changed hands together share it, and its attestation names it.
    """

    kept = Kept.APPEND_ONLY

    id = models.BigAutoField(primary_key=True)
    sent = models.UUIDField()
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, db_index=False)
    key = models.CharField(max_length=20)
    step = models.CharField(max_length=12)
    holder_from = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    holder_to = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    envelope_number = models.CharField(max_length=40, blank=True)
    words = models.CharField(max_length=300, blank=True)
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sent", "key"], name="inventory_keyevent_key_once"),
            one_of("inventory_keyevent", "key", Key),
            one_of("inventory_keyevent", "step", KeyStep),
            models.CheckConstraint(
                condition=Q(step=str(KeyStep.TAKEN), holder_to__isnull=False)
                | Q(step=str(KeyStep.HANDED_OVER), holder_from__isnull=False, holder_to__isnull=False)
                & ~Q(holder_from=F("holder_to"))
                | Q(step=str(KeyStep.SEALED), holder_to__isnull=True) & ~Q(envelope_number="")
                | Q(step=str(KeyStep.LOST), holder_to__isnull=True) & ~Q(words=""),
                name="inventory_keyevent_step_fits",
            ),
        ]
        indexes = [models.Index(fields=["facility", "key", "-id"], name="inventory_keyevent_last")]


class DutyHandover(models.Model):
    """One person gives the duty to another: keys, opened bottles measured, closed ones counted, what is open.

    `taken_by` is None where nobody was there to take it, which its attestation says.
    """

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, db_index=False)
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    taken_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    handed_over_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(taken_by__isnull=True) | ~Q(taken_by=F("given_by")),
                name="inventory_dutyhandover_taken_by_another",
            ),
            models.CheckConstraint(
                condition=Q(digest__regex="^[0-9a-f]{64}$"), name="inventory_dutyhandover_digest_whole"
            ),
        ]
        indexes = [models.Index(fields=["facility", "handed_over_at"], name="inventory_handover_facility")]
