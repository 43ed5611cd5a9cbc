"""The demo province: invented places, sized as published (four sites of about 20 patients, three of 60 to 100, one
of 2).
"""

from typing import Any, Final

from demo.names import People
from demo.spec import ClinicSpec, Mix, ProvinceSpec, SiteSpec

VALLEY: Final[Mix] = ((People.THAI, 70), (People.KHMU, 10), (People.KINH, 15), (People.HMONG, 5))
RIDGE: Final[Mix] = ((People.HMONG, 75), (People.THAI, 15), (People.KINH, 5), (People.KHMU, 5))
STREAM: Final[Mix] = ((People.KHMU, 45), (People.THAI, 40), (People.HMONG, 10), (People.KINH, 5))
CODES_OF_A_SITE: Final = 2000


def _site(place: int, key: str, name: str, clinic: str, patients: int, mix: Mix, **more: Any) -> SiteSpec:
    return SiteSpec(key, f"Trạm y tế {name}", clinic, patients, mix, codes_from=place * CODES_OF_A_SITE, **more)


DEMO: Final = ProvinceSpec(
    seed="tram",
    key="namthen",
    name="Nậm Then",
    area="Mường Sương",
    area_label="Khu vực",
    store="Kho thuốc tỉnh Nậm Then",
    clinics=(
        ClinicSpec("suong", "Cơ sở điều trị Mường Sương", ("21.39", "103.02")),
        ClinicSpec("gio", "Cơ sở điều trị Pú Gió", ("21.62", "103.38")),
    ),
    sites=(
        _site(1, "may", "Nậm Mây", "suong", 98, VALLEY, own_physician=True, at=("21.44", "102.93")),
        _site(2, "trang", "Phiêng Trăng", "suong", 90, VALLEY, doses_twice=True, at=("21.31", "103.11")),
        _site(3, "nang", "Huổi Nắng", "gio", 76, STREAM, own_physician=True, at=("21.55", "103.55")),
        _site(4, "ong", "Nà Ong", "suong", 22, VALLEY, expired_bottle=True, at=("21.47", "103.10")),
        _site(5, "khoi", "Bản Khói", "suong", 24, STREAM, bottle_ml=100, runs_low=True, at=("21.24", "102.95")),
        _site(6, "man", "Tả Mận", "gio", 19, RIDGE, cover_days=2, at=("21.74", "103.29")),
        _site(7, "nui", "Pú Đá Trắng", "gio", 13, RIDGE, inducts=True, at=("21.83", "103.48")),
        _site(8, "cuoi", "Suối Cuối", "gio", 2, RIDGE, bottle_ml=100, leaves_reviews=True, at=("21.68", "103.60")),
    ),
)


def generated(*, sites: int, patients: int, seed: str) -> ProvinceSpec:
    """A province of any scale: so many sites of so many patients, one main clinic for each ten of them."""
    clinics = tuple(
        ClinicSpec(f"{seed}c{number:03}", f"Cơ sở điều trị số {number}") for number in range(1, (sites + 9) // 10 + 1)
    )
    mixes = (VALLEY, RIDGE, STREAM)
    return ProvinceSpec(
        seed=seed,
        key=seed,
        name=f"Mô phỏng {seed}",
        area=f"Khu vực mô phỏng {seed}",
        area_label="Khu vực",
        store=f"Kho thuốc mô phỏng {seed}",
        clinics=clinics,
        sites=tuple(
            SiteSpec(
                key=f"{seed}s{number:04}",
                name=f"Trạm y tế số {number}",
                clinic=clinics[(number - 1) // 10].key,
                patients=patients,
                mix=mixes[number % 3],
                bottle_ml=1000 if patients >= 15 else 100,
            )
            for number in range(1, sites + 1)
        ),
    )
