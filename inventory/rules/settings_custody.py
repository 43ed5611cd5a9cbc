"""The thresholds of consignments as one typed, bounded, sourced group."""

from dataclasses import dataclass

from facilities.rules import setting


@dataclass(frozen=True)
class CustodySettings:
    """What a province, area or facility may move, each from a future moment on."""

    late_after_hours: int = setting(2, source="domain 12.3 (in transit)", low=1, high=24, unit="hours")
    late_again_hours: tuple[int, ...] = setting(
        (4, 12, 24), source="domain 12.3 (again as it gets worse), proposal", unit="hours"
    )
    danger_report_hours: int = setting(
        2, source="domain 12.3 (robbery or violence: reported at once), proposal", low=1, high=24, unit="hours"
    )
