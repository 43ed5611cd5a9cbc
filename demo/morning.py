"""One morning of a simulated site: who comes is asked by the rules, and what they allow is recorded as it would be.

The morning runs through its moments in order: somebody arrives, a bottle runs out, a physician lifts a hold, a withheld
patient is looked at again. Doses are recorded in batches, everything else by the service that a person would use.
"""

import heapq
import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from demo import away
from demo.attendance import Plan, Visit
from demo.day import SiteDay, Span
from demo.orders import Signing, following
from demo.orders import sign as sign_orders
from demo.pouring import Pouring
from demo.refusals import left_out
from dispensing.queries.prescribing import order_fact, orders_of
from dispensing.queries.snapshot import next_slot
from dispensing.rules.authorise import Decision, authorise
from dispensing.rules.choices import MissedReason, OutcomeCode, SobrietySign
from dispensing.rules.codes import Code
from dispensing.rules.facts import Answers, OutcomeFact
from dispensing.rules.outcomes import stays_open
from dispensing.services import contacts, holds, outcomes
from dispensing.services.authorisations import as_findings
from dispensing.services.outcomes import NewOutcome

RECHECK: Final = timedelta(minutes=60)
AFTER_RECHECK: Final = timedelta(minutes=63)
AWAY_PHYSICIAN: Final = 0.6  # how often nobody signs while the patient waits: the physician is called instead
SLEEPY: Final = 0.2  # of those withheld
SIGNS: Final = {
    OutcomeCode.WITHHELD: (SobrietySign.ALCOHOL,),
    OutcomeCode.INTOXICATED: (SobrietySign.SEDATED, SobrietySign.PINPOINT),
}
LIFTED: Final = "Đã khám, cho uống lại"

OF_THE_WINDOW: Final = frozenset({Code.NO_OPEN_BOTTLE, Code.NOT_ENOUGH, Code.BOTTLE_OPEN_TOO_LONG})
OF_MISSED_DAYS: Final = frozenset(code for code in Code if code.value.startswith(("missed_", "pregnant_missed")))
OF_THE_ORDER: Final = frozenset(
    {
        Code.NO_PRESCRIPTION,
        Code.PRESCRIPTION_ENDED,
        Code.PRESCRIPTION_NOT_STARTED,
        Code.PRESCRIPTION_SUSPENDED,
        Code.BRIDGING_OVER,
    }
)
REASONS: Final = tuple(reason for reason in MissedReason if reason is not MissedReason.SITE)


