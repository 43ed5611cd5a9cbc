"""Enrolled devices: which one spoke, in whose hands it was, and what its own clock said."""

from typing import Final

from django.db import models
from django.db.models import Q

from core.constraints import in_order, paired, positive
from core.ids import new_id
from core.tables import Kept
from facilities.models import Facility
from staff.models.people import Person

_HEX: Final = "^[0-9a-f]{64}$"


class Device(models.Model):
    """A tablet, a scanner's box, another program at one facility. `token_digest` is the sha256 of the token, which is
    shown once and kept nowhere. Alone it is nobody: a person acts through it (DeviceSession).
    """

    kept = Kept.SET_ONCE

    id = models.UUIDField(primary_key=True, default=new_id)
    name = models.CharField(max_length=60)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    token_digest = models.CharField(max_length=64, unique=True)
    enrolled_at = models.DateTimeField()
    enrolled_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="staff_device_name_given"),
            models.CheckConstraint(condition=Q(token_digest__regex=_HEX), name="staff_device_digest_whole"),
            in_order("staff_device", "enrolled_at", "expires_at"),
            paired("staff_device", "revoked_at", "revoked_by"),
        ]


class DeviceSession(models.Model):
    """One person acting through one device, known by PIN, for some hours. Its token is kept as the device's is."""

    kept = Kept.SET_ONCE

    id = models.UUIDField(primary_key=True, default=new_id)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="sessions")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    token_digest = models.CharField(max_length=64, unique=True)
    started_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(token_digest__regex=_HEX), name="staff_devicesession_digest_whole"),
            in_order("staff_devicesession", "started_at", "expires_at"),
        ]


class DeviceSeen(models.Model):
    """When a device was last heard of, to some minutes: a row of its own, so that the device stays as enrolled."""

    kept = Kept.MUTABLE

    device = models.OneToOneField(Device, on_delete=models.PROTECT, primary_key=True, related_name="seen")
    at = models.DateTimeField()


class DeviceSync(models.Model):
    """One request that brought facts of before. `device_at` is the device's own clock when it sent them, and
    `offset_ms` how far it was ahead of the server's: evidence beside every fact that came with it.
    """

    kept = Kept.APPEND_ONLY

    id = models.UUIDField(primary_key=True, default=new_id)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    device_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    offset_ms = models.BigIntegerField(null=True)
    facts = models.PositiveIntegerField()

    class Meta:
        constraints = [
            paired("staff_devicesync", "device_at", "offset_ms"),
            models.CheckConstraint(
                condition=Q(device__isnull=True) | Q(device_at__isnull=False), name="staff_devicesync_clock_of_a_device"
            ),
            positive("staff_devicesync", "facts"),
        ]


class SyncedFact(models.Model):
    """What a client said of one fact, by the fact's own id: the digest of its words, and the time by its clock.

    A repeat with the same digest by the same person is the same fact; with another it is refused.
    """

    kept = Kept.APPEND_ONLY

    fact_id = models.UUIDField(primary_key=True)
    sync = models.ForeignKey(DeviceSync, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    device_occurred_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(digest__regex=_HEX), name="staff_syncedfact_digest_whole"),
        ]
