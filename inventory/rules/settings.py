"""Every threshold of stock as one typed, bounded, sourced group."""

from dataclasses import dataclass
from decimal import Decimal

from facilities.rules import setting


@dataclass(frozen=True)
class StockSettings:
    """What a province, area or facility may move, each from a future moment on."""

    bottle_tolerance_pct: Decimal = setting(
        Decimal("1"), source="domain 12.3", low=Decimal("0"), high=Decimal("5"), unit="% of the label"
    )
    bottle_tolerance_max_ml: Decimal = setting(
        Decimal("10"), source="domain 12.3", low=Decimal("0"), high=Decimal("50"), unit="mL"
    )
    opened_bottle_warn_days: int = setting(30, source="domain 12.3", low=7, high=90, unit="days")
    opened_bottle_stop_days: int = setting(60, source="domain 12.3", low=14, high=180, unit="days")
    expiry_warn_days: tuple[int, ...] = setting((180, 90, 30), source="domain 4.6", unit="days")
    level_low_ml: int = setting(100, source="domain 12.3", low=10, high=500, unit="mL")
