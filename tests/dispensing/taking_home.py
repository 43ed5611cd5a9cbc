"""Hands for tests of doses taken home: a house that hands vials out, and a patient who may take them."""

from datetime import timedelta
from typing import Any

from core.ids import new_id
from dispensing.models import TakeHome, TakeHomeAllowance, TakeHomeVial, VialReport, VialVoid
from dispensing.rules.take_home_codes import VialFate, VialVoidKind
from dispensing.services import take_home, vials
from dispensing.services.take_home import NewAllowance, NewHandOut
from dispensing.services.vials import NewReport, NewVialVoid
from facilities.models import RuleSetting
from facilities.services import settings as rule_settings
from patients.models import Patient
from staff.services.attestations import Alone
from tests import cast, world
from tests.dispensing import following, morning, referring
from tests.dispensing.elsewhere import documented

ONE_DAY = timedelta(days=1)
ALONE = Alone("một mình ca sáng")


def enabled(**values: Any) -> None:
    """The house hands vials out, and asks for a week without a missed day."""
    for name, value in ({"takehome_enabled": True, "takehome_no_missed_days": 7} | values).items():
        RuleSetting.objects.create(
            key=f"TakeHomeSettings.{name}", value=value, facility=morning.site(), source="test",
            effective_from=world.NOW - ONE_DAY, recorded_at=world.NOW - 2 * ONE_DAY, set_by_id=1, set_by_label="T",
        )  # fmt: skip
    rule_settings.forget()


def allowed(patient: Patient, *, member: cast.Member = cast.PHYSICIAN, **more: Any) -> TakeHomeAllowance:
    said: dict[str, Any] = {
        "id": new_id(), "patient_id": patient.pk, "allowed": True, "from_day": world.TODAY,
        "until_day": world.TODAY + 20 * ONE_DAY, "max_days": 5, "agreed": True,
    }  # fmt: skip
    now = more.pop("now", world.NOW)
    command = NewAllowance(**(said | more))
    return take_home.allow(command=command, by=morning.access(member, now=now), pin=member.pin, now=now)


def ready(*, dosed: bool = True, signed: bool = True) -> Patient:
    """Everything that the rules ask for, at a house that has an opened bottle and hands vials out."""
    enabled()
    morning.opened_bottle()
    return may_go(dosed=dosed, signed=signed)


def may_go(*, dosed: bool = True, signed: bool = True) -> Patient:
    """A patient of such a house."""
    patient = morning.patient()
    documented(patient, day=world.TODAY - 8 * ONE_DAY, until=world.TODAY - ONE_DAY)
    following.a_test(patient.pk, days_ago=3)
    referring.assessed(patient, "stable")
    if signed:
        allowed(patient)
    if dosed:
        morning.drink(patient, morning.access(cast.DISPENSER))
    return patient


def handed(patient: Patient | None = None, *, days: int = 3, **more: Any) -> TakeHome:
    patient = patient or ready()
    command = NewHandOut(more.pop("id", new_id()), patient.pk, days, ALONE, box=more.pop("box", True))
    return take_home.hand_out(command=command, by=morning.access(more.pop("member", cast.DISPENSER)), now=world.NOW)


def vial(made: TakeHome | None = None) -> TakeHomeVial:
    """Tomorrow's."""
    return (made or handed()).vials.order_by("day").first()


def reported(
    of: TakeHomeVial | None = None, what: VialFate = VialFate.LOST, *, days_later: int = 0, **more: Any
) -> VialReport:
    now = world.NOW + days_later * ONE_DAY
    of = of or vial()
    if what is VialFate.RETURNED_FULL:
        more = {"ul": of.ul, "second": ALONE} | more
    command = NewReport(more.pop("id", new_id()), of.pk, what, more.pop("words", "rơi xuống suối"), **more)
    return vials.report(command=command, by=morning.access(cast.DISPENSER, now=now), now=now)


def poured_out() -> VialReport:
    """Came back with everything in it."""
    return reported(what=VialFate.RETURNED_FULL)


def voided(
    made: TakeHome | None = None, kind: VialVoidKind = VialVoidKind.GIVEN_BACK, *, days: int | None = None, **more: Any
) -> list[VialVoid]:
    """The last `days` vials of a hand-out, all where none are said."""
    made = made or handed()
    now = more.pop("now", world.NOW)
    which = sorted(made.vials.values_list("day", flat=True))[-days if days else 0 :]
    second = ALONE if kind is VialVoidKind.GIVEN_BACK else None
    command = NewVialVoid(more.pop("id", new_id()), made.pk, tuple(which), kind, "gọi nhầm người", second)
    return vials.void(command=command, by=morning.access(cast.DISPENSER, now=now), now=now)


def corrected() -> VialReport:
    """Reported lost, then found and drunk."""
    first = reported()
    return reported(first.vial, VialFate.RETURNED_EMPTY, days_later=1, corrects=first.pk)
