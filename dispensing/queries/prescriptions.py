"""The physician's list, who waits for an order first, and one patient as a physician needs to see them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final
from unicodedata import normalize
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.access import Access, Permission, Role
from core.clock import local_day
from core.templatetags.tram import day_short, weekday_short
from dispensing.models import Dose, Hold, Prescription
from dispensing.queries import facts as facts_query
from dispensing.queries import renewals as renewals_query
from dispensing.queries.card import DayMark, day_words
from dispensing.queries.facts import Known
from dispensing.queries.prescribing import dosing_place, last_covered, orders_of
from dispensing.queries.renewals import Renewals
from dispensing.queries.snapshot import next_slot
from dispensing.queries.tags import Tag, row_tag, unsigned_words
from dispensing.rules.authorise import Decision, authorise
from dispensing.rules.choices import PHASE_WORDS, STATUS_WORDS, TreatmentStatus
from dispensing.rules.facts import Answers, PatientFacts
from dispensing.rules.missed import MissedCount, count_missed
from dispensing.rules.settings import DosingSettings
from dispensing.rules.violations import Code, Level, Unlocker, Violation
from facilities.models import Facility
from facilities.services import settings as rule_settings
from patients.models import Placement, Status
from patients.queries.reach import get_patient, in_force

ONE_DAY: Final = timedelta(days=1)
DAYS_SHOWN: Final = 14
_WAITS_FOR_AN_ORDER: Final = frozenset({Unlocker.PHYSICIAN, Unlocker.MAIN_CLINIC})
# Asked without bottles or a device the rules speak of the window too: the site's business.
_NOT_THE_PHYSICIANS: Final = frozenset(
    {Code.NOT_EXACT, Code.NOT_MEASURABLE, Code.NOT_IN_TREATMENT, Code.DOSE_ALREADY_TODAY}
)


@dataclass(frozen=True)
class Row:
    """One patient of the list: code and initials only. `days_left` counts the days covered after today."""

    patient_id: UUID
    code: str
    initials: str
    place: str
    dose_mg: Decimal | None
    phase: str
    last_day: date | None
    days_left: int | None
    tag: Tag | None
    remark: str

    @property
    def path(self) -> str:
        return f"/dispensing/prescriptions/patients/{self.patient_id}/"


@dataclass(frozen=True)
class PhysicianList:
    """Who waits for an order, whose order ends soon, and the others; `query` is what was searched, `total`
    before it.
    """

    waiting: tuple[Row, ...]
    ending: tuple[Row, ...]
    steady: tuple[Row, ...]
    several_places: bool
    query: str
    total: int

    @property
    def empty(self) -> bool:
        return not (self.waiting or self.ending or self.steady)


@dataclass(frozen=True)
class PatientPage:
    """One patient: what stops the next dose, the open stops, the last two weeks, every order."""

    known: Known
    place: Facility
    settings: DosingSettings
    today: date
    blocks: tuple[Violation, ...]
    notes: tuple[Violation, ...]
    missed: MissedCount
    days: tuple[DayMark, ...]
    holds: tuple[Hold, ...]
    current: Prescription | None
    upcoming: tuple[Prescription, ...]
    past: tuple[Prescription, ...]
    suspended: bool
    reduced_today: bool
    dosed_today: bool

    @property
    def needs_order_tomorrow(self) -> bool:
        """Less than ordered was drunk today, and nothing is signed yet for tomorrow."""
        follows = any(order.starts_on == self.today + ONE_DAY for order in self.upcoming)
        return self.reduced_today and not follows


def physician_list(*, by: Access, now: datetime, query: str = "") -> PhysicianList:
    """Every patient dosed today within reach; a number of statements that never grows."""
    today = local_day(now, by.zone)
    placed = Placement.objects.filter(
        in_force(today),
        facility_id__in=by.reach_by_permission.get(Permission.VIEW_PRESCRIPTIONS, frozenset()),
        patient__status__in=[Status.IN_TREATMENT, Status.SUSPENDED],
    )
    at = dict(placed.values_list("patient_id", "facility_id"))
    settings = _settings(set(at.values()), now)
    span = max((group.missed_dropout_days for group in settings.values()), default=0) + 1
    known = facts_query.load(patient_ids=list(at), facility_id=by.facility_id or 0, now=now, zone=by.zone, days=span)
    ahead = Ahead(_next_starts(at, today), _reduced_today(at, today))
    wanted = fold(query)
    local_now = now.astimezone(ZoneInfo(by.zone))
    several = len(settings) > 1
    renewals = renewals_query.load(settings, today=today)
    waiting: list[tuple[bool, Row]] = []
    ending: list[tuple[int, Row]] = []
    steady: list[Row] = []
    for patient_id, one in known.items():
        if wanted and wanted not in fold(one.code) and not fold(one.initials).startswith(wanted):
            continue
        group = settings[at[patient_id]]
        row, reason = _row(one, group, local_now, ahead, several, renewals)
        if reason is None:
            steady.append(row)
        elif isinstance(reason, int):
            ending.append((reason, row))
        else:
            waiting.append((reason is Unlocker.MAIN_CLINIC and Role.CLINIC_PHYSICIAN not in by.roles, row))
    return PhysicianList(
        waiting=tuple(row for _late, row in sorted(waiting, key=lambda pair: (pair[0], pair[1].code))),
        ending=tuple(row for _left, row in sorted(ending, key=lambda pair: (pair[0], pair[1].code))),
        steady=tuple(sorted(steady, key=lambda row: row.code)),
        several_places=several,
        query=query,
        total=len(known),
    )


def patient_page(
    *, patient_id: UUID, by: Access, now: datetime, permission: Permission = Permission.VIEW_PRESCRIPTIONS
) -> PatientPage:
    """One patient within reach. Raises Patient.DoesNotExist alike for unknown and out of reach."""
    today = local_day(now, by.zone)
    get_patient(patient_id, access=by, permission=permission, day=today)
    place = dosing_place(patient_id, day=today, otherwise=by.facility_id)
    settings = rule_settings.for_facility(DosingSettings, facility_id=place.pk, at=now)
    days = max(settings.missed_pattern_window_days, settings.missed_dropout_days + 1)
    known = facts_query.load(patient_ids=[patient_id], facility_id=place.pk, now=now, zone=by.zone, days=days)[
        patient_id
    ]
    decision = _decide(known.facts, settings, now.astimezone(ZoneInfo(by.zone)))
    orders = orders_of(patient_id)
    held = [order for order in orders if last_covered(order) >= max(today, order.starts_on)]
    current = next((order for order in held if order.starts_on <= today), None)
    open_holds = Hold.objects.filter(patient_id=patient_id, lifted_at__isnull=True).select_related("placed_by")
    return PatientPage(
        known=known,
        place=place,
        settings=settings,
        today=today,
        blocks=_blocks(decision),
        notes=tuple(v for v in decision.violations if v.code is Code.MISSED_PATTERN),
        missed=count_missed(known.facts, settings),
        days=tuple(_marks(known, today)),
        holds=tuple(open_holds.order_by("placed_at", "pk")),
        current=current,
        upcoming=tuple(order for order in reversed(held) if order.starts_on > today),
        past=tuple(order for order in orders if order not in held),
        suspended=known.facts.suspended,
        reduced_today=current is not None and current.pk in _reduced_today([patient_id], today),
        dosed_today=bool(known.facts.doses_today),
    )


@dataclass(frozen=True)
class Ahead:
    """What tomorrow holds: the first day of the next order by patient, and the orders that stop offering anything."""

    next_starts: Mapping[UUID, date]
    reduced_today: frozenset[UUID]


def fold(text: str) -> str:
    """Letters and digits alone, capitals, without marks: "v.đ.s" is VDS, as the page's search folds."""
    plain = normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(sign for sign in plain.upper() if sign.isascii() and sign.isalnum())


