"""The morning board: today's roster with what the rules say of each, in a number of statements that never grows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.access import Access
from core.clock import local_day
from core.templatetags import tram
from dispensing.queries import facts as facts_query
from dispensing.queries.card import BottleMark, bottle_mark
from dispensing.queries.facts import Known
from dispensing.queries.snapshot import bottle_facts, device_fact, next_slot
from dispensing.queries.tags import Tag, of_the_window, row_tag
from dispensing.rules.authorise import Decision, authorise
from dispensing.rules.choices import OUTCOME_WORDS, OutcomeCode
from dispensing.rules.facts import Answers
from dispensing.rules.lookalike import OnRoster, lookalikes
from dispensing.rules.outcomes import stays_open
from dispensing.rules.settings import DosingSettings
from dispensing.rules.violations import Code, Violation
from facilities.models import Facility
from facilities.services import settings as rule_settings
from inventory.queries.window import Window, site_window
from patients.models import Placement, Status


class State(StrEnum):
    TO_COME = "to_come"
    LOOK_AGAIN = "look_again"
    NOT_GIVEN = "not_given"
    TAKEN = "taken"


@dataclass(frozen=True)
class Row:
    """One patient on the list: code and initials only, because the queue reads over a shoulder.

    `part` of `parts`: which of a divided dose comes next.
    """

    patient_id: UUID
    code: str
    initials: str
    state: State
    mg: Decimal | None
    ul: int | None
    part: int
    parts: int
    tag: Tag | None
    given_at: datetime | None
    recheck_at: datetime | None
    lookalikes: tuple[str, ...]
    announced_until: date | None = None

    @property
    def path(self) -> str:
        return f"/dispensing/patients/{self.patient_id}/"

    @property
    def done(self) -> bool:
        return self.state in {State.TAKEN, State.NOT_GIVEN}

    # Words of a row are put together here: the template's own way takes twice as long as the rest of the row.

    @property
    def tag_kind(self) -> str:
        return self.tag.kind if self.tag else ""

    @property
    def tag_words(self) -> str | Promise:
        return self.tag.text if self.tag else ""

    @property
    def dose(self) -> str:
        return gettext("%(mg)s mg") % {"mg": tram.mg(self.mg)} if self.mg else ""

    @property
    def volume(self) -> str:
        """How much to pour, and of a divided dose which part."""
        volume = gettext("%(ml)s mL") % {"ml": tram.ml(self.ul)} if self.ul else ""
        if self.parts == 1 or self.done:
            return volume
        figures = {"part": self.part, "parts": self.parts, "volume": volume}
        return gettext("lần %(part)s / %(parts)s · %(volume)s") % figures

    @property
    def remark(self) -> str:
        if self.state is State.TAKEN:
            return gettext("đã uống %(at)s") % {"at": tram.time(self.given_at)}
        if self.recheck_at:
            return gettext("xem lại lúc %(at)s") % {"at": tram.time(self.recheck_at)}
        if self.announced_until is not None and not self.done:
            return gettext("báo vắng đến %(day)s") % {"day": tram.day_short(self.announced_until)}
        if self.lookalikes and not self.tag:
            return gettext("dễ nhầm với %(codes)s") % {"codes": ", ".join(self.lookalikes)}
        return ""


@dataclass(frozen=True)
class Hours:
    """When the facility is open today."""

    opens_at: time
    closes_at: time
    all_day: bool


@dataclass(frozen=True)
class Board:
    """Who is still to come stands first. `trouble` is what is wrong at the window itself, whoever comes; `bottles` are
    those opened there.
    """

    to_come: tuple[Row, ...]
    look_again: tuple[Row, ...]
    done: tuple[Row, ...]
    trouble: tuple[Violation, ...]
    bottles: tuple[BottleMark, ...]
    hours: Hours

    @property
    def taken(self) -> int:
        return sum(row.state is State.TAKEN for row in self.done)

    @property
    def total(self) -> int:
        return len(self.to_come) + len(self.look_again) + len(self.done)

    @property
    def not_given(self) -> int:
        return len(self.done) - self.taken + len(self.look_again)

    @property
    def patient_ids(self) -> set[UUID]:
        return {row.patient_id for row in (*self.to_come, *self.look_again, *self.done)}

    @property
    def left(self) -> int:
        return len(self.to_come)


def placed_today(*, facility_id: int, now: datetime, zone: str) -> list[UUID]:
    """The patients whom this facility doses today."""
    today = local_day(now, zone)
    here = Placement.objects.filter(
        Q(ended_on__isnull=True) | Q(ended_on__gte=today),
        facility_id=facility_id,
        starts_on__lte=today,
        patient__status__in=[Status.IN_TREATMENT, Status.SUSPENDED],
    )
    return list(here.values_list("patient_id", flat=True))


def morning(*, by: Access, now: datetime) -> Board:
    """The acting facility's board now."""
    assert by.facility_id is not None  # noqa: S101  the view asks for a permission held at a facility
    settings = rule_settings.for_facility(DosingSettings, facility_id=by.facility_id, at=now)
    ids = placed_today(facility_id=by.facility_id, now=now, zone=by.zone)
    known = facts_query.load(
        patient_ids=ids,
        facility_id=by.facility_id,
        now=now,
        zone=by.zone,
        days=settings.days_behind,
    )
    window = site_window(facility_id=by.facility_id)
    alike = lookalikes(OnRoster(id_, one.code, one.initials) for id_, one in known.items())
    local_now = now.astimezone(ZoneInfo(by.zone))
    bottles, device = bottle_facts(window), device_fact(window)
    rows: list[Row] = []
    trouble: dict[Code, Violation] = {}
    for id_, one in known.items():
        decision = authorise(
            facts=one.facts,
            bottles=bottles,
            device=device,
            answers=Answers(),
            settings=settings,
            now=local_now,
            slot=next_slot(one.facts),
        )
        rows.append(_row(one, decision, alike.get(id_, ())))
        if not rows[-1].done:
            trouble.update({v.code: v for v in of_the_window(decision.violations)})
    return _sorted(rows, trouble.values(), window, _hours(by.facility_id))


