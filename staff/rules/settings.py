"""The dated settings about people: how a PIN is kept, how an appointment runs out, when acts alone are reviewed."""

from dataclasses import dataclass
from decimal import Decimal

from facilities.rules import setting


@dataclass(frozen=True)
class PinSettings:
    """The short PIN that signs and unlocks."""

    length: int = setting(6, low=4, high=12, unit="digits", source="product default")
    tries: int = setting(5, low=3, high=10, unit="wrong entries in a row", source="product default")
    locked_minutes: int = setting(15, low=1, high=120, unit="minutes", source="product default")


@dataclass(frozen=True)
class AccountSettings:
    """A password that was handed out is used once, and soon."""

    one_time_hours: int = setting(72, low=1, high=168, unit="hours after it was handed out", source="product default")


@dataclass(frozen=True)
class AppointmentSettings:
    """An appointment that runs out warns early and runs on for some days, visibly (domain 12.1)."""

    grace_days: int = setting(7, low=0, high=30, unit="days after expiry", source="domain 12.1")
    first_warning_days: int = setting(30, low=1, high=90, unit="days before expiry", source="domain 12.1")
    last_warning_days: int = setting(7, low=1, high=30, unit="days before expiry", source="domain 12.1")


@dataclass(frozen=True)
class WitnessSettings:
    """What was done alone stands as unwitnessed until somebody else has looked at it (domain 12.3); when a code read
    over the phone ends; and what a manager is shown of second signatures that may be a habit rather than a look.
    """

    review_hours: int = setting(72, low=1, high=240, unit="hours after the act", source="domain 12.3")
    remote_code_minutes: int = setting(10, low=2, high=30, unit="minutes", source="product default")
    remote_code_tries: int = setting(5, low=3, high=10, unit="wrong entries in a row", source="product default")
    figure_days: int = setting(30, low=7, high=92, unit="days", source="domain 12.4, proposal")
    same_pair_pct: int = setting(80, low=50, high=100, unit="%", source="domain 12.4, proposal")
    same_pair_least: int = setting(10, low=3, high=100, unit="acts", source="domain 12.4, proposal")
    quick_seconds: int = setting(2, low=1, high=60, unit="seconds", source="domain 12.4, proposal")


@dataclass(frozen=True)
class WorkSettings:
    """Normal time, overtime, what it is worth and how much of it is payable (domain 6). Nothing here cuts what was
    worked: the limits say what is payable of it.

    Normal time is what lies in the office hours of a working day, as long as the hours of the day and the week last.
    """

    normal_day_hours: int = setting(8, low=1, high=12, unit="hours", source="domain 6 (S08)")
    normal_week_hours: int = setting(40, low=1, high=48, unit="hours", source="domain 6, GK")
    rest_days: tuple[int, ...] = setting((6, 7), source="domain 6, proposal")
    office_from: Decimal = setting(Decimal(7), low=0, high=24, unit="hour of the day", source="proposal")
    office_break_from: Decimal = setting(Decimal("11.5"), low=0, high=24, unit="hour of the day", source="proposal")
    office_break_to: Decimal = setting(Decimal(13), low=0, high=24, unit="hour of the day", source="proposal")
    office_to: Decimal = setting(Decimal("16.5"), low=0, high=24, unit="hour of the day", source="proposal")
    day_hours: int = setting(4, low=0, high=16, unit="hours", source="domain 6 (S09)")
    day_hours_total: int = setting(12, low=1, high=24, unit="hours", source="domain 6 (S09, S63)")
    month_hours: int = setting(40, low=0, high=744, unit="hours", source="domain 6 (S09, S10)")
    year_hours: int = setting(200, low=0, high=1000, unit="hours", source="domain 6 (S09, SEED)")
    long_year: bool = setting(False, source="domain 6, GK")
    month_hours_long: int = setting(60, low=0, high=744, unit="hours", source="domain 6 (S10)")
    year_hours_long: int = setting(300, low=0, high=1000, unit="hours", source="domain 6 (S09, S10)")
    rate_working_pct: int = setting(150, low=100, high=1000, unit="%", source="domain 6 (S08, S65)")
    rate_rest_pct: int = setting(200, low=100, high=1000, unit="%", source="domain 6 (S08, S65)")
    rate_holiday_pct: int = setting(300, low=100, high=1000, unit="%", source="domain 6 (S08, S65)")
    night_extra_pct: int = setting(30, low=0, high=200, unit="%", source="domain 6 (S08, S65)")
    night_overtime_pct: int = setting(20, low=0, high=200, unit="%", source="domain 6 (S08, S66)")
    bands: bool = setting(False, source="domain 6 (SEED), proposal")
    band_small_below: int = setting(30, low=1, high=1000, unit="patients", source="domain 6, proposal")
    band_small_hours: int = setting(20, low=0, high=744, unit="hours", source="domain 6, proposal")
    band_middle_below: int = setting(60, low=1, high=1000, unit="patients", source="domain 6, proposal")
    band_middle_hours: int = setting(30, low=0, high=744, unit="hours", source="domain 6, proposal")
    band_large_hours: int = setting(40, low=0, high=744, unit="hours", source="domain 6, proposal")
    allowance_roles: tuple[str, ...] = setting(("physician", "clinic_physician"), source="domain 6 (SEED)")
    leave_instead: bool = setting(False, source="domain 6, GK")
    leave_pct: int = setting(100, low=100, high=300, unit="%", source="domain 6, GK")
    forecast_days: int = setting(56, low=7, high=366, unit="days", source="product default")

    @property
    def office(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """The office hours before and after the break, in minutes of the day."""
        return (
            (int(self.office_from * 60), int(self.office_break_from * 60)),
            (int(self.office_break_to * 60), int(self.office_to * 60)),
        )


@dataclass(frozen=True)
class DeviceSettings:
    """How long a device stays enrolled and a person stays known to it, and how much it may send at once."""

    token_days: int = setting(365, low=1, high=1095, unit="days after it was enrolled", source="product default")
    session_minutes: int = setting(240, low=5, high=720, unit="minutes after the PIN", source="product default")
    sync_most: int = setting(500, low=10, high=2000, unit="facts in one request", source="product default")
    clock_off_minutes: int = setting(5, low=1, high=120, unit="minutes", source="product default")


LONGEST_GRACE_DAYS = 30