def _settings(facility_ids: Collection[int], now: datetime) -> dict[int, DosingSettings]:
    return {pk: rule_settings.for_facility(DosingSettings, facility_id=pk, at=now) for pk in facility_ids}


def _next_starts(patient_ids: Iterable[UUID], today: date) -> Mapping[UUID, date]:
    """The first day of the next order of those who have one signed ahead."""
    ahead = Prescription.objects.filter(patient_id__in=list(patient_ids), starts_on__gt=today, ended_on__isnull=True)
    return dict(ahead.order_by("-starts_on").values_list("patient_id", "starts_on"))


def _decide(facts: PatientFacts, settings: DosingSettings, local_now: datetime) -> Decision:
    """What the rules say of the patient themselves, wherever they drink and whatever stands at the window."""
    at_home = replace(facts, asking_facility_id=facts.placement.facility_id if facts.placement else 0)
    return authorise(
        facts=at_home,
        bottles=(),
        device=None,
        answers=Answers(),
        settings=settings,
        now=local_now,
        slot=next_slot(facts),
    )


def _blocks(decision: Decision) -> tuple[Violation, ...]:
    """What only an order, or a look by a physician, can clear."""
    return tuple(
        v
        for v in decision.violations
        if v.level is Level.STOP and v.unlocker in _WAITS_FOR_AN_ORDER and v.code not in _NOT_THE_PHYSICIANS
    )


