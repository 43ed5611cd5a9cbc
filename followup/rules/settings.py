"""How long a named person has for each kind of case; one typed, bounded, sourced group."""

from dataclasses import dataclass

from facilities.rules import setting


@dataclass(frozen=True)
class CaseSettings:
    """Hours from opening to due. A province, area or facility may move each from a future moment on."""

    conflicting_dose_due_hours: int = setting(
        24, source="domain 12.2 (told the same day), proposal", low=2, high=72, unit="hours"
    )
    wrong_dose_due_hours: int = setting(
        24, source="domain 2.4 (S33: physician informed), proposal", low=2, high=72, unit="hours"
    )
    dose_finding_due_hours: int = setting(48, source="domain 12.2, proposal", low=4, high=168, unit="hours")
    loss_report_hours: int = setting(48, source="domain 4.6 (GK)", low=4, high=72, unit="hours")
    small_differences_due_hours: int = setting(
        72, source="domain 4.5 (trend rule), proposal", low=24, high=240, unit="hours"
    )
    unusable_bottle_due_hours: int = setting(
        24, source="domain 12.3 (quarantine), proposal", low=2, high=72, unit="hours"
    )
    bottle_yield_due_hours: int = setting(72, source="domain 12.3, proposal", low=24, high=240, unit="hours")
    night_seal_due_hours: int = setting(24, source="domain 12.3 (seals), proposal", low=2, high=72, unit="hours")
    key_lost_due_hours: int = setting(24, source="domain 12.3 (keys), proposal", low=1, high=48, unit="hours")
    no_naloxone_due_hours: int = setting(
        24, source="domain 5 (no waiver possible), proposal", low=1, high=48, unit="hours"
    )
    device_off_due_hours: int = setting(48, source="domain 12.3 (device), proposal", low=4, high=168, unit="hours")
    alert_physician_hours: int = setting(24, source="domain 12.2", low=1, high=72, unit="hours")
    pregnant_physician_hours: int = setting(
        2, source="domain 12.2 (the same morning), proposal", low=1, high=6, unit="hours"
    )
    typed_later_due_hours: int = setting(
        72, source="domain 12.1 (typed in later), proposal", low=4, high=240, unit="hours"
    )
    order_disowned_due_hours: int = setting(24, source="domain 12.1, proposal", low=2, high=72, unit="hours")
    overdose_due_hours: int = setting(
        24, source="domain 5 (dose block until a physician's review), proposal", low=2, high=72, unit="hours"
    )
    watched_in_danger_due_hours: int = setting(2, source="domain 2.4, 5, proposal", low=1, high=12, unit="hours")
    vomited_due_hours: int = setting(24, source="domain 2.4, proposal", low=2, high=72, unit="hours")
    withheld_pattern_due_hours: int = setting(24, source="domain 12.2, proposal", low=2, high=72, unit="hours")
    cup_not_swallowed_due_hours: int = setting(48, source="domain 12.2, proposal", low=4, high=168, unit="hours")
    witness_objects_due_hours: int = setting(
        24, source="domain 12.3 (alone: reviewed within 72 h), proposal", low=2, high=72, unit="hours"
    )
    escalate_after_hours: int = setting(
        24, source="domain 3 (transfer back), 12.4 (by age), proposal", low=1, high=168, unit="hours"
    )