def _hours(facility_id: int) -> Hours:
    return Hours(*Facility.objects.values_list("opens_at", "closes_at", "round_the_clock").get(pk=facility_id))


def _sorted(rows: Iterable[Row], trouble: Iterable[Violation], window: Window, hours: Hours) -> Board:
    by_code = sorted(rows, key=lambda row: row.code)
    return Board(
        to_come=tuple(row for row in by_code if row.state is State.TO_COME),
        look_again=tuple(
            sorted(
                (row for row in by_code if row.state is State.LOOK_AGAIN),
                key=lambda row: (str(row.recheck_at), row.code),
            )
        ),
        done=tuple(row for row in by_code if row.done),
        trouble=tuple(trouble),
        bottles=tuple(bottle_mark(bottle, needed_ul=1) for bottle in window.bottles if not bottle.quarantined),
        hours=hours,
    )


def _row(one: Known, decision: Decision, alike: tuple[str, ...]) -> Row:
    facts = one.facts
    state, tag = State.TO_COME, row_tag(decision.violations)
    given = max((dose.given_at for dose in facts.doses_today), default=None)
    slots = len(facts.prescription.slot_mg) if facts.prescription else 1
    last = max(facts.outcomes_today, key=lambda outcome: outcome.at, default=None)
    mg, ul = decision.dose_mg, decision.measure.total_ul if decision.measure else None
    if facts.elsewhere_today_mg and not facts.doses_today:
        state, tag, mg, ul = State.TAKEN, Tag("info", _("uống ở nơi khác")), facts.elsewhere_today_mg, None
    elif facts.take_home_today_mg and not facts.doses_today:
        state, tag, mg, ul = State.TAKEN, Tag("info", _("có lọ mang về")), facts.take_home_today_mg, None
    elif len({dose.slot for dose in facts.doses_today}) >= slots:
        state, tag = State.TAKEN, None
        mg, ul = sum((dose.mg for dose in facts.doses_today), Decimal(0)), None
        if len(facts.doses_today) > slots:
            tag = Tag("stop", _("ghi nhiều liều trong ngày"))
    elif last is not None and stays_open(last.code) and last.recheck_at is not None:
        state = State.LOOK_AGAIN
        mg, ul = (None, None) if decision.stopped else (mg, ul)
    elif last is not None and last.code in OUTCOME_WORDS:
        state, tag, mg, ul = State.NOT_GIVEN, Tag("stop", OUTCOME_WORDS[OutcomeCode(last.code)]), None, None
    elif decision.stopped:
        mg, ul = None, None
    return Row(
        patient_id=facts.patient_id,
        code=one.code,
        initials=one.initials,
        state=state,
        mg=mg,
        ul=ul,
        part=decision.slot,
        parts=slots,
        tag=tag,
        given_at=given,
        recheck_at=last.recheck_at if state is State.LOOK_AGAIN and last else None,
        lookalikes=alike,
        announced_until=one.announced_until,
    )
