"""What a person's session remembers, by name."""

from typing import Final

FACILITY: Final = "facility_id"  # the facility acted in
LOCKED: Final = "locked"  # the idle lock