def _reduced_today(patient_ids: Iterable[UUID], today: date) -> frozenset[UUID]:
    """Orders against which less was drunk today: from tomorrow on they offer nothing (domain 12.2)."""
    reduced = Dose.objects.filter(patient_id__in=list(patient_ids), covers_day=today, reduced=True, void__isnull=True)
    return frozenset(reduced.exclude(prescription=None).values_list("prescription_id", flat=True))


def _row(
    one: Known, settings: DosingSettings, local_now: datetime, ahead: Ahead, several: bool, renewals: Renewals
) -> tuple[Row, Unlocker | int | None]:
    """The row, and why it stands apart: whom it waits for, or the days left of its order."""
    facts = one.facts
    order = facts.prescription
    next_start = ahead.next_starts.get(facts.patient_id)
    left = (order.last_day - facts.today).days if order else None
    followed = order is not None and next_start is not None and next_start <= order.last_day + ONE_DAY
    reason: Unlocker | int | None
    tag, reason = _tag_and_reason(facts, settings, local_now, ahead)
    due = renewals.due(order.last_day, facility_id=facts.placement.facility_id) if order and facts.placement else None
    if reason is None and due is not None and not followed:
        tag, reason = (
            Tag("look" if renewals.pressing(due) else "info", renewals_query.in_words(due, today=facts.today)),
            due.days_left(facts.today),
        )
    words = [str(PHASE_WORDS.get(order.phase, order.phase)) if order else ""]
    words.append(_("đến %(day)s") % {"day": day_short(order.last_day)} if order and reason is None else "")
    words.append(_("đơn tiếp từ %(day)s") % {"day": day_short(next_start)} if next_start and order else "")
    words.append(facts.placement.facility_name if several and facts.placement else "")
    if order is not None and order.unsigned_since is not None:
        words.append(unsigned_words((facts.today - order.unsigned_since).days))
    row = Row(
        patient_id=facts.patient_id,
        code=one.code,
        initials=one.initials,
        place=facts.placement.facility_name if facts.placement else "",
        dose_mg=order.dose_mg if order else None,
        phase=order.phase if order else "",
        last_day=order.last_day if order else None,
        days_left=left,
        tag=tag,
        remark=" · ".join(word for word in words if word),
    )
    return row, reason


def _tag_and_reason(
    facts: PatientFacts, settings: DosingSettings, local_now: datetime, ahead: Ahead
) -> tuple[Tag | None, Unlocker | None]:
    if facts.status != TreatmentStatus.IN_TREATMENT:
        return Tag("info", STATUS_WORDS[TreatmentStatus(facts.status)]), None
    decision = _decide(facts, settings, local_now)
    blocks, order = _blocks(decision), facts.prescription
    next_start = ahead.next_starts.get(facts.patient_id)
    if order is None and next_start is not None:
        blocks = tuple(v for v in blocks if v.code not in (Code.NO_PRESCRIPTION, Code.PRESCRIPTION_ENDED))
        if not blocks:
            return Tag("info", _("đơn bắt đầu %(day)s") % {"day": day_short(next_start)}), None
    if blocks:
        return row_tag(blocks), blocks[0].unlocker
    if order is None or next_start == facts.today + ONE_DAY:
        return None, None
    if order.id in ahead.reduced_today:
        return Tag("look", _("hôm nay uống liều giảm · cần đơn mới")), Unlocker.PHYSICIAN
    if decision.if_missed_step is not None:
        return Tag("look", _("đang theo liều đã ký cho ngày bỏ")), Unlocker.PHYSICIAN
    return None, None


def _marks(known: Known, today: date) -> Iterable[DayMark]:
    """The last fourteen days and no more, oldest first, today last."""
    by_day = {fact.day: fact for fact in known.facts.days}
    ordered = known.facts.prescription.dose_mg if known.facts.prescription else None
    for ago in range(DAYS_SHOWN - 1, 0, -1):
        then = today - ago * ONE_DAY
        figure, state, words = day_words(by_day.get(then), ordered)
        yield DayMark(day_short(then), figure, state, f"{weekday_short(then)} {date_format(then, 'd/m')}: {words}")
    yield DayMark(day_short(today), _("nay"), "today", _("hôm nay"))
