"""What follows from the days: flags, calls, announced absences, a closed road, referrals.

A part of everything.py, which see.
"""

from datetime import timedelta
from random import Random

from django.db import transaction

from core.access import SYSTEM
from core.ids import new_id
from dispensing.models import CutOff, Flag, Question, Referral, TakeHome, TakeHomeVial
from dispensing.rules.flag_codes import ContactHow, ContactResult, CutOffCause, CutOffKind
from dispensing.rules.question_codes import OF_THE_CLINIC, Said
from dispensing.rules.referral_table import Step
from dispensing.rules.reviews import ReviewWhy
from dispensing.rules.take_home import ONE_DAY
from dispensing.rules.take_home_codes import VialFate, VialVoidKind
from dispensing.services import (
    attempts,
    cut_offs,
    flags,
    looks,
    referrals,
    reviews,
    stability,
    sweep,
    vial_tasks,
    vials,
)
from dispensing.services.attempts import NewAttempt
from dispensing.services.cut_offs import NewCutOff
from dispensing.services.incidents import lock_patients
from dispensing.services.vials import NewVialVoid
from patients.models import DataRequest, Patient, PlacementKind
from patients.rules.data_requests import AskedFor, Outcome
from patients.services import data_requests, placements
from patients.services.placements import Visit
from tests import cast, world
from tests.dispensing import clinic_asked, elsewhere, following, morning, referring, staying_away, taking_home
from tests.dispensing.everything_in_stock import LATER, EverythingInStock
from tests.entrance import access


