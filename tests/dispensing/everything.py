"""Every service that locks something, to be run beside every other on the same few patients, bottles and cases."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import count
from random import Random
from typing import Any, Final

from django.core.exceptions import ObjectDoesNotExist

from core.access import Access
from core.ids import new_id
from dispensing.models import Dose, Hold, Prescription
from dispensing.rules.choices import HoldReason, OutcomeCode
from dispensing.rules.facts import Phase
from dispensing.rules.violations import Unlocker
from dispensing.rules.voids import VoidKind
from dispensing.services import authorisations, batches, contacts, doses, holds, outcomes, prescriptions, voids
from dispensing.services.authorisations import Authorisation
from dispensing.services.batches import PastDose
from dispensing.services.holds import HoldRefused, NewHold
from dispensing.services.outcomes import NewOutcome, OutcomeRefused
from dispensing.services.prescription_batches import PastPrescription, sign_many
from dispensing.services.prescriptions import PrescriptionRefused, StopRefused
from dispensing.services.voids import NewVoid, VoidRefused
from followup.models import Case
from followup.services import cases
from followup.services.cases import CaseRefused
from inventory.models import AccountKind, Bottle
from inventory.rules.quarantine import QuarantineReason
from inventory.services import bottles
from inventory.services.acts import StockRefused
from inventory.services.bottles import Emptying, Opening, Quarantining, ToDispensing
from patients.models import Patient, Status
from patients.services import cards, consents, photos, placements, status
from patients.services.placements import PlacementRefused
from patients.services.status import StatusRefused
from staff.models import Attestation, Mode
from staff.services import attestations
from staff.services.attestations import AttestationRefused
from tests import cast, world, world_patients, world_stock
from tests.dispensing import morning, orders
from tests.dispensing.everything_else import ALONE, LATER, MORE_REFUSALS, TOMORROW, EverythingElse
from tests.entrance import access
from tests.followup.hands import opened

Act = Callable[[Random], object]

# What a service may answer to who comes second. Anything else is a fault: above all, any error of the database.
REFUSALS: Final = (
    AttestationRefused, CaseRefused, HoldRefused, ObjectDoesNotExist, OutcomeRefused, PlacementRefused,
    PrescriptionRefused, StatusRefused, StockRefused, StopRefused, VoidRefused, *MORE_REFUSALS,
)  # fmt: skip


class Everything(EverythingElse):
    """One site in the middle of its morning. Each act picks whom and what it is about by the dice it is given."""

    def __init__(self) -> None:
        self.dispensers = [morning.access(cast.DISPENSER), morning.access(cast.SECOND_DISPENSER)]
        self.physicians = [orders.physician(), orders.clinic_physician()]
        self.registrar = world_patients.physician_at(cast.SITE, world.NOW)
        self.site_head = access(cast.SITE_HEAD)
        morning.opened_bottle(ul=80_000)  # soon beyond its book
        self.patients = [morning.patient() for _ in range(3)]
        self.waiting = morning.patient()  # nobody gives them a dose, so that there is something to say instead
        self.slips = {
            patient.pk: morning.slip(patient, self.dispensers[0], screen=f"s{patient.pk}")
            for patient in (*self.patients, self.waiting)
        }
        here = Bottle.objects.filter(balance__account__facility=morning.site())
        self.closed = {
            place: list(here.filter(balance__account__kind=place).order_by("number").values_list("number", flat=True))
            for place in (AccountKind.STORAGE, AccountKind.DISPENSING, AccountKind.OPENED)
        }
        for patient in self.patients:
            self._confirm(self.slips[patient.pk], self.dispensers[0])
            self._place_hold(patient, self.physicians[0])
        self.cases = [opened(patient_id=self.patients[0].pk) for _ in range(2)]
        self.days = count(400)
        self._prepare_the_rest()

    @property
    def acts(self) -> dict[str, Act]:
        """Every service by name."""
        names = [name for part in type(self).__mro__[:4] for name in vars(part) if name[0] != "_" and name != "acts"]
        return {name: act for name in names if callable(act := getattr(self, name))}

    # Doses

    def authorisations_choose(self, dice: Random) -> object:
        patient, by = dice.choice(self.patients), dice.choice(self.dispensers)
        return authorisations.choose(patient_id=patient.pk, by=by, screen=f"s{by.person_id}", now=LATER)

    def doses_confirm(self, dice: Random) -> object:
        return self._confirm(self.slips[dice.choice(self.patients).pk], dice.choice(self.dispensers))

    def batches_record_many(self, dice: Random) -> object:
        by = dice.choice(self.dispensers)
        past = [
            PastDose(
                authorisation=replace(self.slips[patient.pk], dose_id=new_id(), person_id=by.actor_id),
                identified_by="known", poured_by_id=by.actor_id, observed_by_id=by.actor_id, given_at=LATER,
                recorded_at=LATER,
            )
            for patient in dice.sample(self.patients, len(self.patients))
        ]  # fmt: skip
        return batches.record_many(doses=past, facility_id=by.facility_id or 0, by=by)

    def voids_void(self, dice: Random) -> object:
        standing = list(Dose.objects.filter(patient__in=self.patients, void__isnull=True).order_by("pk"))
        dose, kind = dice.choice(standing or list(Dose.objects.all())), dice.choice(list(VoidKind))
        command = NewVoid(new_id(), dose.pk, kind, "bấm nhầm", second=ALONE, drinker="unknown")
        return voids.void(command=command, by=dice.choice(self.dispensers), now=LATER)

    def outcomes_state(self, dice: Random) -> object:
        patient, by = dice.choice([*self.patients, self.waiting, self.waiting]), dice.choice(self.dispensers)
        code = dice.choice([OutcomeCode.SPAT_OUT, OutcomeCode.REFUSED])
        slip = replace(self.slips[patient.pk], person_id=by.actor_id)
        command = NewOutcome(new_id(), patient.pk, code, slip=slip if code is OutcomeCode.SPAT_OUT else None)
        return outcomes.state(command=command, by=by, now=LATER)

    def contacts_tell_clinic(self, dice: Random) -> object:
        patient, by = dice.choice(self.patients), dice.choice(self.dispensers)
        return contacts.tell_clinic(patient_id=patient.pk, told="Mường Ảng", by=by, now=LATER)

    # Orders and holds

    def prescriptions_sign(self, dice: Random) -> object:
        order = orders.order(dice.choice(self.patients), dice.choice(["60", "70"]), large_change_confirmed=True)
        return orders.sign(order, dice.choice(self.physicians), now=LATER)

    def prescriptions_stop(self, dice: Random) -> object:
        order = dice.choice(list(Prescription.objects.filter(patient__in=self.patients).order_by("pk")))
        by = dice.choice(self.physicians)
        return prescriptions.stop(prescription_id=order.pk, by=by, pin=cast.PIN, now=LATER)

    def prescription_batches_sign_many(self, dice: Random) -> object:
        """Everybody's order for one day of a year to come, the patients in any order."""
        day = world.TODAY + timedelta(days=next(self.days))
        past = [
            PastPrescription(
                id=new_id(), patient_id=patient.pk, facility_id=morning.site().pk, phase=Phase.MAINTENANCE,
                slot_mg=(Decimal(65),), starts_on=day, ends_on=day, signed_at=world.NOW,
            )
            for patient in dice.sample(self.patients, len(self.patients))
        ]  # fmt: skip
        return sign_many(prescriptions=past, by=self.physicians[0])

    def holds_place(self, dice: Random) -> object:
        return self._place_hold(dice.choice(self.patients), dice.choice(self.physicians))

    def holds_lift(self, dice: Random) -> object:
        hold = dice.choice(list(Hold.objects.filter(patient__in=self.patients).order_by("pk")))
        return holds.lift(hold_id=hold.pk, reason="đã khám", by=dice.choice(self.physicians), now=LATER)

    # Bottles

    def bottles_open(self, dice: Random) -> object:
        command = Opening(new_id(), self._bottle(dice, AccountKind.DISPENSING), ALONE, reason="chai kia ở ngăn trong")
        return bottles.open_bottle(command=command, by=dice.choice(self.dispensers), now=LATER)

    def bottles_empty(self, dice: Random) -> object:
        command = Emptying(new_id(), self._bottle(dice, AccountKind.OPENED, AccountKind.DISPENSING), 2_000, ALONE)
        return bottles.empty(command=command, by=dice.choice(self.dispensers), now=LATER)

    def bottles_quarantine(self, dice: Random) -> object:
        number = self._bottle(dice, *self.closed)
        command = Quarantining(new_id(), number, QuarantineReason.DIRTY, "", ALONE, measured_ul=1_000)
        return bottles.quarantine(command=command, by=dice.choice(self.dispensers), now=LATER)

    def bottles_move_to_dispensing(self, dice: Random) -> object:
        """Several at once, named in any order."""
        numbers = tuple(dice.sample(self.closed[AccountKind.STORAGE], 2))
        command = ToDispensing(new_id(), numbers, ALONE)
        return bottles.move_to_dispensing(command=command, by=dice.choice(self.dispensers), now=LATER)

    def deliveries_receive(self, dice: Random) -> object:
        """Two lots that nobody has seen before, in any order; at this site or the other."""
        lines = [world_stock.line(lot_number=f"MTD-27{n:02}", bottles=2) for n in dice.sample(range(3), 2)]
        if dice.random() < 0.5:
            return world_stock.receive(dice.choice(self.dispensers), cast.WITNESS, *lines, now=LATER)
        return world_stock.receive(
            morning.access(cast.OTHER_DISPENSER, cast.OTHER_SITE), cast.OTHER_WITNESS, *lines, now=LATER
        )

    # Patients

    def placements_move(self, dice: Random) -> object:
        there = dice.choice([cast.OTHER_SITE, cast.MAIN_CLINIC])
        return placements.move(
            patient_id=dice.choice(self.patients).pk, facility_id=world.facility(there).pk, starts_on=TOMORROW,
            by=self.registrar, now=LATER,
        )  # fmt: skip

    def status_change(self, dice: Random) -> object:
        return status.change(
            patient_id=dice.choice(self.patients).pk, status=dice.choice([Status.SUSPENDED, Status.IN_TREATMENT]),
            from_day=world.TODAY, reason="thử", by=self.registrar, now=LATER,
        )  # fmt: skip

    def cards_replace(self, dice: Random) -> object:
        return cards.replace(patient_id=dice.choice(self.patients).pk, by=self.registrar, now=LATER)

    def consents_give_and_withdraw(self, dice: Random) -> object:
        patient = dice.choice(self.patients)
        consents.give(patient_id=patient.pk, language="tiếng Thái", by=self.registrar, now=LATER)
        return consents.withdraw(patient_id=patient.pk, by=self.registrar, now=LATER)

    def photos_keep(self, dice: Random) -> object:
        face = dice.randbytes(100)  # what is in it, the form sees to
        return photos.keep(
            patient_id=dice.choice(self.patients).pk, picture=face, language="tiếng Thái", by=self.registrar, now=LATER
        )

    # Cases and what was done alone

    def cases_note(self, dice: Random) -> object:
        return cases.note(case_id=self._case(dice), words="đã xem", by=self.site_head, now=LATER)

    def cases_hand_on(self, dice: Random) -> object:
        to = world.person(dice.choice([cast.SITE_HEAD, cast.PHYSICIAN]))
        return cases.hand_on(case_id=self._case(dice), to_id=to.pk, words="", by=self.site_head, now=LATER)

    def cases_conclude(self, dice: Random) -> object:
        return cases.conclude(
            case_id=self._case(dice), words="đã rõ", pin=cast.PIN, by=self.site_head, now=LATER,
            second=world_stock.present(cast.WITNESS),
        )  # fmt: skip

    def attestations_review(self, dice: Random) -> object:
        alone = list(Attestation.objects.filter(mode=Mode.ALONE).order_by("pk").values_list("pk", flat=True))
        act = dice.choice(alone) if alone else new_id()
        return attestations.review(attestation_id=act, by=self.site_head, pin=cast.PIN, words="đã xem", now=LATER)

    # Whom and what

    def _confirm(self, slip: Authorisation, by: Access) -> object:
        mine = replace(slip, dose_id=new_id(), person_id=by.actor_id)
        return doses.confirm(confirmation=morning.confirmation(mine), by=by, now=LATER)

    def _place_hold(self, patient: Patient, by: Access) -> Hold:
        command = NewHold(new_id(), patient.pk, HoldReason.ILLNESS, Unlocker.PHYSICIAN)
        return holds.place(command=command, by=by, now=LATER)

    def _bottle(self, dice: Random, *places: AccountKind) -> int:
        """The label of one of a few bottles that stood in these places when the morning began."""
        return dice.choice([number for place in places for number in self.closed[place][:3]])

    def _case(self, dice: Random) -> Any:
        newest = Case.objects.filter(concluded_at__isnull=True).order_by("-opened_at").values_list("pk", flat=True)
        return dice.choice([*newest[:3], self.cases[0].pk])
