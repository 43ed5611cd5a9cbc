"""The thresholds of the emergency shelf as one typed, bounded, sourced group; the minimum is StockSettings'."""

from dataclasses import dataclass

from facilities.rules import setting


@dataclass(frozen=True)
class ShelfSettings:
    """Ampoules, minutes and days; a province, area or facility may move each from a future moment on."""

    naloxone_large_min_ampoules: int = setting(10, source="domain 12.3", low=5, high=60)
    naloxone_large_patients: int = setting(60, source="domain 12.3", low=10, high=500)
    naloxone_far_minutes: int = setting(60, source="domain 12.3", low=10, high=240, unit="minutes")
    hospital_minutes: int = setting(
        30, source="proposal; each site measures its own road", low=0, high=720, unit="minutes"
    )
    naloxone_target_ampoules: int = setting(20, source="domain 5, proposal", low=5, high=100)
    naloxone_max_ampoules: int = setting(30, source="domain 5, proposal", low=5, high=200)
    restock_due_days: int = setting(14, source="domain 5, proposal", low=1, high=31, unit="days")
    restock_again_days: int = setting(
        7, source="proposal: a refusal does not fill a shelf", low=1, high=31, unit="days"
    )
    next_delivery_days: int = setting(31, source="domain 4.1 (monthly cycle), proposal", low=7, high=92, unit="days")
    shelf_check_days: int = setting(31, source="domain 5 (monthly check), proposal", low=7, high=92, unit="days")