class Morning:
    """The run of one morning. `patient_moments` are given to `run`; what follows from them comes by itself."""

    def __init__(self, today: SiteDay, span: Span) -> None:
        self.today = today
        self.site = today.site
        self.span = span
        self.pouring = Pouring(today, span)
        self._moments: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._order = itertools.count()

    def run(self) -> None:
        """Go through the moments until none is left, and record what is still in hand."""
        while self._moments:
            at, _, act = heapq.heappop(self._moments)
            with left_out(f"{self.site.spec.key} {at:%d/%m %H:%M}"):
                act(at)
        self.pouring.record()

    def then(self, at: datetime, act: Callable[[datetime], None]) -> None:
        """Let something happen at a moment."""
        heapq.heappush(self._moments, (at, next(self._order), act))

    def expect(self, patient_id: UUID, plan: Plan, at: datetime) -> None:
        """Let a patient's day happen as planned, as far as it has not happened already."""
        facts = self.today.known[patient_id].facts
        latest = max(facts.outcomes_today, key=lambda outcome: outcome.at, default=None)
        if facts.doses_today or (latest is not None and not stays_open(latest.code)):
            return
        if latest is not None:  # withheld before: another look, once it is time
            again = max(at, latest.recheck_at or at)
            if self._is_today(again):
                self.then(again, lambda t: self.comes(patient_id, t))
        elif plan.visit is Visit.WITHHELD and self._is_today(at + AFTER_RECHECK):
            self.then(at, lambda t: self.withhold(patient_id, t, sent_home=plan.sent_home))
        elif plan.visit is Visit.REFUSES:
            self.then(at, lambda t: self.state(patient_id, OutcomeCode.REFUSED, t))
        elif plan.visit is Visit.IN_HOSPITAL:
            self.then(at, lambda t: self.state(patient_id, OutcomeCode.HOSPITALISED, t))
        elif plan.visit is not Visit.AWAY:
            if plan.visit is Visit.AFTER_HOLD and facts.holds:
                self.then(at - 10 * self.span.step, lambda t: self.lift(patient_id, t))
            self.then(at, lambda t: self.comes(patient_id, t))

    def _is_today(self, at: datetime) -> bool:
        return at.astimezone(self.site.zone).date() == self.today.day

    def decide(self, patient_id: UUID, at: datetime, answers: Answers) -> Decision:
        """What the rules say at this moment."""
        facts = self.today.known[patient_id].facts
        return authorise(
            facts=facts,
            bottles=self.pouring.window.facts,
            device=self.pouring.window.device,
            answers=answers,
            settings=self.today.settings,
            now=at.astimezone(self.site.zone),
            slot=next_slot(facts),
        )

    def comes(self, patient_id: UUID, at: datetime) -> None:
        """Stands at the window: dosed where the rules allow it, sent on where they do not."""
        if self._order_has_ended(patient_id):
            if self._physician_is_away(patient_id):
                away.call(self.today, patient_id, self.pouring.tick(at))
            else:
                self._renew_at_the_window(patient_id, at)
        decision = self.decide(patient_id, at, Answers())
        for _ in range(2):
            if decision.violations and decision.violations[0].code in OF_THE_WINDOW:
                self.pouring.open_bottle(at)
                decision = self.decide(patient_id, at, Answers())
        if decision.stopped:
            self._send_on(patient_id, decision, at)
            return
        answers = self._answers(patient_id, decision, at)
        if decision.questions:
            decision = self.decide(patient_id, at, answers)
        self.pouring.give(patient_id, decision, answers, at)
        facts = self.today.known[patient_id].facts
        if facts.prescription is not None and len(facts.doses_today) < len(facts.prescription.slot_mg):
            self.then(at + 30 * self.span.step, lambda t: self.comes(patient_id, t))

    def _order_has_ended(self, patient_id: UUID) -> bool:
        facts = self.today.known[patient_id].facts
        return facts.prescription is None and facts.last_prescription_end is not None and not facts.suspended

    def _physician_is_away(self, patient_id: UUID) -> bool:
        number = self.today.members[patient_id].number
        return self.site.share("physician away", self.today.day, number) < AWAY_PHYSICIAN

    def _renew_at_the_window(self, patient_id: UUID, at: datetime) -> None:
        """The physician signs while the patient waits."""
        before = orders_of(patient_id)[0]
        member = self.today.members[patient_id]
        signing = Signing(
            member=member,
            order=following(order_fact(before), member, self.today.day),
            starts_on=self.today.day,
            before_mg=before.dose_mg,
            at=self.pouring.tick(at),
        )
        sign_orders(self.site, [signing])
        self.today.load([patient_id], at)

    def _answers(self, patient_id: UUID, decision: Decision, at: datetime) -> Answers:
        """What the dispenser asked and was told."""
        asked, key = decision.questions, (self.today.day, self.today.members[patient_id].number)
        if Code.MISSED_TELL_CLINIC in asked:
            by = self.site.dispenser(self.today.day, 0)
            told = self.site.team.clinic_physician.access.label
            contacts.tell_clinic(patient_id=patient_id, told=told, by=by.access, now=self.pouring.tick(at),
                                 call_id=self.site.id(at, "told", *key))  # fmt: skip
        reason = REASONS[int(self.site.share("reason", *key) * len(REASONS))]
        return Answers(
            alert_confirmed=True,
            missed_reason=str(reason) if Code.MISSED_REASON in asked else None,
            onsite_check_done=Code.MISSED_ONSITE_CHECK in asked,
            clinic_told=Code.MISSED_TELL_CLINIC in asked,
            second_look=Code.SECOND_LOOK in asked,
            last_dose_proof="card" if Code.LAST_DOSE_UNKNOWN in asked else None,
        )

    def _send_on(self, patient_id: UUID, decision: Decision, at: datetime) -> None:
        """Came and got nothing: why, in the words of the closed list."""
        self.today.stopped[patient_id] = decision
        codes = {violation.code for violation in decision.violations}
        if codes & OF_THE_WINDOW:
            code = OutcomeCode.STOCK_OUT
        elif codes & OF_THE_ORDER:
            code = OutcomeCode.NO_PRESCRIPTION
        else:
            code = OutcomeCode.MISSED_RULE_BLOCK if codes & OF_MISSED_DAYS else OutcomeCode.SENT_AWAY
        self.state(patient_id, code, at)

    def state(self, patient_id: UUID, code: OutcomeCode, at: datetime, recheck_at: datetime | None = None) -> None:
        """State why there was no dose."""
        self.pouring.record()
        moment = self.pouring.tick(at)
        number = self.today.members[patient_id].number
        outcomes.state(
            command=NewOutcome(
                id=self.site.id(moment, "outcome", self.today.day, number, code),
                patient_id=patient_id,
                code=code,
                signs=SIGNS.get(code, ()),
                recheck_at=recheck_at,
            ),
            by=self.site.dispenser(self.today.day, 0).access,
            now=moment,
        )
        known = self.today.known[patient_id]
        stated = OutcomeFact(str(code), self.today.day, moment, recheck_at)
        facts = replace(known.facts, outcomes_today=(*known.facts.outcomes_today, stated))
        self.today.known[patient_id] = replace(known, facts=facts)

    def withhold(self, patient_id: UUID, at: datetime, *, sent_home: bool = False, again: bool = True) -> None:
        """Comes with a smell of alcohol, or sleepy: withheld, and looked at again after its time."""
        sleepy = self.site.share("sleepy", self.today.day, self.today.members[patient_id].number) < SLEEPY
        code = OutcomeCode.INTOXICATED if sleepy else OutcomeCode.WITHHELD
        self.state(patient_id, code, at, recheck_at=at + RECHECK)
        if not again:
            return
        if sent_home:
            self.then(at + AFTER_RECHECK, lambda t: self.state(patient_id, OutcomeCode.SENT_AWAY, t))
        else:
            self.then(at + AFTER_RECHECK, lambda t: self.comes(patient_id, t))

    def dose_again(self, at: datetime) -> None:
        """Somebody who was dosed while the network was down is dosed again by a colleague."""
        past = self.pouring.repeatable()
        if past is not None:
            slip = past.authorisation
            decision = self.decide(slip.patient_id, at, slip.answers)
            self.pouring.give_again(past, as_findings(decision.findings), at)

    def lift(self, patient_id: UUID, at: datetime) -> None:
        """The physician has looked and lets the patient drink again."""
        for hold in self.today.known[patient_id].facts.holds:
            by = self.site.team.clinic_physician.access
            holds.lift(hold_id=hold.id, reason=LIFTED, by=by, now=self.pouring.tick(at))
        known = self.today.known[patient_id]
        self.today.known[patient_id] = replace(known, facts=replace(known.facts, holds=()))
