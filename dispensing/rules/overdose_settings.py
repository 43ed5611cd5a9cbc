"""What an overdose asks of people, and by when: one typed, bounded, sourced group."""

from dataclasses import dataclass
from decimal import Decimal

from facilities.rules import setting


@dataclass(frozen=True)
class OverdoseCareSettings:
    """Hours and milligrams; each moves from a future moment on."""

    od_notify_hours: int = setting(2, source="domain 5, proposal", low=1, high=12, unit="hours")
    od_report_hours: int = setting(24, source="domain 5, proposal", low=4, high=72, unit="hours")
    naloxone_ampoule_mg: Decimal = setting(
        Decimal("0.4"), source="domain 5 (S58)", low=Decimal("0.1"), high=Decimal("4"), unit="mg"
    )
