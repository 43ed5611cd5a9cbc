"""The thresholds of an inspection as one typed, bounded, sourced group."""

from dataclasses import dataclass

from facilities.rules import setting


@dataclass(frozen=True)
class InspectionSettings:
    """How far back an inspection looks, and for how long its legal paper opens who the patients are."""

    inspection_days: int = setting(30, source="domain 12.3", low=30, high=366, unit="days")
    inspection_identity_hours: int = setting(
        8, source="domain 12.3, proposal: one working day", low=1, high=72, unit="hours"
    )
