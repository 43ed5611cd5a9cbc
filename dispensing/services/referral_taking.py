"""Each step of a referral with what it asks beside itself: one way in for the pages and for the API."""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from dispensing.rules.referral_table import Step
from dispensing.services import referrals
from dispensing.services.referral_steps import At, Receipt

_TAKE: Final[dict[Step, Callable[[At, dict[str, Any]], Receipt]]] = {
    Step.SEND: lambda at, said: referrals.send(at=at, wished_on=said["day"], own_pin=said["own_pin"]),
    Step.APPOINT: lambda at, said: referrals.appoint(at=at, day=said["day"]),
    Step.AGREE: lambda at, _said: referrals.agree(at=at),
    Step.GO_BACK: lambda at, _said: referrals.go_back(at=at),
    Step.ANSWER: lambda at, said: referrals.answer(at=at, prescription_id=UUID(said["prescription"])),
    Step.TREAT: lambda at, said: referrals.answer(at=at, prescription_id=UUID(said["prescription"])),
    Step.KEEP: lambda at, said: referrals.keep(at=at, own_pin=said["own_pin"]),
    Step.OFFER: lambda at, said: referrals.offer(
        at=at, day=said["day"], checks=said["checks"], own_pin=said["own_pin"]
    ),
    Step.COUNTERSIGN: lambda at, said: referrals.countersign(at=at, own_pin=said["own_pin"]),
    Step.ACCEPT: lambda at, said: referrals.accept(at=at, day=said["day"], own_pin=said["own_pin"]),
}


def take_step(at: At, said: dict[str, Any]) -> Receipt:
    """Take the step with what was said: `day`, `prescription`, `checks`, `own_pin`, as its row of the table asks.

    Raises what the steps raise (dispensing.services.referrals).
    """
    asks_more = _TAKE.get(at.step)
    return asks_more(at, said) if asks_more else referrals.take(at=at)