class EverythingFollowed(EverythingInStock):
    """`patients`, `waiting`: Everything's."""

    patients: list[Patient]
    homeward: Patient  # may take doses home
    vials: list[TakeHomeVial]
    wrongly: TakeHome  # handed out
    waiting: Patient

    def flags_refresh(self, dice: Random) -> object:
        """The worker looks at everybody, in an order of its own."""
        who = [*self.patients, self.waiting]
        dice.shuffle(who)
        return flags.refresh([one.pk for one in who], by=SYSTEM, now=LATER)

    def stability_assess(self, dice: Random) -> object:
        """The worker assesses everybody, in an order of its own."""
        who = dice.sample(self.patients, len(self.patients))
        return stability.assess([one.pk for one in who], why="nightly", by=SYSTEM, now=LATER)

    def checkups_record(self, dice: Random) -> object:
        who, by = dice.choice(self.patients).pk, self.dispensers[0]
        act = dice.choice([following.a_test, following.examined, following.counselled])
        return act(who, by, now=LATER)

    def attempts_record(self, dice: Random) -> object:
        result = dice.choice([ContactResult.NOT_REACHED, ContactResult.WILL_COME, ContactResult.DIED])
        command = NewAttempt(new_id(), dice.choice(self.patients).pk, LATER, ContactHow.PHONE, result)
        return attempts.record(command=command, by=self.dispensers[0], now=LATER)

    def absences_announce(self, dice: Random) -> object:
        return staying_away.announced(dice.choice(self.patients), by=self.dispensers[0])

    def cut_offs_start_and_end(self, dice: Random) -> object:
        """A road that was closed since yesterday: the days decided before are decided again."""
        head = access(cast.SITE_HEAD)
        first = world.TODAY - timedelta(days=dice.randint(0, 2))
        command = NewCutOff(
            new_id(), CutOffKind.ROAD, CutOffCause.FLOOD, first, world.TODAY + timedelta(days=dice.randint(0, 3))
        )
        stands = CutOff.objects.filter(facility_id=head.facility_id, ended_on__isnull=True).first()
        if stands is None:
            return cut_offs.start(command=command, by=head, now=LATER)
        last = stands.from_day - timedelta(days=1)
        return cut_offs.end(cut_off_id=stands.pk, last_day=last, by=head, now=LATER)

    def referrals_draft_needed(self, dice: Random) -> object:
        """What the worker drafts of those whose block waits for a physician."""
        who = dice.sample(self.patients, len(self.patients))
        with transaction.atomic():  # as whoever writes flags: another may write this one at this moment
            lock_patients(who[0].pk)
            if not Flag.objects.filter(patient=who[0], cleared_at__isnull=True).exists():
                referring.blocked(who[0], at=LATER)
        return referrals.draft_needed([one.pk for one in who], by=SYSTEM, now=LATER)

    def referrals_step(self, dice: Random) -> object:
        """Somebody takes whatever step comes next; a job does, too."""
        found = list(Referral.objects.filter(ended_at__isnull=True).order_by("pk"))
        road = referring.Road(patient=dice.choice(self.patients), at=LATER)
        if not found:
            return road.draft()
        road.id = dice.choice(found).pk
        way = [road.send, road.appoint, road.agree, lambda: road.take(Step.CLOSE, cast.CLINIC_PHYSICIAN, "thôi")]
        return dice.choice(way)()

    def referrals_step_by_themselves(self, dice: Random) -> object:
        return referrals.step_by_itself(now=LATER + timedelta(hours=dice.choice([0, 30])))

    def questions_ask_and_say(self, dice: Random) -> object:
        """The site asks; a question that is open is answered, asked back, told more or closed."""
        found = list(Question.objects.filter(closed_at__isnull=True).order_by("pk"))
        if not found or dice.random() < 0.3:
            return clinic_asked.asked(dice.choice(self.patients), now=LATER)
        question = dice.choice(found)
        step = dice.choice([Said.ANSWER, Said.ASK_BACK, Said.REPLY, Said.CLOSE])
        if step in OF_THE_CLINIC:
            return clinic_asked.said(question.pk, step, now=LATER)
        return clinic_asked.said(question.pk, step, "thêm", member=cast.DISPENSER, now=LATER)

    def data_requests_receive_and_end(self, dice: Random) -> object:
        """Somebody asks about their own data; what they asked before is answered and ended."""
        of = dice.choice(self.patients)
        open_one = DataRequest.objects.filter(patient=of, ended_at__isnull=True).first()
        kind, by = dice.choice([AskedFor.ACCESS, AskedFor.OBJECTION]), access(cast.SITE_HEAD)
        if open_one is None:
            return data_requests.receive(
                request_id=new_id(), patient_id=of.pk, kind=kind, received_on=world.TODAY, words="", by=by, now=LATER
            )
        data_requests.answer(request_id=open_one.pk, patient_id=of.pk, by=by, now=LATER)
        return data_requests.end(
            request_id=open_one.pk, patient_id=of.pk, outcome=Outcome.DONE, by=by, now=LATER
        )  # fmt: skip

    def elsewhere_record(self, dice: Random) -> object:
        """A slip of one to three days, the last of them today."""
        first = world.TODAY - timedelta(days=dice.randint(0, 2))
        return elsewhere.documented(dice.choice(self.patients), day=first, until=world.TODAY, now=LATER)

    def take_home_allow(self, dice: Random) -> object:
        return taking_home.allowed(dice.choice([*self.patients, self.homeward]))

    def take_home_hand_out(self, dice: Random) -> object:
        return taking_home.handed(self.homeward, days=dice.choice([1, 2]))

    def vials_report(self, dice: Random) -> object:
        """Of the vials that somebody took home before: so much was still in it, and was poured out."""
        of = dice.choice(self.vials)
        standing = of.reports.filter(corrected_by__isnull=True).first()
        left, corrects = dice.randint(1, of.ul), standing.pk if standing else None
        return taking_home.reported(of, VialFate.RETURNED_FULL, ul=left, corrects=corrects)

    def vials_all_empty(self, dice: Random) -> object:
        return vials.all_empty(
            send_id=new_id(), patient_id=self.vials[0].patient_id, by=self.dispensers[0], now=LATER + 5 * ONE_DAY
        )

    def vials_void(self, dice: Random) -> object:
        """One of those that were filled for the wrong person."""
        day = world.TODAY + timedelta(days=dice.randint(1, 2))
        command = NewVialVoid(
            new_id(), self.wrongly.pk, (day,), VialVoidKind.GIVEN_BACK, "gọi nhầm người", taking_home.ALONE
        )
        return vials.void(command=command, by=self.dispensers[0], now=LATER)

    def vial_tasks_chase(self, dice: Random) -> object:
        """The worker asks whose vials are late, after the patients were locked."""
        return vial_tasks.chase([self.vials[0].patient_id], by=SYSTEM, now=LATER + 10 * ONE_DAY)

    def vial_tasks_call_back(self, dice: Random) -> object:
        return vial_tasks.call_back(patient_id=self.vials[0].patient_id, by=self.dispensers[0], now=LATER)

    def placements_visit(self, dice: Random) -> object:
        first = world.TODAY + timedelta(days=dice.randint(1, 4))
        away = Visit(PlacementKind.HOSPITAL, first, first + timedelta(days=2), place="BVĐK tỉnh")
        by = access(cast.PHYSICIAN)
        return placements.visit(patient_id=dice.choice(self.patients).pk, visit=away, by=by, now=LATER)

    def sweep_sweep(self, dice: Random) -> object:
        """The sweep of the night, at one of its turns."""
        now = LATER + timedelta(days=1, minutes=dice.randrange(100))
        return sweep.sweep(facility_id=morning.site().pk, day=world.TODAY, now=now)

    def looks_run(self, dice: Random) -> object:
        """The worker takes whoever is due, in batches."""
        reviews.due([one.pk for one in self.patients], why=ReviewWhy.NIGHTLY, now=LATER)
        return looks.run(now=LATER, batch=dice.choice((1, 20)))
