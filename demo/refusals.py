"""What the product may refuse to the simulator: whoever tried the demo may have left anything behind."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.core.exceptions import PermissionDenied

from dispensing.services.checkups import CheckupRefused
from dispensing.services.contacts import ContactRefused
from dispensing.services.holds import HoldRefused
from dispensing.services.incidents import IncidentRefused
from dispensing.services.named_orders import OrderRefused
from dispensing.services.openings import DayRefused, StatedAlready
from dispensing.services.outcomes import OutcomeRefused
from dispensing.services.past_rows import Malformed
from dispensing.services.referral_steps import ReferralRefused
from dispensing.services.take_home import TakeHomeRefused
from dispensing.services.voids import VoidRefused
from followup.services.cases import CaseRefused
from inventory.services.acts import StockRefused
from inventory.services.bottles import OwnPinRefused
from inventory.services.destructions import MemberRefused
from oversight.services.reports import ReportRefused
from patients.services.alerts import AlertRefused
from patients.services.data_requests import DataRequestRefused
from patients.services.placements import PlacementRefused
from patients.services.status import StatusRefused
from staff.services.attestations import AttestationRefused
from staff.services.hours_refusals import HoursRefused
from staff.services.pins import PinRefused

log = logging.getLogger(__name__)

REFUSALS: Final = (
    AlertRefused,
    AttestationRefused,
    CaseRefused,
    CheckupRefused,
    ContactRefused,
    DataRequestRefused,
    DayRefused,
    HoldRefused,
    HoursRefused,
    IncidentRefused,
    Malformed,
    MemberRefused,
    OrderRefused,
    OutcomeRefused,
    OwnPinRefused,
    PermissionDenied,
    PinRefused,
    ReportRefused,
    PlacementRefused,
    ReferralRefused,
    StatedAlready,
    StatusRefused,
    StockRefused,
    TakeHomeRefused,
    VoidRefused,
)


@contextmanager
def left_out(what: str) -> Iterator[None]:
    """Go on without an act that is refused, and say so: a top-up must not stop at what a visitor changed."""
    try:
        yield
    except REFUSALS as refused:
        log.warning("Left out: %s (%s: %s)", what, type(refused).__name__, refused)
