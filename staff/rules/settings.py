"""The dated settings about people: how a PIN is kept, how an appointment runs out, when acts alone are reviewed."""

from dataclasses import dataclass

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


LONGEST_GRACE_DAYS = 30
