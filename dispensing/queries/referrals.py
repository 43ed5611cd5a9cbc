"""Referrals as their sides see them: the clinic those of all its satellites, overdue first; a site its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import DateTimeField, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from core.access import Access, Permission
from dispensing.models import Referral, ReferralStep
from dispensing.queries.referral_sides import sides_of
from dispensing.queries.referral_summary import latest_assessments
from dispensing.rules.referral_codes import KIND_WORDS, REASON_WORDS, STATE_WORDS, STEP_WORDS, Reason
from dispensing.rules.referral_table import ENDED, Kind, Side, State, Step, steps_for
from dispensing.rules.referrals import waits
from followup.models import Task

PAGE: Final = 50
LOOK: Final = (
    Permission.REFER_PATIENT, Permission.ANSWER_REFERRAL, Permission.SIGN_TRANSFER, Permission.ACCEPT_PATIENT,
)  # fmt: skip
_TONES: Final[Mapping[State, str]] = {
    State.DRAFTED: "look", State.SENT: "look", State.NOT_ARRIVED: "stop", State.APPOINTED: "look",
    State.OFFERED: "look", State.SIGNED: "look", State.RETURNED: "go", State.MOVED: "go", State.KEPT: "go",
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One referral of a list: code and initials, from where to where, whose turn it is and until when."""

    id: UUID
    kind: Kind
    state: State
    urgent: bool
    code: str
    initials: str
    from_name: str
    to_name: str
    reasons: tuple[str, ...]
    since: datetime
    due_at: datetime | None
    moves_on: date | None
    late: bool
    stable: bool

    @property
    def path(self) -> str:
        return f"/dispensing/referrals/{self.id}/"

    @property
    def kind_words(self) -> str:
        return str(KIND_WORDS[self.kind])

    @property
    def state_words(self) -> str:
        return str(STATE_WORDS[self.state])

    @property
    def tone(self) -> str:
        return "stop" if self.late else _TONES.get(self.state, "info")

    @property
    def reason_words(self) -> str:
        return "; ".join(str(REASON_WORDS[Reason(each)]) for each in self.reasons)

    @property
    def way_back(self) -> bool:
        """Whether it is about the return to the satellite by now."""
        back = (State.TREATED, State.OFFERED, State.SIGNED, State.MOVING)
        return self.kind is Kind.TO_CLINIC and self.state in back

    @property
    def ended(self) -> bool:
        return self.state in ENDED


@dataclass(frozen=True)
class Line:
    """One step of the timeline, in words."""

    step: ReferralStep
    words: str
    who: str
    place: str


@dataclass(frozen=True)
class Life:
    """One referral with its steps, newest first, and what this person may do with it now."""

    referral: Referral
    row: Row
    lines: tuple[Line, ...]
    steps: tuple[Step, ...]
    sides: frozenset[Side]


def may_look(access: Access, referral: Referral) -> bool:
    """Whether this person has a part in the referral: at one of its ends, or at the clinic above."""
    places = (referral.from_facility_id, referral.to_facility_id, referral.clinic_id)
    return access.facility_id in places and any(access.may_at(each, access.facility_id or 0) for each in LOOK)


def referral_path(referral_id: UUID, access: Access) -> str | None:
    """Where a referral is done and seen, for who has a part in it."""
    referral = Referral.objects.filter(pk=referral_id).first()
    if referral is None or not may_look(access, referral):
        return None
    return f"/dispensing/referrals/{referral_id}/"


def open_ones(access: Access, *, now: datetime) -> tuple[Row, ...]:
    """Everything open that this facility has a part in: the overdue first, then by when it is due. Three statements."""
    rows = _rows(_mine(access).filter(ended_at__isnull=True), now)
    return tuple(sorted(rows, key=lambda row: (not row.late, row.due_at is None, row.due_at or row.since, row.code)))


def ended_ones(access: Access, *, page: int, now: datetime) -> tuple[tuple[Row, ...], bool]:
    """What became of the others, newest first, and whether there are older ones."""
    skip = (page - 1) * PAGE
    found = _mine(access).filter(ended_at__isnull=False).order_by("-ended_at", "pk")[skip : skip + PAGE + 1]
    rows = _rows(found, now)
    return tuple(rows[:PAGE]), len(rows) > PAGE


def of_patient(patient_id: UUID, access: Access, *, now: datetime) -> tuple[Row, ...]:
    """The patient's referrals that this person may open, newest first. Three statements."""
    found = _mine(access).filter(patient_id=patient_id).order_by("-drafted_at", "pk")[:PAGE]
    return tuple(_rows(found, now))


def get_life(referral_id: UUID, access: Access, *, now: datetime) -> Life:
    """One referral as this person may see it; raises Referral.DoesNotExist alike where there is none and where they
    have no part in it.
    """
    referral = _with(Referral.objects.all()).get(pk=referral_id)
    if not may_look(access, referral):
        raise Referral.DoesNotExist
    [row] = _rows(Referral.objects.filter(pk=referral_id), now)
    steps = ReferralStep.objects.filter(referral=referral).select_related(
        "actor", "facility", "prescription", "signature"
    )
    sides = sides_of(access, referral)
    return Life(
        referral=referral,
        row=row,
        lines=tuple(_line(step) for step in steps.order_by("-position")),
        steps=steps_for(state=row.state, kind=row.kind, sides=sides),
        sides=sides,
    )


def _mine(access: Access) -> Any:
    here = access.facility_id or 0
    if not any(access.may_at(each, here) for each in LOOK):
        return Referral.objects.none()
    return Referral.objects.filter(Q(from_facility=here) | Q(to_facility=here) | Q(clinic=here))


def _with(referrals: Any) -> Any:
    last = ReferralStep.objects.filter(referral=OuterRef("pk")).order_by("-position")
    due = Task.objects.filter(subject_kind="referral", subject_id=OuterRef("pk"), done_at__isnull=True)
    return referrals.select_related("patient", "from_facility", "to_facility", "clinic").annotate(
        state=Subquery(last.values("state")[:1]),
        since=Subquery(last.values("at")[:1]),
        moves_on=Subquery(last.values("moves_on")[:1]),
        due_at=Subquery(due.order_by("due_at").values("due_at")[:1], output_field=DateTimeField()),
    )


def _rows(referrals: Any, now: datetime) -> list[Row]:
    found = list(_with(referrals))
    treated = [each.patient_id for each in found if each.state == State.TREATED]
    levels = {who: each.level for who, each in latest_assessments(treated).items()} if treated else {}
    return [_row(each, now, levels) for each in found]


def _row(each: Any, now: datetime, levels: Mapping[UUID, str]) -> Row:
    state, kind = State(each.state), Kind(each.kind)
    waited = waits(state, kind) is not None
    return Row(
        id=each.pk,
        kind=kind,
        state=state,
        urgent=each.urgent,
        code=each.patient.code,
        initials=each.patient.initials,
        from_name=each.from_facility.name,
        to_name=each.to_facility.name,
        reasons=tuple(each.reasons),
        since=each.since,
        due_at=each.due_at if waited else None,
        moves_on=each.moves_on,
        late=waited and each.due_at is not None and each.due_at < now,
        stable=state is State.TREATED and levels.get(each.patient_id) == "stable",
    )


def _line(step: ReferralStep) -> Line:
    words = str(STEP_WORDS[Step(step.step)])
    who = step.actor.full_name if step.actor else _("Trạm tự làm")
    return Line(step=step, words=words, who=who, place=step.facility.name)
