"""Who sends what a site needs: the people of its main clinic as they stood when the site began."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache

from core.access import Access, Permission, Role
from demo.people import Post, staff
from demo.sites import Hand, NobodyThere, Site
from demo.spec import ProvinceSpec
from facilities.models import Facility
from staff.models import Person
from staff.queries.appointments import standing_at


@dataclass(frozen=True)
class Clinic:
    """Who sends: the store-keeper, the physician who signs beside, the carrier, the head; and who pays the hours."""

    facility_id: int
    keeper: Hand
    beside: Hand
    carrier: Hand
    head: Hand | None = None  # who answers what the carrier asks for
    payer: Hand | None = None


@lru_cache(maxsize=8)
def _posts(province: ProvinceSpec) -> tuple[Post, ...]:
    return tuple(staff(province))


def clinic_of(site: Site) -> Clinic:
    """The people of the main clinic; raises NobodyThere where a visitor has left it without them."""
    facility_id = Facility.objects.get(name=site.supplier, area__province__name=site.province.name).pk
    since = datetime.combine(site.first_day - timedelta(days=1), time(12), site.zone)

    def hand(role: Role, permission: Permission) -> Hand:
        for post in _posts(site.province):
            if (post.role, post.place) == (role, site.spec.clinic):
                person = Person.objects.filter(username=post.username, is_active=True).first()
                access = standing_at(facility_id, person_id=person.pk, now=since) if person else Access()
                if access.may_at(permission, facility_id):
                    return Hand(access, post)
        raise NobodyThere(f"{site.supplier}: {permission}")

    def maybe(role: Role, permission: Permission) -> Hand | None:
        try:
            return hand(role, permission)
        except NobodyThere:
            return None

    return Clinic(
        facility_id,
        keeper=hand(Role.STORE_KEEPER, Permission.DISPATCH),
        beside=hand(Role.CLINIC_PHYSICIAN, Permission.SIGN_SECOND),
        carrier=hand(Role.CARRIER, Permission.CARRY),
        head=maybe(Role.CLINIC_HEAD, Permission.ANSWER_TRANSPORT),
        payer=maybe(Role.PAYROLL, Permission.PAY_HOURS),
    )
