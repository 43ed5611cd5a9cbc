"""Medicine is missing or was taken: written down, told to the police, reported in time (domain 4.6)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import Access, Permission
from facilities.services import settings
from followup.models import CaseKind
from followup.rules.settings import CaseSettings
from followup.services import cases
from inventory.models import AccountKind, ActKind, CountLine, LossReport
from inventory.queries import bottles as bottle_queries
from inventory.rules.bottles import BottleState, refuse
from inventory.rules.countkinds import Gone, LossKind
from inventory.rules.counts import gone_steps
from inventory.rules.kinds import OF_A_CONSIGNMENT, Reason
from inventory.rules.violations import Code, Level, Violation
from inventory.services import acts, leaving, ledger, observing
from inventory.services.acts import StockAct, StockRefused
from inventory.services.observing import Observation, Second
from inventory.services.withdrawals import lock_bottles
from staff.services.attestations import Alone, ProvenSecond

SUBJECT = "loss_report"
STATED = ("kind", "found_at", "found_by", "words", "danger", "danger_words", "line_id", "photos")  # what both sign
_CODES = {LossKind.LOSS: Code.LOST, LossKind.THEFT: Code.STOLEN, LossKind.ROBBERY: Code.ROBBED}


@dataclass(frozen=True)
class Loss:
    """What is missing. `numbers`: bottles that are gone whole. `line_id`: the line of a count that booked it already.

    `found_by` is a name: whoever noticed may have no account here.
    """

    id: UUID
    kind: LossKind
    found_at: datetime
    found_by: str
    words: str
    second: Second
    numbers: tuple[int, ...] = ()
    line_id: UUID | None = None
    danger_words: str = ""
    photos: tuple[str, ...] = ()  # digests of attachments

    @property
    def columns(self) -> dict[str, Any]:
        return {
            "kind": str(self.kind),
            "found_at": self.found_at,
            "found_by": self.found_by.strip(),
            "words": self.words.strip(),
            "danger": bool(self.danger_words.strip()),
            "danger_words": self.danger_words.strip(),
            "line_id": self.line_id,
            "photos": list(self.photos),
        }


@dataclass(frozen=True)
class Told:
    """Which police unit was told, and when."""

    report_id: UUID
    unit: str
    at: datetime


@dataclass(frozen=True)
class Sent:
    """The report's number, to whom it went, and when."""

    report_id: UUID
    number: str
    to: str
    at: datetime


def record(*, command: Loss, by: Access, now: datetime) -> LossReport:
    """Keep the report, book the bottles that are gone, and open the case with the legal deadline, counted from then.

    Raises StockRefused where it says too little or a bottle is not here, what the second signature raises,
    PermissionDenied.
    """
    acts.authorise(by, Permission.HANDLE_STOCK)
    second = observing.prove(command.second, by=by, now=now)
    seen = Observation(command.id, SUBJECT, by, now, {**command.columns, "recorded_by_id": by.actor_id})
    with observing.recording(seen):
        earlier = observing.known(seen, LossReport)
        if earlier is not None:
            return earlier
        _asked(command, seen.facility_id, now)
        act_id = _book(command, seen, second) if command.numbers else None
        if act_id is None:
            observing.attest(seen, second, command.columns)
        in_force = settings.for_facility(CaseSettings, facility_id=seen.facility_id, at=now)
        due_at = command.found_at + timedelta(hours=in_force.loss_report_hours)
        row = LossReport.objects.create(**seen.columns, act_id=act_id, due_at=due_at)
        observing.written(seen, what=str(command.kind), bottles=sorted(command.numbers))
        cases.open_case(
            kind=CaseKind.STOCK_LOSS,
            facility_id=seen.facility_id,
            subject_kind=SUBJECT,
            subject_id=row.pk,
            patient_id=None,
            findings=[{"code": str(_CODES[command.kind]), "data": {"danger": "1" if row.danger else ""}}],
            by=by,
            now=now,
            due_at=due_at,
        )
        return row


