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
    measure_twice_beyond_ml: Decimal = setting(
        Decimal("20"),
        source="proposal (GK): further off than a slip of the eye, so a slip of the hand is asked for first",
        low=Decimal("0"),
        high=Decimal("200"),
        unit="mL",
    )
    opened_bottle_warn_days: int = setting(30, source="domain 12.3", low=7, high=90, unit="days")
    opened_bottle_stop_days: int = setting(60, source="domain 12.3", low=14, high=180, unit="days")
    expiry_warn_days: tuple[int, ...] = setting((180, 90, 30), source="domain 4.6", unit="days")
    level_low_ml: int = setting(100, source="domain 12.3", low=10, high=500, unit="mL")
    measure_method: str = setting("cylinder", source="domain 12.3 (weigh, cylinder or mark), proposal")
    measure_every_days: int = setting(7, source="domain 12.1 (weekly)", low=1, high=31, unit="days")
    weigh_uncertainty_ml: Decimal = setting(
        Decimal("1"), source="scale to 1 g (GK)", low=Decimal("0.1"), high=Decimal("5"), unit="mL"
    )
    cylinder_uncertainty_ml: Decimal = setting(
        Decimal("2.5"),
        source="half a mark of a 250 mL cylinder (GK)",
        low=Decimal("0.5"),
        high=Decimal("10"),
        unit="mL",
    )
    mark_uncertainty_ml: Decimal = setting(
        Decimal("10"), source="half a mark of a litre bottle (GK)", low=Decimal("1"), high=Decimal("25"), unit="mL"
    )
    density_g_per_ml: Decimal = setting(
        Decimal("1.05"), source="GK; weigh 100 mL of the lot", low=Decimal("0.9"), high=Decimal("1.4"), unit="g/mL"
    )
    tare_litre_g: Decimal = setting(
        Decimal("95"), source="GK; weigh an empty bottle", low=Decimal("20"), high=Decimal("900"), unit="g"
    )
    tare_100_ml_g: Decimal = setting(
        Decimal("22"), source="GK; weigh an empty bottle", low=Decimal("5"), high=Decimal("200"), unit="g"
    )
    equal_measure_flag_days: int = setting(5, source="domain 12.3", low=3, high=31, unit="days")
    same_sign_measures: int = setting(3, source="domain 4.5 (trend rule)", low=2, high=10)
    same_sign_days: int = setting(7, source="domain 4.5 (trend rule)", low=3, high=62, unit="days")
    pump_check_days: int = setting(1, source="domain 12.3", low=1, high=7, unit="days")
    device_check_days: int = setting(30, source="domain 12.3", low=7, high=90, unit="days")
    device_tolerance_pct: Decimal = setting(
        Decimal("2"), source="domain 12.3", low=Decimal("0.5"), high=Decimal("5"), unit="%"
    )
    pump_strokes: int = setting(10, source="domain 12.3", low=5, high=20)
    naloxone_min_ampoules: int = setting(5, source="domain 12.3", low=1, high=30)
