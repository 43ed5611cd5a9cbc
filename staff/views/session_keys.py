"""What a person's session remembers, by name."""

from typing import Final

FACILITY: Final = "facility_id"  # the facility acted in
LOCKED: Final = "locked"  # the idle lock
SIGNED_IN_AT: Final = "signed_in_at"  # by the machine's clock, in seconds: what staff.idle counts from