def _asked(command: Loss, facility_id: int, now: datetime) -> None:
    found: list[Violation] = []
    for field, text in (("found_by", command.found_by), ("words", command.words)):
        if not text.strip():
            found.append(Violation(Code.WORDS_NEEDED, Level.ASK, _("Ghi rõ."), field=field))
    if command.found_at > now:
        words = _("Giờ phát hiện không thể ở tương lai.")
        found.append(Violation(Code.WORDS_NEEDED, Level.ASK, words, field="found_at"))
    if command.line_id is not None:
        lines = CountLine.objects.filter(pk=command.line_id, count__facility_id=facility_id)
        if not lines.exists():
            found.append(Violation(Code.NOT_HERE, Level.STOP, _("Không có dòng kiểm kê này ở cơ sở của bạn.")))
    if found:
        raise StockRefused(tuple(found))


def _book(command: Loss, seen: Observation, second: ProvenSecond | Alone) -> UUID:
    """The bottles leave the book as lost, in one act signed by both."""
    numbers = sorted(set(command.numbers))
    stated = {**command.columns, "bottles": numbers}
    act = StockAct(uuid5(command.id, "act"), ActKind.LOSS, seen.by, seen.now, stated, occurred_at=command.found_at)
    states = _locked(numbers, act.facility_id)
    places = leaving.Places(act.facility_id)
    moves = [
        move
        for state in states
        for move in places.of_bottle(state, gone_steps(state, _place(state), AccountKind.LOSS, Reason.REPORTED_LOST))
    ]
    gone = [state.id for state in states]
    acts.book(act, moves=moves, second=second, gone=gone)
    leaving.mark(gone, Gone.LOST, by_id=act.actor_id, now=act.now)
    return act.id


def _locked(numbers: list[int], facility_id: int) -> list[BottleState]:
    ids = sorted(bottle_queries.get_id(number=number, facility_id=facility_id) for number in numbers)
    lock_bottles(ids)
    ledger.lock(facility_id=facility_id)
    states = bottle_queries.states(bottle_ids=ids, facility_id=facility_id)
    for state in states:
        if state.place is None or state.place in OF_A_CONSIGNMENT or state.book_ul == 0:
            raise StockRefused(refuse(Code.EMPTIED if state.emptied_at else Code.NOT_HERE, state))
    return states


def _place(state: BottleState) -> AccountKind:
    return state.place or AccountKind.STORAGE


def tell_police(*, command: Told, by: Access, now: datetime) -> LossReport:
    """Write down, once, which police unit was told. Raises LossReport.DoesNotExist, StockRefused, PermissionDenied."""
    row = _open_row(command.report_id, by)
    if not command.unit.strip():
        raise StockRefused((Violation(Code.WORDS_NEEDED, Level.ASK, _("Ghi đã báo đơn vị nào."), field="police_unit"),))
    values = {"police_unit": command.unit.strip(), "police_at": command.at, "police_told_by_id": by.actor_id}
    return _once(row, "police_at", values, by, now)


def send(*, command: Sent, by: Access, now: datetime) -> LossReport:
    """Write down, once, that the report went to the authority. Raises as `tell_police`."""
    row = _open_row(command.report_id, by)
    if not command.number.strip() or not command.to.strip():
        words = _("Ghi số báo cáo và nơi nhận.")
        raise StockRefused((Violation(Code.WORDS_NEEDED, Level.ASK, words, field="report_number"),))
    values = {
        "report_number": command.number.strip(),
        "sent_to": command.to.strip(),
        "sent_at": command.at,
        "sent_by_id": by.actor_id,
    }
    return _once(row, "sent_at", values, by, now)


def _open_row(report_id: UUID, by: Access) -> LossReport:
    acts.authorise(by, Permission.HANDLE_STOCK)
    return LossReport.objects.get(pk=report_id, facility_id=by.facility_id or 0)


def _once(row: LossReport, column: str, values: dict[str, Any], by: Access, now: datetime) -> LossReport:
    """Set these columns where nobody has; of two at once the first stands and the second reads it."""
    with transaction.atomic():
        written = LossReport.objects.filter(pk=row.pk, **{f"{column}__isnull": True}).update(**values)
        if written:
            audit.record(action=f"stock.loss_report_{column}", by=by, now=now, subject_kind=SUBJECT, subject_id=row.pk)
    return LossReport.objects.get(pk=row.pk)
