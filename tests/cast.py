"""The one cast of people: invented names, known passwords, PINs and secrets. tests.world puts them where they work."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from core.access import Role

PASSWORD: Final = "sương-sớm-bản-xa"
PIN: Final = "482915"
OTHER_PIN: Final = "730164"  # the witnesses', so that a test notices whose PIN was checked
TOTP_KEY: Final = "3132333435363738393031323334353637383930"

MAIN_CLINIC: Final = "Mường Ảng"
SITE: Final = "Mường Pồn"
OTHER_SITE: Final = "Nà Tấu"
AREA: Final = "Điện Biên Đông"
PROVINCE: Final = "Điện Biên"

SINCE: Final = date(2026, 1, 1)


@dataclass(frozen=True)
class Member:
    """One of the cast, in one role at one place (a facility, the area or the province)."""

    username: str
    full_name: str
    initials: str
    role: Role
    place: str
    pin: str = PIN
    expires_on: date | None = None


DISPENSER = Member("lo.thi.hoa", "Lò Thị Hoa", "L.T.H.", Role.DISPENSER, SITE)
SECOND_DISPENSER = Member("vang.a.sinh", "Vàng A Sinh", "V.A.S.", Role.DISPENSER, SITE)
PHARMACIST = Member("quang.van.minh", "Quàng Văn Minh", "Q.V.M.", Role.PHARMACIST, SITE)
COUNSELLOR = Member("ca.thi.thom", "Cà Thị Thơm", "C.T.T.", Role.COUNSELLOR, SITE)
PHYSICIAN = Member("tong.van.duc", "Tòng Văn Đức", "T.V.Đ.", Role.PHYSICIAN, SITE)
ASSISTANT_PHYSICIAN = Member("giang.thi.mo", "Giàng Thị Mỡ", "G.T.M.", Role.ASSISTANT_PHYSICIAN, SITE)
SITE_HEAD = Member("bac.cam.tien", "Bạc Cầm Tiến", "B.C.T.", Role.SITE_HEAD, SITE)
WITNESS = Member("lu.thi.bien", "Lù Thị Biên", "L.T.B.", Role.WITNESS, SITE, pin=OTHER_PIN)
CARRIER = Member("sung.a.pao", "Sùng A Páo", "S.A.P.", Role.CARRIER, SITE)
PAYROLL = Member("nguyen.thu.ha", "Nguyễn Thu Hà", "N.T.H.", Role.PAYROLL, SITE)
EXPIRED_DISPENSER = Member(
    "mua.thi.do", "Mùa Thị Dở", "M.T.D.", Role.DISPENSER, SITE, expires_on=date(2026, 11, 20)
)  # four days ago at the tests' time: "expired, acting"

OTHER_DISPENSER = Member("po.van.thuan", "Pờ Văn Thuận", "P.V.T.", Role.DISPENSER, OTHER_SITE)
OTHER_WITNESS = Member("hang.a.chu", "Hạng A Chu", "H.A.C.", Role.WITNESS, OTHER_SITE, pin=OTHER_PIN)

STORE_KEEPER = Member("deo.van.kim", "Đèo Văn Kim", "Đ.V.K.", Role.STORE_KEEPER, MAIN_CLINIC)
CLINIC_PHYSICIAN = Member("tran.minh.chau", "Trần Minh Châu", "T.M.C.", Role.CLINIC_PHYSICIAN, MAIN_CLINIC)
CLINIC_HEAD = Member("hoang.thi.yen", "Hoàng Thị Yến", "H.T.Y.", Role.CLINIC_HEAD, MAIN_CLINIC)

AREA_MANAGER = Member("le.quoc.khanh", "Lê Quốc Khánh", "L.Q.K.", Role.AREA_MANAGER, AREA)
PROVINCE_MANAGER = Member("pham.thi.ngoc", "Phạm Thị Ngọc", "P.T.N.", Role.PROVINCE_MANAGER, PROVINCE)
AUDITOR = Member("do.anh.tuan", "Đỗ Anh Tuấn", "Đ.A.T.", Role.AUDITOR, PROVINCE)
SYSTEM_ADMINISTRATOR = Member("vu.hai.nam", "Vũ Hải Nam", "V.H.N.", Role.SYSTEM_ADMINISTRATOR, PROVINCE)

CAST: Final = (
    DISPENSER, SECOND_DISPENSER, PHARMACIST, COUNSELLOR, PHYSICIAN, ASSISTANT_PHYSICIAN, SITE_HEAD, WITNESS, CARRIER,
    PAYROLL, EXPIRED_DISPENSER, OTHER_DISPENSER, OTHER_WITNESS, STORE_KEEPER, CLINIC_PHYSICIAN, CLINIC_HEAD,
    AREA_MANAGER, PROVINCE_MANAGER, AUDITOR, SYSTEM_ADMINISTRATOR,
)  # fmt: skip
ONE_OF_EACH_ROLE: Final = {member.role: member for member in reversed(CAST)}
