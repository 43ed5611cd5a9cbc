"""What breaks the constraints of devices, who acts through them, and what they send."""

from typing import Final

from core.ids import new_id
from staff.models import DeviceSession, DeviceSync, SyncedFact
from tests import cast, world
from tests.api import hands
from tests.codebase.breaks import Break, copied


def enrolled() -> None:
    hands.enrolled()


def signed_in() -> None:
    DeviceSession.objects.create(
        device=hands.enrolled()[0], person=world.person(cast.DISPENSER), token_digest="0" * 64, started_at=world.NOW,
        expires_at=world.NOW,
    )  # fmt: skip


def synced() -> None:
    sync = DeviceSync.objects.create(
        device=hands.enrolled()[0], person=world.person(cast.DISPENSER), facility=world.facility(cast.SITE),
        device_at=world.NOW, received_at=world.NOW, offset_ms=0, facts=1,
    )  # fmt: skip
    SyncedFact.objects.create(fact_id=new_id(), sync=sync, digest="0" * 64, device_occurred_at=world.NOW)


def _device(**changes: str) -> str:
    return copied("staff_device", **{"token_digest": f"'{'1' * 64}'"} | changes)


def _session(**changes: str) -> str:
    return copied("staff_devicesession", **{"token_digest": f"'{'1' * 64}'"} | changes)


_LESS_THAN_NONE: Final = """
INSERT INTO staff_devicesync (id, person_id, facility_id, received_at, facts)
SELECT gen_random_uuid(), 1, 1, now(), -1
"""

BREAKS: Final = {
    "staff_device_name_given": Break(_device(name="''"), enrolled),
    "staff_device_digest_whole": Break(_device(token_digest="'short'"), enrolled),
    "staff_device_token_digest_key": Break(copied("staff_device"), enrolled),
    "staff_device_expires_at_after_enrolled_at": Break(
        _device(expires_at="enrolled_at - interval '1 minute'"), enrolled
    ),
    "staff_device_revoked_at_paired": Break(_device(revoked_at="now()"), enrolled),
    "staff_devicesession_digest_whole": Break(_session(token_digest="'short'"), signed_in),
    "staff_devicesession_token_digest_key": Break(copied("staff_devicesession"), signed_in),
    "staff_devicesession_expires_at_after_started_at": Break(
        _session(expires_at="started_at - interval '1 minute'"), signed_in
    ),
    "staff_devicesync_device_at_paired": Break(copied("staff_devicesync", offset_ms="NULL"), synced),
    "staff_devicesync_clock_of_a_device": Break(copied("staff_devicesync", device_at="NULL", offset_ms="NULL"), synced),
    "staff_devicesync_facts_positive": Break(copied("staff_devicesync", facts="0"), synced),
    "staff_devicesync_facts_check": Break(_LESS_THAN_NONE, aside="staff_devicesync_facts_positive"),
    "staff_syncedfact_digest_whole": Break(
        copied("staff_syncedfact", fact_id="gen_random_uuid()", digest="'short'"), synced
    ),
}
