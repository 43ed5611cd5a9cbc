"""What a request is proposed from, and the dates of the monthly cycle, as one typed, bounded, sourced group."""

from dataclasses import dataclass
from decimal import Decimal

from facilities.rules import setting


@dataclass(frozen=True)
class RequestSettings:
    """What a province, area or facility may move, each from a future moment on."""

    days_to_cover: int = setting(
        36,
        source="domain 4.1: a month of 31 days and the 5 from the request to the delivery, proposal",
        low=7,
        high=100,
        unit="days",
    )
    new_patient_mg: Decimal = setting(
        Decimal("60"), source="domain 4.1, proposal", low=Decimal("10"), high=Decimal("200"), unit="mg"
    )
    safety_pct: Decimal = setting(
        Decimal("10"), source="domain 4.1, proposal", low=Decimal("0"), high=Decimal("50"), unit="%"
    )
    bottle_sizes_ml: tuple[int, ...] = setting((1000, 100), source="domain 12.3", unit="mL")
    largest_bottle_days: int = setting(30, source="domain 12.3 (small sites)", low=7, high=90, unit="days")
    send_by_day: int = setting(25, source="domain 4.1 (before the 25th)", low=1, high=28)
    deliver_by_day: int = setting(30, source="domain 4.1 (before the 30th)", low=1, high=31)
    remind_days_before: int = setting(5, source="proposal", low=1, high=20, unit="days")
    quarter_report_day: int = setting(5, source="domain 4.1 (before the 5th of a quarter)", low=1, high=28)
