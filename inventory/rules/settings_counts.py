"""The thresholds of destruction as one typed, bounded, sourced group."""

from dataclasses import dataclass

from facilities.rules import setting


@dataclass(frozen=True)
class DestructionSettings:
    """What a province, area or facility may move, each from a future moment on. A satellite never destroys."""

    destroy_min_members: int = setting(3, source="domain 4.6 (GK)", low=3, high=9)
    destroy_notice_days: int = setting(7, source="domain 4.6 (Decree 163/2025)", low=7, high=30, unit="working days")
