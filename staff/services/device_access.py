"""What a person may do through a device: what they may do at its facility, and nothing beyond it.

The device proves itself and the place, the person's session the person. Either alone opens nothing. What is refused to
a known device is written into the audit trail, once in ten minutes for the same reason, however often it asks.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.core.cache import cache
from django.utils.translation import gettext as _

from core import audit
from core.access import NOBODY, Access
from staff.models import DeviceSeen
from staff.queries.appointments import held_by, in_force
from staff.queries.devices import SEEN_AFTER_SECONDS, Spoken, spoken
from staff.rules.acting import access_from

_TOLD_FOR: Final = 600  # seconds


class DeviceRefused(Exception):
    """The device, or whoever acts through it, is not let in. `code` for machines, `sentence` for people.

    `forbidden`: it is known who asks, and they may not act here.
    """

    def __init__(self, code: str, sentence: str, *, forbidden: bool = False) -> None:
        self.code, self.sentence, self.forbidden = code, sentence, forbidden
        super().__init__(code)


@dataclass(frozen=True)
class DeviceUse:
    """A device that was let in, with the access of whoever acts through it; NOBODY's where nobody does yet."""

    device_id: UUID
    facility_id: int
    access: Access = NOBODY
    session_id: UUID | None = None
    expires_at: datetime | None = None

    @property
    def screen(self) -> str:
        return f"device-{self.session_id}"


def let_in(*, device_digest: str, person_digest: str, now: datetime) -> DeviceUse:
    """Whose request it is; without a person's token a device that is nobody. Raises DeviceRefused."""
    found = spoken(device_digest=device_digest, person_digest=person_digest)
    if found is None:
        raise DeviceRefused("device_unknown", _("Thiết bị này chưa được đăng ký."))
    try:
        use = _use(found, asks_as_person=bool(person_digest), now=now)
    except DeviceRefused as refused:
        _tell(found, refused, now)
        raise
    _seen(found, now)
    return use


def _use(found: Spoken, *, asks_as_person: bool, now: datetime) -> DeviceUse:
    if found.revoked_at is not None:
        raise DeviceRefused("device_revoked", _("Thiết bị này đã bị thu hồi."))
    if found.expires_at <= now:
        raise DeviceRefused("device_expired", _("Thiết bị này đã hết hạn. Trưởng trạm đăng ký lại."))
    if not asks_as_person:
        return DeviceUse(found.device_id, found.facility_id)
    if found.session_id is None or found.person_id is None or found.session_expires_at is None:
        raise DeviceRefused("session_unknown", _("Thiết bị không biết ai đang dùng. Nhập lại tên và PIN."))
    if found.session_ended_at is not None or found.session_expires_at <= now:
        raise DeviceRefused("session_over", _("Đã quá giờ. Nhập lại tên và PIN."))
    access = person_at(found.facility_id, person_id=found.person_id, device_id=found.device_id, now=now)
    return DeviceUse(found.device_id, found.facility_id, access, found.session_id, found.session_expires_at)


def person_at(facility_id: int, *, person_id: int, device_id: UUID, now: datetime) -> Access:
    """What a person may do at the facility of a device, by appointments to that very facility; raises DeviceRefused.

    The same roles as in the browser there, with no reach beyond the place. A role that needs a second factor has none
    here.
    """
    person, held = held_by(person_id, now=now)
    if person is None or not person.is_active:
        raise DeviceRefused("person_closed", _("Tài khoản này đã đóng."), forbidden=True)
    if person.one_time_until is not None:
        raise DeviceRefused("password_to_choose", _("Đăng nhập trên trang web để chọn mật khẩu trước."), forbidden=True)
    found, expired = in_force(held, now)
    here = tuple(
        replace(each, reach=frozenset({facility_id}) & each.reach) for each in found if each.facility_id == facility_id
    )
    if not here:
        words = _("Hôm nay người này không được phân công ở cơ sở của thiết bị.")
        raise DeviceRefused("not_appointed_here", words, forbidden=True)
    access = access_from(
        here, person_id=person.pk, label=person.initials, chosen_facility_id=facility_id, second_factor=False,
        expired=expired,
    )  # fmt: skip
    if access.second_factor_missing:
        words = _("Vai trò này cần mã bước hai: dùng trang web.")
        raise DeviceRefused("second_factor_needed", words, forbidden=True)
    return replace(access, device_id=device_id)


def _tell(found: Spoken, refused: DeviceRefused, now: datetime) -> None:
    """In a transaction of its own, so that it stands whatever else is refused."""
    if not cache.add(f"device-refused-{found.device_id}-{refused.code}", 1, _TOLD_FOR):
        return
    audit.record(
        action="device.refused", by=NOBODY, now=now, subject_kind="device", subject_id=found.device_id,
        facility_id=found.facility_id, why=refused.code, person=found.person_id,
    )  # fmt: skip


def _seen(found: Spoken, now: datetime) -> None:
    if found.seen_at is not None and now - found.seen_at < timedelta(seconds=SEEN_AFTER_SECONDS):
        return
    DeviceSeen.objects.bulk_create(
        [DeviceSeen(device_id=found.device_id, at=now)], update_conflicts=True, unique_fields=["device"],
        update_fields=["at"],
    )  # fmt: skip
