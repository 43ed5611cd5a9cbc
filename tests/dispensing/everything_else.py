"""What goes beside the doses of a morning: orders by phone, what goes wrong, paper, the day, findings, keys, the road.

A part of everything.py, which see.
"""

from datetime import timedelta
from decimal import Decimal
from itertools import count
from random import Random
from typing import Any, Final

from core.access import Access
from core.ids import new_id
from dispensing.models import Delegation, Dose, Observation, PhoneOrder, VomitRecord
from dispensing.rules.daycodes import Why as WhyDecided
from dispensing.rules.incident_codes import EndedHow, NearMissKind, ObservationState, ObservationWhy, VomitSeen
from dispensing.rules.late import SheetReason
from dispensing.services import (
    closes,
    days,
    delegations,
    dose_orders,
    incidents,
    named_orders,
    observations,
    openings,
    past,
    sheets,
    sync,
    vomits,
)
from dispensing.services.closes import NewClose
from dispensing.services.delegations import NewDelegation
from dispensing.services.dose_orders import NewOrder
from dispensing.services.elsewhere import ElsewhereRefused
from dispensing.services.incidents import IncidentRefused, NewNearMiss
from dispensing.services.named_orders import OrderRefused
from dispensing.services.observations import NewCheck, NewObservation
from dispensing.services.openings import DayRefused, NewOpening, StatedAlready
from dispensing.services.past_rows import Malformed
from dispensing.services.questions import QuestionRefused
from dispensing.services.referral_steps import ReferralRefused
from dispensing.services.take_home import TakeHomeRefused
from dispensing.services.vomits import NewVomit
from inventory.models import AccountKind
from inventory.rules.kinds import Key, Why
from inventory.rules.quarantine import QuarantineReason
from inventory.services import bottles, checks, closed_counts, duty, keys, measures, seals
from inventory.services.bottles import Quarantining
from inventory.services.closed_counts import ClosedFound
from inventory.services.measures import Measure
from patients.models import Alert, Patient
from patients.rules.alerts import AlertKind, AlertSource, EndedWhy
from patients.services import alerts
from patients.services.alerts import AlertRefused, NewAlert
from patients.services.data_requests import DataRequestRefused
from staff.services import remote
from staff.services.attestations import Remote
from tests import cast, world, world_stock
from tests.dispensing import mishaps, morning, paper, phoned, taking_home
from tests.dispensing.everything_followed import EverythingFollowed
from tests.dispensing.everything_in_stock import ALONE, LATER
from tests.entrance import access
from tests.inventory.road import Road, stored

TOMORROW: Final = world.TODAY + timedelta(days=1)
MORE_REFUSALS: Final = (
    AlertRefused, DataRequestRefused, DayRefused, ElsewhereRefused, IncidentRefused, Malformed, OrderRefused,
    QuestionRefused, ReferralRefused, StatedAlready, TakeHomeRefused,
)  # fmt: skip


