"""Hands for a whole day: the same acts through the services, or through the forms that a browser sends.

Both do what they are told at the time they are told and answer nothing but ids, so that a test can keep a book of its
own from what was said.
"""

import html
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from django.test import Client

from core import clock
from core.access import Access
from core.ids import new_id
from core.quantities import format_ml
from dispensing.models import Dose, VomitRecord
from dispensing.rules.facts import Answers
from dispensing.rules.incident_codes import NearMissKind
from dispensing.rules.late import LateReason
from dispensing.rules.voids import VoidKind
from dispensing.services import closes, dose_orders, doses, incidents, openings, outcomes, past, voids
from dispensing.services.closes import NewClose
from dispensing.services.dose_orders import NewOrder
from dispensing.services.incidents import NewNearMiss
from dispensing.services.openings import BottleSeen, NewOpening
from dispensing.services.outcomes import NewOutcome
from dispensing.services.past import Hand, PastFact
from dispensing.services.voids import NewVoid
from inventory.models import Bottle
from inventory.services import bottles
from inventory.services.bottles import Emptying, Opening
from patients.models import Patient
from staff.services.attestations import Alone
from tests import cast, world, world_stock
from tests.dispensing import mishaps, morning, phoned
from tests.entrance import signed_in

DAY = world.TODAY + timedelta(days=1)  # a Wednesday; everything of the tests' world is of the day before
NURSE = "Y tá Mùa"  # pours when the power is out, and has no account
WORDS = "như bác sĩ dặn"


def at(hour: int, minute: int = 0, *, days: int = 0) -> datetime:
    """A time of the day, or of one so many days after it."""
    return world.NOW.replace(hour=hour, minute=minute) + timedelta(days=1 + days)


@dataclass(frozen=True)
class Row:
    """One line of paper: drunk `mg`, or the outcome."""

    patient: Patient
    at: datetime
    mg: str = ""
    outcome: str = ""


class Hands(Protocol):
    """What is done in the course of a day."""

    def open_day(self, bottle: Bottle, *, measured_ul: int, at: datetime) -> None: ...
    def drink(self, patient: Patient, *, at: datetime, **answers: Any) -> UUID: ...
    def drink_twice(self, patient: Patient, *, at: datetime) -> None: ...
    def choose(self, patient: Patient, *, at: datetime) -> Any: ...
    def confirm(self, chosen: Any, *, at: datetime) -> None: ...
    def state(self, patient: Patient, code: str, *, at: datetime, recheck: datetime | None = None) -> None: ...
    def not_swallowed(self, patient: Patient, code: str, *, at: datetime) -> None: ...
    def void(self, dose: UUID, kind: VoidKind, *, at: datetime) -> None: ...
    def drunk_by(self, dose: UUID, code: str, *, at: datetime) -> None: ...
    def other_amount(self, dose: UUID, ul: int, *, at: datetime) -> None: ...
    def vomited(self, dose: UUID, *, at: datetime) -> None: ...
    def replace_by_phone(self, dose: UUID, mg: str, *, at: datetime) -> None: ...
    def supplement(self, patient: Patient, mg: str, *, at: datetime) -> None: ...
    def order_by_phone(self, patient: Patient, *, at: datetime) -> None: ...
    def near_miss(self, patient: Patient, *, at: datetime) -> None: ...
    def type_later(self, *rows: Row, poured_by: str, at: datetime) -> None: ...
    def open_bottle(self, bottle: Bottle, *, at: datetime) -> None: ...
    def empty(self, bottle: Bottle, *, residue_ul: int, at: datetime) -> None: ...
    def close(self, ends: dict[UUID, str], bottle: Bottle, *, measured_ul: int, at: datetime) -> None: ...


