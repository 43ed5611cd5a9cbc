"""What a simulated province is made of: plain values, whether typed by hand (demo.province) or generated. Pure."""

from dataclasses import dataclass
from typing import Final

from demo.names import People

BUSY_FROM: Final = 50  # patients; a larger site has more people at work, a pump, and every kind of morning each day
Mix = tuple[tuple[People, int], ...]


@dataclass(frozen=True)
class SiteSpec:
    """A satellite site. `key` is part of everything derived for it and never changes.

    `bottle_ml`: the size it is supplied with. `cover_days`: how many days one delivery lasts beyond the next; a site
    with few is always low on stock. `codes_from`: patients bring codes along, numbered from there on and scattered;
    0 takes the register's next free ones. `runs_low`: nobody opens the next bottle early. `inducts`: remote enough to
    start patients (domain 1). `leaves_reviews`: what was done alone is looked at late. `expired_bottle`: one closed
    bottle runs past its date. `doses_twice`: now and then two colleagues dose one patient. `at`: degrees north, east.
    """

    key: str
    name: str
    clinic: str
    patients: int
    mix: Mix
    bottle_ml: int = 1000
    cover_days: int = 12
    codes_from: int = 0
    runs_low: bool = False
    own_physician: bool = False
    inducts: bool = False
    leaves_reviews: bool = False
    expired_bottle: bool = False
    doses_twice: bool = False
    at: tuple[str, str] | None = None

    @property
    def busy(self) -> bool:
        return self.patients >= BUSY_FROM

    @property
    def dispensers(self) -> int:
        """People at the window: one alone at a small site."""
        return 1 if not self.busy else 2 if self.patients < 80 else 3


@dataclass(frozen=True)
class ClinicSpec:
    """A main clinic that supplies and oversees satellites; `at` as a site's."""

    key: str
    name: str
    at: tuple[str, str] | None = None


@dataclass(frozen=True)
class ProvinceSpec:
    """One province with one area. `seed` is part of everything derived, `key` of the user names of its managers."""

    seed: str
    key: str
    name: str
    area: str
    area_label: str
    store: str
    clinics: tuple[ClinicSpec, ...]
    sites: tuple[SiteSpec, ...]
