"""What breaks the constraints of looks behind a number."""

from datetime import timedelta
from typing import Final

from core.ids import new_id
from oversight.rules.looks import LookWhy, What
from oversight.services.looks import Looking, open_door
from tests import cast, world
from tests.codebase.breaks import Break, copied
from tests.entrance import access

_TABLE: Final = "oversight_incidentlook"


def looked() -> None:
    """The area manager said why."""
    command = Looking(
        new_id(), world.facility(cast.SITE).pk, What.NEAR_MISS, world.TODAY - timedelta(days=7), world.TODAY,
        LookWhy.SUPPORT, "tập huấn lại",
    )  # fmt: skip
    open_door(command=command, by=access(cast.AREA_MANAGER), now=world.NOW)


BREAKS: Final = {
    "oversight_incidentlook_what_known": Break(copied(_TABLE, what="'x'"), looked),
    "oversight_incidentlook_why_known": Break(copied(_TABLE, why="'x'"), looked),
    "oversight_incidentlook_says_why": Break(copied(_TABLE, words="''"), looked),
    "oversight_incidentlook_last_day_after_first_day": Break(copied(_TABLE, last_day="first_day - 1"), looked),
    "oversight_incidentlook_until_after_opened_at": Break(
        copied(_TABLE, until="opened_at - interval '1 minute'"), looked
    ),
}