@dataclass
class ByServices:
    """The dispenser of Mường Pồn, as the views would call for her."""

    by: Access = field(default_factory=lambda: morning.access(cast.DISPENSER))

    def open_day(self, bottle: Bottle, *, measured_ul: int, at: datetime) -> None:
        seen = BottleSeen(bottle.number, readings=(format_ml(measured_ul),))
        command = NewOpening(new_id(), DAY, at, (self.by.actor_id,), bottles=(seen,), notes_read=True)
        openings.open_day(command=command, by=self.by, now=at)

    def drink(self, patient: Patient, *, at: datetime, **answers: Any) -> UUID:
        said = Answers(**{"last_dose_proof": "card", "alert_confirmed": True} | answers)
        return morning.drink(patient, self.by, now=at, answers=said).dose_id

    def drink_twice(self, patient: Patient, *, at: datetime) -> None:
        for chosen in [self.choose(patient, at=at) for _ in range(2)]:
            self.confirm(chosen, at=at)

    def choose(self, patient: Patient, *, at: datetime) -> Any:
        return morning.slip(patient, self.by, now=at)

    def confirm(self, chosen: Any, *, at: datetime) -> None:
        doses.confirm(confirmation=morning.confirmation(chosen), by=self.by, now=at, screen="s1")

    def state(self, patient: Patient, code: str, *, at: datetime, recheck: datetime | None = None) -> None:
        signs = ("sedated",) if recheck else ()
        outcomes.state(command=NewOutcome(new_id(), patient.pk, code, signs, recheck_at=recheck), by=self.by, now=at)

    def not_swallowed(self, patient: Patient, code: str, *, at: datetime) -> None:
        slip = morning.slip(patient, self.by, now=at)
        command = NewOutcome(new_id(), patient.pk, code, slip=slip)
        outcomes.state(command=command, by=self.by, now=at, screen="s1")

    def void(self, dose: UUID, kind: VoidKind, *, at: datetime) -> None:
        second = world_stock.present(cast.WITNESS) if kind is VoidKind.POURED_NOT_DRUNK else None
        drinker = voids.UNKNOWN if kind is VoidKind.DRUNK_BY_OTHER else ""
        voids.void(command=NewVoid(new_id(), dose, kind, WORDS, second, drinker), by=self.by, now=at)

    def drunk_by(self, dose: UUID, code: str, *, at: datetime) -> None:
        mishaps.drunk_by(code, dose, self.by, now=at)

    def other_amount(self, dose: UUID, ul: int, *, at: datetime) -> None:
        mishaps.other_amount(ul, dose, self.by, now=at)

    def vomited(self, dose: UUID, *, at: datetime) -> None:
        mishaps.vomited(dose, self.by, at=at, minutes=0)

    def replace_by_phone(self, dose: UUID, mg: str, *, at: datetime) -> None:
        mishaps.ordered_by_phone(VomitRecord.objects.get(dose_id=dose), self.by, mg=mg, now=at)

    def supplement(self, patient: Patient, mg: str, *, at: datetime) -> None:
        command = NewOrder(new_id(), Decimal(mg), patient_id=patient.pk)
        dose_orders.sign(command=command, by=morning.access(cast.PHYSICIAN), pin=cast.PIN, now=at)

    def order_by_phone(self, patient: Patient, *, at: datetime) -> None:
        phoned.take(phoned.bridging(patient, days=2, told_at=at), self.by, now=at)

    def near_miss(self, patient: Patient, *, at: datetime) -> None:
        command = NewNearMiss(new_id(), NearMissKind.NEARLY_OTHER_PERSON, patient.pk)
        incidents.near_miss(command=command, by=self.by, now=at)

    def type_later(self, *rows: Row, poured_by: str, at: datetime) -> None:
        me = Hand(self.by.person_id)
        facts = [
            PastFact(
                new_id(), row.patient.pk, row.at, LateReason.NO_POWER, Decimal(row.mg) if row.mg else None, row.outcome,
                poured_by=Hand(name=poured_by) if poured_by else me, observed_by=me,
            )
            for row in rows
        ]  # fmt: skip
        assert {receipt.status for receipt in past.record_many_past(commands=facts, by=self.by, now=at)} == {"recorded"}

    def open_bottle(self, bottle: Bottle, *, at: datetime) -> None:
        command = Opening(new_id(), bottle.number, world_stock.present(cast.WITNESS))
        bottles.open_bottle(command=command, by=self.by, now=at)

    def empty(self, bottle: Bottle, *, residue_ul: int, at: datetime) -> None:
        command = Emptying(new_id(), bottle.number, residue_ul, world_stock.present(cast.WITNESS))
        bottles.empty(command=command, by=self.by, now=at)

    def close(self, ends: dict[UUID, str], bottle: Bottle, *, measured_ul: int, at: datetime) -> None:
        seen = BottleSeen(bottle.number, seal_number="NP 0412", readings=(format_ml(measured_ul),))
        command = NewClose(new_id(), DAY, at, ends, (seen,), second=Alone("đồng nghiệp đi họp"))
        closes.close(command=command, by=self.by, now=at)


