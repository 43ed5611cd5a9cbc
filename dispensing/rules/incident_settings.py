"""What follows a mishap: one typed, bounded, sourced group. The province's physician confirms each before go-live."""

from dataclasses import dataclass
from decimal import Decimal

from facilities.rules import setting


@dataclass(frozen=True)
class IncidentSettings:
    """Minutes, days and multiples of a dose; each moves from a future moment on."""

    # Vomiting: up to so many minutes after the dose, this share of it may be replaced; the two lists go together.
    vomit_band_minutes: tuple[int, ...] = setting((10, 30, 45), source="domain 2.4 (S31, GK)", unit="minutes")
    vomit_band_percent: tuple[int, ...] = setting((100, 50, 25), source="domain 2.4 (S31, GK)", unit="%")
    vomit_requires_witness: bool = setting(True, source="domain 2.4, proposal")

    # Who drank more than usual is watched.
    watch_hours: int = setting(4, source="domain 2.4 (S33)", low=4, high=24, unit="hours")
    watch_first_days: int = setting(14, source="domain 2.4 (S33: first two weeks)", low=14, high=60, unit="days")
    watch_stable_above_mg: Decimal = setting(
        Decimal("40"), source="domain 2.4 (S33)", low=Decimal("40"), high=Decimal("120"), unit="mg"
    )
    watch_stable_days: int = setting(60, source="domain 2.4 (S33: two months)", low=60, high=90, unit="days")
    watch_stable_times: Decimal = setting(Decimal("2"), source="domain 2.4 (S33)", low=Decimal("1"), high=Decimal("2"))
    watch_uncertain_percent: int = setting(50, source="domain 2.4 (S33)", low=0, high=50, unit="%")
    watch_irregular_days: int = setting(
        14, source="domain 2.4 (S33: irregular attendance), proposal", low=7, high=60, unit="days"
    )
    watch_irregular_missed: int = setting(
        2, source="domain 2.4 (S33: irregular attendance), proposal", low=1, high=5, unit="days"
    )
    watch_first_dose_hours: int = setting(4, source="domain 2.2 (S17: 3 to 4 h), proposal", low=1, high=8, unit="hours")
    watch_naloxone_hours: int = setting(10, source="domain 5 (S62)", low=6, high=24, unit="hours")
    watch_check_minutes: int = setting(30, source="domain 2.4, proposal", low=5, high=60, unit="minutes")

    # Another strength was opened: figures of millilitres are marked for some days.
    strength_marked_days: int = setting(3, source="domain 12.2", low=1, high=14, unit="days")
