"""What the hands at the window do in a simulated morning: pour, record in batches, open a bottle, void a slip."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from demo.day import SiteDay, Span
from demo.sites import Hand
from demo.window import OpenBottles
from dispensing.models import DoseKind
from dispensing.rules.authorise import Decision, suspends_prescription
from dispensing.rules.choices import Identification
from dispensing.rules.facts import Answers, DoseFact
from dispensing.rules.voids import VoidKind
from dispensing.services import batches, voids
from dispensing.services.authorisations import Authorisation, PouredPortion
from dispensing.services.batches import PastDose
from dispensing.services.voids import NewVoid

COLLEAGUE_POURS: Final = 0.1
KNOWN_BY_FACE, KNOWN_BY_FACE_SMALL = 0.3, 0.7
SLIP: Final = "Ghi nhầm người trùng chữ viết tắt, chưa rót"


class Pouring:
    """Doses in hand, in their order, and the bottles they come from."""

    def __init__(self, today: SiteDay, span: Span) -> None:
        self.today = today
        self.site = today.site
        self.span = span
        self.window = OpenBottles(today.site)
        self._by: Hand | None = None
        self._in_hand: list[PastDose] = []
        self._given: list[PastDose] = []
        self._last = span.start

    def tick(self, at: datetime) -> datetime:
        """The moment of the next fact: facts of one site follow one another."""
        self._last = max(at, self._last + self.span.step / 20)
        return self._last

    def give(
        self, patient_id: UUID, decision: Decision, answers: Answers, at: datetime, *, key: str = "dose"
    ) -> PastDose:
        """The patient drinks what the rules allow; an empty bottle is settled."""
        moment = self.tick(at)
        by = self.site.dispenser(self.today.day, int(moment > self.span.at(0.5)))
        if self._by is not None and self._by != by:
            self.record()
        self._by = by
        past = self._past(patient_id, decision, answers, moment, by, key)
        self._in_hand.append(past)
        if key == "dose":
            self._given.append(past)
        self.window.pour(decision.portions)
        self._remember(patient_id, past)
        for bottle in self.window.run_out():
            self.record()
            self.window.empty(bottle, at=self.tick(moment + self.span.step))
        return past

    def record(self) -> None:
        """Write down the doses in hand."""
        if self._in_hand and self._by is not None:
            batches.record_many(doses=self._in_hand, facility_id=self.site.facility_id, by=self._by.access)
        self._in_hand = []

    def open_bottle(self, at: datetime) -> None:
        """Open the next bottle."""
        self.record()
        self.window.open_next(at=self.tick(at), step=self.span.step)
        self.tick(at)

    def slip(self, patient_id: UUID, decision: Decision, at: datetime) -> None:
        """Record a dose for the wrong person of two alike, notice, and void it: nothing was poured."""
        answers = Answers(alert_confirmed=True)
        before = self.today.known[patient_id]
        past = self.give(patient_id, decision, answers, at, key="slip")
        self.record()
        self.today.known[patient_id] = before
        self.today.dosed.discard(patient_id)
        moment = self.tick(at + 6 * self.span.step)
        voids.void(
            command=NewVoid(
                id=self.site.id(moment, "void", past.authorisation.dose_id),
                dose_id=past.authorisation.dose_id,
                kind=VoidKind.NEVER_POURED,
                reason=SLIP,
            ),
            by=(self._by or self.site.team.dispensers[0]).access,
            now=moment,
        )
        self.window.read()

    def repeatable(self) -> PastDose | None:
        """A dose of this morning that could be poured once more from the bottles it came from."""
        left = {bottle.id: bottle.balance_ul for bottle in self.window.facts}
        able = [
            past
            for past in self._given
            if all(left.get(portion.bottle_id, 0) > portion.ul for portion in past.authorisation.portions)
        ]
        return able[len(able) // 2] if able else None

    def give_again(self, past: PastDose, findings: Sequence[dict[str, Any]], at: datetime) -> None:
        """A colleague who knows nothing of a first dose pours a second: recorded, with what is wrong with it."""
        self.record()
        moment = self.tick(at)
        colleagues = [hand for hand in self.site.team.dispensers if hand.person_id != past.poured_by_id]
        by = colleagues[0] if colleagues else self.site.team.dispensers[0]
        first = past.authorisation
        again = replace(
            first,
            dose_id=self.site.id(moment, "again", first.dose_id),
            person_id=by.person_id,
            authorised_at=moment - self.span.step,
        )
        second = replace(
            past,
            authorisation=again,
            poured_by_id=by.person_id,
            observed_by_id=by.person_id,
            given_at=moment,
            recorded_at=moment,
            findings=tuple(findings),
        )
        batches.record_many(doses=[second], facility_id=self.site.facility_id, by=by.access)
        self.window.read()

    def _past(
        self, patient_id: UUID, decision: Decision, answers: Answers, moment: datetime, by: Hand, key: str
    ) -> PastDose:
        facts = self.today.known[patient_id].facts
        if decision.dose_mg is None or facts.prescription is None or not decision.allowed:
            raise ValueError(f"Not allowed: {[str(violation.code) for violation in decision.violations]}")
        number, day = self.today.members[patient_id].number, self.today.day
        opened, patients = self.window.accounts
        identified = self._identified(number)
        slip = Authorisation(
            dose_id=self.site.id(moment, key, day, patient_id, decision.slot),
            patient_id=patient_id,
            facility_id=self.site.facility_id,
            person_id=by.person_id,
            day=day,
            slot=decision.slot,
            mg=decision.dose_mg,
            portions=tuple(
                PouredPortion(p.bottle_id, self.window.lot_of(p.bottle_id), p.ul) for p in decision.portions
            ),
            opened_account=opened,
            patients_account=patients,
            prescription_id=facts.prescription.id,
            reduced=suspends_prescription(
                given_mg=decision.dose_mg, slot=decision.slot, prescription=facts.prescription
            ),
            authorised_at=max(moment - 3 * self.span.step, self.span.start),
            answers=replace(answers, identified_by=identified),
        )
        poured_by = by
        if self.site.share("colleague", day, number) < COLLEAGUE_POURS:
            poured_by = self.site.team.dispensers[-1]
        return PastDose(
            authorisation=slip,
            identified_by=identified,
            poured_by_id=poured_by.person_id,
            observed_by_id=by.person_id,
            given_at=moment,
            recorded_at=moment,
            rules_digest=self.today.rules_digest,
        )

    def _identified(self, number: int) -> str:
        drawn = self.site.share("identified", self.today.day, number)
        by_face = KNOWN_BY_FACE if self.site.spec.busy else KNOWN_BY_FACE_SMALL
        if drawn < by_face:
            return str(Identification.KNOWN)
        if drawn < by_face + 0.1:
            return str(Identification.BIRTH_YEAR)
        return str(Identification.CARD)

    def _remember(self, patient_id: UUID, past: PastDose) -> None:
        slip, known = past.authorisation, self.today.known[patient_id]
        drunk = DoseFact(
            slip.dose_id, slip.day, slip.slot, DoseKind.SCHEDULED, slip.mg, past.given_at, slip.facility_id, None
        )
        facts = replace(known.facts, doses_today=(*known.facts.doses_today, drunk))
        self.today.known[patient_id] = replace(known, facts=facts)
        self.today.dosed.add(patient_id)
