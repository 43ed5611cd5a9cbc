"""The staff of a simulated province: who works where in which role, and how they sign in. Pure.

One password for everybody and one PIN for each role, so that whoever tries the product need not look them up twice.
"""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from core.access import Role
from demo import dice
from demo.names import People, invent
from demo.spec import ProvinceSpec, SiteSpec
from staff.roles import ROLES

PASSWORD: Final = "suong-som-24"

# Role: (how the user name begins, PIN).
SIGN_IN: Final[dict[Role, tuple[str, str]]] = {
    Role.DISPENSER: ("capphat", "258036"),
    Role.PHARMACIST: ("duocsi", "147025"),
    Role.COUNSELLOR: ("tuvan", "369014"),
    Role.PHYSICIAN: ("bacsi", "741852"),
    Role.ASSISTANT_PHYSICIAN: ("ysi", "852063"),
    Role.SITE_HEAD: ("truongtram", "963074"),
    Role.WITNESS: ("chungkien", "159048"),
    Role.CARRIER: ("vanchuyen", "753021"),
    Role.STORE_KEEPER: ("thukho", "426017"),
    Role.CLINIC_PHYSICIAN: ("bacsi", "517093"),
    Role.CLINIC_HEAD: ("phutrach", "628041"),
    Role.PAYROLL: ("ketoan", "739052"),
    Role.AREA_MANAGER: ("khuvuc", "840163"),
    Role.PROVINCE_MANAGER: ("tinh", "951274"),
    Role.AUDITOR: ("kiemtra", "306185"),
    Role.SYSTEM_ADMINISTRATOR: ("quantri", "417296"),
}
WOMEN: Final = {Role.COUNSELLOR: 0.8, Role.DISPENSER: 0.6, Role.PHARMACIST: 0.7}
HALF: Final = 0.5


@dataclass(frozen=True)
class Post:
    """One person in one role. `place` is the key of a facility, or "area" or "province"."""

    username: str
    full_name: str
    role: Role
    place: str
    totp_key: str = ""

    @property
    def pin(self) -> str:
        return SIGN_IN[self.role][1]

    @property
    def totp_secret(self) -> str:
        """The key as an authenticator takes it when typed."""
        return base64.b32encode(bytes.fromhex(self.totp_key)).decode() if self.totp_key else ""


def staff(province: ProvinceSpec) -> list[Post]:
    """Everybody, sites first: the order in which the sign-ins are listed."""
    made: list[Post] = []
    for site in province.sites:
        made += _named(province, site.key, _roles_of(site), site)
    for clinic in province.clinics:
        made += _named(province, clinic.key, _CLINIC)
    made += _named(province, province.key, (Role.STORE_KEEPER, Role.WITNESS), place="store")
    made += _named(province, province.key, (Role.AREA_MANAGER,), place="area")
    made += _named(
        province,
        province.key,
        (Role.PROVINCE_MANAGER, Role.AUDITOR, Role.SYSTEM_ADMINISTRATOR),
        place="province",
    )
    return made


_CLINIC: Final = (
    Role.CLINIC_PHYSICIAN,
    Role.CLINIC_HEAD,
    Role.STORE_KEEPER,
    Role.COUNSELLOR,
    Role.CARRIER,
    Role.PAYROLL,
)


def _roles_of(site: SiteSpec) -> tuple[Role, ...]:
    roles = [Role.DISPENSER] * (site.dispensers - 1 if site.busy else 1)
    if site.busy:
        roles += [Role.PHARMACIST, Role.COUNSELLOR, Role.ASSISTANT_PHYSICIAN]
    if site.own_physician:
        roles.append(Role.PHYSICIAN)
    return (*roles, Role.SITE_HEAD, Role.WITNESS)


def _named(
    province: ProvinceSpec,
    key: str,
    roles: tuple[Role, ...],
    site: SiteSpec | None = None,
    *,
    place: str = "",
) -> Iterator[Post]:
    counted: dict[Role, int] = {}
    for role in roles:
        counted[role] = counted.get(role, 0) + 1
        number = str(counted[role]) if roles.count(role) > 1 else ""
        username = f"{SIGN_IN[role][0]}{number}.{key}"
        drawn = (province.seed, "staff", username)
        mix = [who for who, weight in site.mix for _ in range(weight)] if site else [People.THAI, People.KINH]
        invented = invent(
            dice.pick(mix, *drawn, "people"), *drawn, female=dice.share(*drawn, "sex") < WOMEN.get(role, HALF)
        )
        yield Post(username, invented.full_name, role, place or key, _totp_key(role, username))


def _totp_key(role: Role, username: str) -> str:
    """Known to everybody who reads this, like the password: the demo's people guard nothing."""
    if not ROLES[role].needs_second_factor:
        return ""
    return hashlib.sha1(username.encode(), usedforsecurity=False).hexdigest()