@dataclass
class ByForms:
    """The same by what her browser sends, without scripts: each form is read from its page, filled in and sent."""

    window: Client = field(default_factory=lambda: signed_in(cast.DISPENSER))

    def open_day(self, bottle: Bottle, *, measured_ul: int, at: datetime) -> None:
        self._send("/dispensing/open/", at, at=_hour(at), on_duty=str(world.person(cast.DISPENSER).pk), cabinet="yes",
                   notes_read="on", **{f"reading_{bottle.number}": format_ml(measured_ul)})  # fmt: skip

    def drink(self, patient: Patient, *, at: datetime, **answers: Any) -> UUID:
        chosen = patient, self._slip(patient, at, **answers)
        before = set(Dose.objects.filter(patient=patient).values_list("pk", flat=True))
        self.confirm(chosen, at=at)
        return Dose.objects.exclude(pk__in=before).get(patient=patient).pk

    def drink_twice(self, patient: Patient, *, at: datetime) -> None:
        for chosen in [self.choose(patient, at=at) for _ in range(2)]:
            self.confirm(chosen, at=at)

    def choose(self, patient: Patient, *, at: datetime) -> Any:
        return patient, self._slip(patient, at)

    def confirm(self, chosen: Any, *, at: datetime) -> None:
        patient, slip = chosen
        self._post(_of(patient, "confirm/"), at, slip=slip, identified_by="known")

    def state(self, patient: Patient, code: str, *, at: datetime, recheck: datetime | None = None) -> None:
        more = {"signs": "sedated", "recheck": _hour(recheck)} if recheck else {}
        self._send(_of(patient, "not-given/"), at, code=code, **more)

    def not_swallowed(self, patient: Patient, code: str, *, at: datetime) -> None:
        slip = self._slip(patient, at)
        with clock.at(at):
            asked = _text(self.window.post(_of(patient, "not-given/"), {"slip": slip}))
        self._post(_of(patient, "not-given/"), at, **_hidden(asked), code=code)

    def void(self, dose: UUID, kind: VoidKind, *, at: datetime) -> None:
        self._send(f"/dispensing/doses/{dose}/void/", at, kind=str(kind), reason=WORDS, drinker_unknown="on", **SECOND)

    def drunk_by(self, dose: UUID, code: str, *, at: datetime) -> None:
        path = f"/dispensing/doses/{dose}/wrong/"
        self._send(path, at, kind="other_person", drinker=code, found_how="owner_came", advice="danger_signs")

    def other_amount(self, dose: UUID, ul: int, *, at: datetime) -> None:
        path = f"/dispensing/doses/{dose}/wrong/"
        self._send(path, at, kind="other_amount", actual=format_ml(ul), found_how="measured")

    def vomited(self, dose: UUID, *, at: datetime) -> None:
        self._send(f"/dispensing/doses/{dose}/vomit/", at, at_time=_hour(at), witnessed="1", seen="medicine")

    def replace_by_phone(self, dose: UUID, mg: str, *, at: datetime) -> None:
        path = f"/dispensing/vomits/{VomitRecord.objects.get(dose_id=dose).pk}/"
        self._send(path, at, mg=mg, ordered_by=_physician(), told_at=_hour(at), words=WORDS, read_back="on")

    def supplement(self, patient: Patient, mg: str, *, at: datetime) -> None:
        physician = ByForms(signed_in(cast.PHYSICIAN))
        physician._send(_of(patient, "supplement/"), at, mg=mg, pin=cast.PIN)

    def order_by_phone(self, patient: Patient, *, at: datetime) -> None:
        self._send(_of(patient, "phone-order/"), at, what="bridging", days="2", ordered_by=_physician(),
                   told=_hour(at), words=WORDS, read_back="on")  # fmt: skip

    def near_miss(self, patient: Patient, *, at: datetime) -> None:
        said = {"id": str(new_id()), "kind": "nearly_other_person", "patient": str(patient.pk)}
        self._post("/dispensing/near-misses/", at, **said)

    def type_later(self, *rows: Row, poured_by: str, at: datetime) -> None:
        me = str(world.person(cast.DISPENSER).pk)
        said = {"reason": "no_power", "observed_by": me, "poured_by": "else" if poured_by else me}
        for row in rows:
            typed = {"at": _hour(row.at), "mg": row.mg, "what": row.outcome}
            said |= {f"{row.patient.pk}-1-{name}": value for name, value in typed.items()}
        self._send(f"/dispensing/later/?day={rows[0].at.date()}", at, poured_name=poured_by, **said)

    def open_bottle(self, bottle: Bottle, *, at: datetime) -> None:
        self._send(f"/inventory/bottles/{bottle.number}/open/", at, **SECOND)

    def empty(self, bottle: Bottle, *, residue_ul: int, at: datetime) -> None:
        self._send(f"/inventory/bottles/{bottle.number}/empty/", at, residue_ml=format_ml(residue_ul), **SECOND)

    def close(self, ends: dict[UUID, str], bottle: Bottle, *, measured_ul: int, at: datetime) -> None:
        said = {f"end_{patient_id.hex}": end for patient_id, end in ends.items()}
        read = {f"reading_{bottle.number}": format_ml(measured_ul), f"seal_{bottle.number}": "NP 0412"}
        alone = {"second_mode": "alone", "second_reason": "đồng nghiệp đi họp"}
        self._send("/dispensing/close/", at, at=_hour(at), **said, **read, **alone)

    def _slip(self, patient: Patient, at: datetime, **answers: Any) -> str:
        """Open the card, answer what it asks, and have what it offers."""
        with clock.at(at):
            card = _text(self.window.get(_of(patient)))
            if "data-confirm-form" not in card:
                said = {"last_dose_proof": "card", "alert": "1"} | _typed(answers)
                card = _text(self.window.post(_of(patient, "answers/"), _hidden(card, "data-card") | said))
        assert "data-confirm-form" in card, patient.code
        return _hidden(card, "data-confirm-form")["slip"]

    def _send(self, path: str, moment: datetime, **said: Any) -> None:
        """Fill in the form of this page."""
        with clock.at(moment):
            page = _text(self.window.get(path))
        self._post(path, moment, **_hidden(page) | said)

    def _post(self, path: str, moment: datetime, /, **said: Any) -> None:
        with clock.at(moment):
            answer = self.window.post(path, said)
        assert answer.status_code in (200, 302), (path, re.findall(r'role="alert"[^>]*>([^<]+)', _text(answer)))


SECOND = {"second_mode": "present", "second_username": cast.WITNESS.username, "second_pin": cast.WITNESS.pin}


def _of(patient: Patient, act: str = "") -> str:
    return f"/dispensing/patients/{patient.pk}/{act}"


def _hour(moment: datetime) -> str:
    return f"{moment:%H:%M}"


def _physician() -> str:
    return str(world.person(cast.PHYSICIAN).pk)


def _typed(answers: dict[str, Any]) -> dict[str, Any]:
    """Answers of the rules as the card's form names them."""
    return {name: "1" if value is True else value for name, value in answers.items()}


def _text(response: Any) -> str:
    return html.unescape(response.content.decode())


def _hidden(page: str, form: str = "") -> dict[str, str]:
    """The hidden fields of the page, or of the one form."""
    part = page[page.index(form) :] if form else page[page.index("<main") :]
    part = part[: part.index("</form>")] if form else part
    return dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', part))
