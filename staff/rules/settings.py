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
    """What was done alone stands as unwitnessed until somebody else has looked at it (domain 12.3)."""

    review_hours: int = setting(72, low=1, high=240, unit="hours after the act", source="domain 12.3")


LONGEST_GRACE_DAYS = 30
