"""Who stands where to a referral: at which facility each side is, and which sides a person is."""

from core.access import Access, Permission
from dispensing.models import Referral
from dispensing.rules.referral_table import PERMISSION_OF, Kind, Side


def satellite_of(referral: Referral) -> int:
    """The satellite that takes the patient: their own again, or the new one."""
    return referral.from_facility_id if referral.kind == Kind.TO_CLINIC else referral.to_facility_id


def where(side: Side, referral: Referral) -> int:
    """The facility at which a side stands."""
    if side is Side.SITE or side is Side.SYSTEM:
        return referral.from_facility_id
    if side in (Side.SITE_HEAD, Side.RECEIVER):
        return satellite_of(referral)
    if side is Side.PHYSICIAN and referral.kind == Kind.BETWEEN:
        return referral.from_facility_id
    return referral.clinic_id


def sides_of(by: Access, referral: Referral) -> frozenset[Side]:
    """In which parts this person stands to a referral, where they act now. A clinic's physician may also sign out the
    patient of one of its satellites."""
    found = {
        side
        for side, permission in PERMISSION_OF.items()
        if by.facility_id == where(side, referral) and by.may_at(permission, where(side, referral))
    }
    if by.facility_id == referral.clinic_id and by.may_at(Permission.ANSWER_REFERRAL, referral.clinic_id):
        found.add(Side.PHYSICIAN)
    return frozenset(found)
