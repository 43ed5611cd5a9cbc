"""Where dosing happens and by which dated rules: provinces, areas, facilities, supervision, holidays, settings."""

from datetime import timedelta
from enum import StrEnum

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from core.constraints import different, in_order, one_of, paired
from core.tables import Kept


class DateRange(Func):
    """The days from a start to an end, both included; without an end, for ever."""

    function = "DATERANGE"
    output_field = DateRangeField()


class Province(models.Model):
    kept = Kept.MUTABLE

    name = models.CharField(max_length=80, unique=True)
    time_zone = models.CharField(max_length=40, default="Asia/Ho_Chi_Minh")


class Area(models.Model):
    """A district or regional health centre's area. The label is data: districts were abolished in 2025 (domain 0)."""

    kept = Kept.MUTABLE

    province = models.ForeignKey(Province, on_delete=models.PROTECT)
    name = models.CharField(max_length=80)
    label = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["province", "name"], name="facilities_area_name_once")]


class FacilityKind(StrEnum):
    SATELLITE = "satellite"
    MAIN_CLINIC = "main_clinic"
    STORE = "store"


class Facility(models.Model):
    """A satellite site, the main clinic that supplies it, or the provincial store.

    `latitude` and `longitude`, in degrees, place it on the schematic map; without them it is only in the list.
    """

    kept = Kept.MUTABLE

    area = models.ForeignKey(Area, on_delete=models.PROTECT)
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=80)
    zone = models.CharField(max_length=40, default="Asia/Ho_Chi_Minh")
    opens_at = models.TimeField(default="05:30")
    closes_at = models.TimeField(default="09:00")
    round_the_clock = models.BooleanField(default=False)
    phone = models.CharField(max_length=30, blank=True)
    went_live_on = models.DateField(null=True)
    latitude = models.DecimalField(max_digits=7, decimal_places=5, null=True)
    longitude = models.DecimalField(max_digits=8, decimal_places=5, null=True)

    class Meta:
        constraints = [
            one_of("facilities_facility", "kind", FacilityKind),
            models.UniqueConstraint(fields=["area", "name"], name="facilities_facility_name_once"),
            paired("facilities_facility", "latitude", "longitude"),
            models.CheckConstraint(
                condition=Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="facilities_facility_on_the_globe",
            ),
        ]


class Supervision(models.Model):
    """Which main clinic supplies and oversees a satellite, between two dates; exactly one on each day."""

    kept = Kept.SET_ONCE

    satellite = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="supervisions")
    main_clinic = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="supervised")
    starts_on = models.DateField()
    ended_on = models.DateField(null=True)

    class Meta:
        constraints = [
            different("facilities_supervision", "satellite", "main_clinic"),
            in_order("facilities_supervision", "starts_on", "ended_on"),
            ExclusionConstraint(
                name="facilities_supervision_one_a_day",
                expressions=[
                    ("satellite", RangeOperators.EQUAL),
                    (DateRange("starts_on", "ended_on", RangeBoundary(True, True)), RangeOperators.OVERLAPS),
                ],
            ),
        ]


class DayKind(StrEnum):
    HOLIDAY = "holiday"
    WORKING_DAY = "working_day"  # a rest day on which everybody works
    REST_DAY = "rest_day"  # a working day on which nobody has to: it was worked, or will be, on another day


class Holiday(models.Model):
    """A day that differs from the public calendar: a holiday fixed late, a rest day swapped into a working day, or a
    working day swapped into a rest day."""

    kept = Kept.MUTABLE

    day = models.DateField(unique=True)
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=80)

    class Meta:
        constraints = [one_of("facilities_holiday", "kind", DayKind)]


SETTING_NOTICE = timedelta(minutes=5)


class RuleSetting(models.Model):
    """One dated value of one threshold, for a province, an area or a facility; a new value is a new row.

    Takes effect from a future moment only, at least SETTING_NOTICE ahead, which is why a process may keep the rows
    for a minute without ever using a stale one.
    """

    kept = Kept.APPEND_ONLY

    key = models.CharField(max_length=100)
    value = models.JSONField()
    province = models.ForeignKey(Province, on_delete=models.PROTECT, null=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, null=True)
    effective_from = models.DateTimeField()
    recorded_at = models.DateTimeField()
    source = models.CharField(max_length=200)
    set_by_id = models.BigIntegerField()
    set_by_label = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(effective_from__gte=F("recorded_at") + Value(SETTING_NOTICE)),
                name="facilities_rulesetting_from_the_future",
            ),
            models.CheckConstraint(
                condition=Q(province__isnull=False, area__isnull=True, facility__isnull=True)
                | Q(province__isnull=True, area__isnull=False, facility__isnull=True)
                | Q(province__isnull=True, area__isnull=True, facility__isnull=False),
                name="facilities_rulesetting_one_scope",
            ),
            models.CheckConstraint(condition=~Q(source=""), name="facilities_rulesetting_source_given"),
        ]
        indexes = [models.Index(fields=["key", "-effective_from"], name="facilities_rulesetting_key")]


class EmergencyCard(models.Model):
    """What a site's overdose card says beside the steps: whom to call, where the naloxone is. The newest row holds.

    Empty numbers fall back to what is known otherwise: 115, and the phone of the main clinic.
    """

    kept = Kept.APPEND_ONLY

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT)
    emergency_phone = models.CharField(max_length=30)
    clinic_phone = models.CharField(max_length=30, blank=True)
    physician = models.CharField(max_length=60, blank=True)
    physician_phone = models.CharField(max_length=30, blank=True)
    naloxone_place = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by_id = models.BigIntegerField()
    recorded_by_label = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(emergency_phone=""), name="facilities_emergencycard_phone_given")
        ]
        indexes = [models.Index(fields=["facility", "-id"], name="facilities_emergencycard_last")]