class EverythingElse(EverythingFollowed):
    """What has to be there before, and the acts. `patients`, `dispensers`, `physicians` and `closed`: Everything's."""

    dispensers: list[Access]
    physicians: list[Access]
    patients: list[Patient]
    closed: dict[AccountKind, list[int]]

    def _prepare_the_rest(self) -> None:
        self.ended = [phoned.ended() for _ in range(2)]  # without an order since yesterday
        self.assistant = phoned.assistant()
        self.head = access(cast.SITE_HEAD)
        self.delegation = phoned.delegation()
        phoned.take(phoned.bridging(self.ended[0], days=1))
        self.sick = [morning.patient() for _ in range(2)]  # who vomited what they drank, or is watched
        drunk = morning.drink(self.sick[0], self.dispensers[0], now=world.NOW - timedelta(minutes=10))
        mishaps.vomited(drunk.dose_id, self.dispensers[0], at=world.NOW - timedelta(minutes=10))
        mishaps.watched(self.sick[1].pk, self.dispensers[0])
        keys.take(command=keys.Take(new_id(), (Key.STORAGE, Key.DISPENSING)), by=self.dispensers[0], now=world.NOW)
        for patient in self.patients:
            self._heed(patient, AlertKind.LIVER)
        self.roads = [self._road(number) for number in stored(cast.MAIN_CLINIC, 4)]
        self.roads[0].at_the_door()
        self.roads[1].prepare()
        self.roads[1].pack()
        self.ahead = count(2)
        taking_home.enabled()
        self.homeward = taking_home.may_go()
        self.vials = list(taking_home.handed(taking_home.may_go(), days=1).vials.order_by("day"))
        self.wrongly = taking_home.handed(taking_home.may_go(), days=2)
        self._prepare_the_stock()

    # In a physician's name

    def phone_orders_take_down(self, dice: Random) -> object:
        patient, by = dice.choice(self.ended), dice.choice(self.dispensers)
        return phoned.take(phoned.bridging(patient, days=dice.choice([1, 2])), by, now=LATER)

    def named_orders_countersign(self, dice: Random) -> object:
        order = self._order(dice)
        return named_orders.countersign(
            order_id=order.pk, by=phoned.physician(LATER), pin=cast.PIN, shown_digest=order.digest, now=LATER
        )

    def named_orders_disown(self, dice: Random) -> object:
        return named_orders.disown(
            order_id=self._order(dice).pk, words="Không.", by=phoned.physician(LATER), pin=cast.PIN, now=LATER
        )

    def delegations_delegate(self, dice: Random) -> object:
        command = NewDelegation(
            id=new_id(), facility_id=morning.site().pk, assistant_id=world.person(cast.ASSISTANT_PHYSICIAN).pk,
            starts_on=TOMORROW, ends_on=TOMORROW + timedelta(days=dice.choice([1, 2])),
        )  # fmt: skip
        return delegations.delegate(command=command, by=phoned.physician(LATER), pin=cast.PIN, now=LATER)

    def delegations_act(self, dice: Random) -> object:
        command = phoned.in_the_name(dice.choice(self.ended), self.delegation)
        return delegations.act(command=command, by=self.assistant, pin=cast.PIN, now=LATER)

    def delegations_end(self, dice: Random) -> object:
        mine = list(Delegation.objects.exclude(pk=self.delegation.pk).order_by("pk")) or [self.delegation]
        return delegations.end(delegation_id=dice.choice(mine).pk, by=phoned.physician(LATER), now=LATER)

    # What goes wrong

    def wrong_doses_record(self, dice: Random) -> object:
        dose, by = self._dose(dice, self.patients), dice.choice(self.dispensers)
        if dice.random() < 0.5:
            return mishaps.other_amount(5_000, dose.pk, by, now=LATER)
        return mishaps.drunk_by(dice.choice(self.patients).code, dose.pk, by, now=LATER)

    def incidents_near_miss(self, dice: Random) -> object:
        command = NewNearMiss(new_id(), NearMissKind.NEARLY_TWICE, dice.choice(self.patients).pk)
        return incidents.near_miss(command=command, by=dice.choice(self.dispensers), now=LATER)

    def vomits_record(self, dice: Random) -> object:
        dose = self._dose(dice, self.patients)
        command = NewVomit(new_id(), dose.pk, LATER, witnessed=True, seen=VomitSeen.MEDICINE)
        return vomits.record(command=command, by=dice.choice(self.dispensers), now=LATER)

    def dose_orders_sign(self, dice: Random) -> object:
        vomit = dice.choice(list(VomitRecord.objects.order_by("pk")))
        command = NewOrder(new_id(), Decimal("30"), vomit.pk)
        return dose_orders.sign(command=command, by=dice.choice(self.physicians), pin=cast.PIN, now=LATER)

    def dose_orders_by_phone(self, dice: Random) -> object:
        vomit = dice.choice(list(VomitRecord.objects.order_by("pk")))
        return mishaps.ordered_by_phone(vomit, dice.choice(self.dispensers), mg="30", now=LATER)

    def observations_begin(self, dice: Random) -> object:
        command = NewObservation(new_id(), dice.choice([*self.patients, *self.sick]).pk, ObservationWhy.INTOXICATED)
        return observations.begin(command=command, by=dice.choice(self.dispensers), now=LATER)

    def observations_check(self, dice: Random) -> object:
        command = NewCheck(new_id(), self._watched(dice).pk, ObservationState.SLOW_BREATHING, 7)
        return observations.check(command=command, by=dice.choice(self.dispensers), now=LATER)

    def observations_end(self, dice: Random) -> object:
        by = dice.choice(self.dispensers)
        return observations.end(observation_id=self._watched(dice).pk, how=EndedHow.REFERRED, by=by, now=LATER)

    # Paper and the day

    def sheets_issue(self, dice: Random) -> object:
        by = dice.choice(self.dispensers)
        day = world.TODAY + timedelta(days=dice.choice([0, 1]))
        return sheets.issue(facility_id=by.facility_id or 0, for_day=day, by=by, now=LATER, why=SheetReason.ON_DEMAND)

    def past_record_many_past(self, dice: Random) -> object:
        """Typed in by somebody, the patients in any order."""
        by = dice.choice(self.dispensers)
        rows = [paper.drank(patient, by, at=world.NOW) for patient in dice.sample(self.patients, 2)]
        rows.append(paper.stated(self.sick[1], "refused", at=world.NOW))
        return past.record_many_past(commands=rows, by=by, now=LATER)

    def sync_receive(self, dice: Random) -> object:
        """The same from a device that was offline, by its own clock."""
        by = dice.choice(self.dispensers)
        facts = [paper.drank(patient, by, at=world.NOW) for patient in dice.sample(self.patients, 2)]
        return sync.receive(facts=facts, device_at=LATER, by=by, now=LATER)

    def openings_open_day(self, dice: Random) -> object:
        by = dice.choice(self.dispensers)
        command = NewOpening(
            new_id(), world.TODAY, LATER, (by.actor_id,), closed=tuple(self.closed[AccountKind.STORAGE]), naloxone=0
        )
        return openings.open_day(command=command, by=by, now=LATER)

    def closes_close(self, dice: Random) -> object:
        command = NewClose(new_id(), world.TODAY, LATER, early=True, second=ALONE)
        return closes.close(command=command, by=dice.choice(self.dispensers), now=LATER)

    def days_decide(self, dice: Random) -> object:
        by = dice.choice(self.dispensers)
        return days.decide(
            facility_id=by.facility_id or 0, day=world.TODAY, by=by, now=LATER + timedelta(days=1), why=WhyDecided.SWEEP
        )

    # What is found at the cabinet

    def measures_record(self, dice: Random) -> object:
        number = dice.choice(self.closed[AccountKind.OPENED])
        command = Measure(new_id(), number, Why.WEEKLY, (dice.choice(["20", "500"]),), ALONE)
        return measures.record(command=command, by=dice.choice(self.dispensers), now=LATER)

    def seals_put_on(self, dice: Random) -> object:
        command = seals.Seal(new_id(), dice.choice(self.closed[AccountKind.OPENED]), "NP 100")
        return seals.put_on(command=command, by=dice.choice(self.dispensers), now=LATER)

    def seals_found(self, dice: Random) -> object:
        command = seals.Found(new_id(), dice.choice(self.closed[AccountKind.OPENED]), "NP 100")
        return seals.found(command=command, by=dice.choice(self.dispensers), now=LATER)

    def closed_counts_record(self, dice: Random) -> object:
        found = tuple(dice.sample(self.closed[AccountKind.STORAGE], 2))
        command = ClosedFound(new_id(), Why.WEEKLY, found)
        return closed_counts.record(command=command, by=dice.choice(self.dispensers), now=LATER)

    def checks_naloxone(self, dice: Random) -> object:
        command = checks.Naloxone(new_id(), 0, None)
        return checks.naloxone(command=command, by=dice.choice(self.dispensers), now=LATER)

    # Keys, duty, the second person from elsewhere

    def keys_take(self, dice: Random) -> object:
        command = keys.Take(new_id(), (dice.choice(list(Key)),))
        return keys.take(command=command, by=dice.choice(self.dispensers), now=LATER)

    def keys_hand_over(self, dice: Random) -> object:
        """Two keys, in any order."""
        command = keys.HandOver(
            new_id(), tuple(dice.sample([Key.STORAGE, Key.DISPENSING], 2)), world_stock.present(cast.WITNESS)
        )
        return keys.hand_over(command=command, by=dice.choice(self.dispensers), now=LATER)

    def keys_report_lost(self, dice: Random) -> object:
        command = keys.Lost(new_id(), dice.choice(list(Key)), "rơi trên đường")
        return keys.report_lost(command=command, by=dice.choice(self.dispensers), now=LATER)

    def duty_hand_over(self, dice: Random) -> object:
        """With the opened bottles measured and the keys."""
        numbers = self.closed[AccountKind.OPENED]
        measured = tuple(
            Measure(new_id(), number, Why.HAND_OVER, ("20",)) for number in dice.sample(numbers, len(numbers))
        )
        command = duty.Duty(new_id(), ALONE, (Key.STORAGE,), "PB 1", measured)
        return duty.hand_over(command=command, by=dice.choice(self.dispensers), now=LATER)

    def remote_issue_and_sign(self, dice: Random) -> object:
        by = dice.choice([cast.DISPENSER, cast.SECOND_DISPENSER])
        new = remote.NewCode(new_id(), morning.site().pk, by.username, cast.SITE_HEAD.pin)
        code = remote.issue(new=new, by=self.head, now=LATER).code
        number = dice.choice(self.closed[AccountKind.DISPENSING] + self.closed[AccountKind.OPENED])
        command = Quarantining(
            new_id(), number, QuarantineReason.DIRTY, "", Remote(cast.SITE_HEAD.username, code), measured_ul=1_000
        )
        return bottles.quarantine(command=command, by=morning.access(by), now=LATER)

    # Alerts

    def alerts_record(self, dice: Random) -> object:
        return self._heed(dice.choice(self.patients), AlertKind.EPILEPSY)

    def alerts_end(self, dice: Random) -> object:
        alert = dice.choice(list(Alert.objects.filter(patient__in=self.patients).order_by("pk")))
        return alerts.end(alert_id=alert.pk, why=EndedWhy.OVER, by=dice.choice(self.physicians), now=LATER)

    def alerts_asked(self, dice: Random) -> object:
        patient, by = dice.choice(self.patients), dice.choice(self.dispensers)
        return alerts.asked(asked_id=new_id(), patient_id=patient.pk, by=by, now=LATER)

    # The road

    def consignments_prepare(self, dice: Random) -> object:
        return Road([dice.choice(self.roads[2].numbers + self.roads[3].numbers)], now=LATER).prepare()

    def consignments_hand_over(self, dice: Random) -> object:
        return self.roads[1].hand_over()

    def consignments_cancel(self, dice: Random) -> object:
        return self.roads[1].cancel()

    def receipts_receive(self, dice: Random) -> object:
        return self.roads[0].receive()

    # Whom and what

    def _road(self, number: int) -> Road:
        return Road([number], now=LATER)

    def _heed(self, patient: Patient, kind: AlertKind) -> Alert:
        new = NewAlert(new_id(), patient.pk, kind, world.TODAY, AlertSource.PATIENT)
        return alerts.record(new=new, by=self.dispensers[0], now=LATER)

    def _order(self, dice: Random) -> Any:
        return dice.choice(list(PhoneOrder.objects.filter(patient__in=self.ended).order_by("pk")))

    def _dose(self, dice: Random, patients: list[Patient]) -> Dose:
        standing = list(Dose.objects.filter(patient__in=patients, void__isnull=True).order_by("pk"))
        return dice.choice(standing or list(Dose.objects.filter(patient__in=patients).order_by("pk")))

    def _watched(self, dice: Random) -> Observation:
        return dice.choice(list(Observation.objects.order_by("pk")))
