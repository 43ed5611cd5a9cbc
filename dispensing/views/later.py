"""Typed in later: which paper or day, then its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import clock
from core.access import AccessRequest, Permission, allow
from core.templatetags import tram
from core.views.pages import INVALID
from dispensing.forms.later import LaterForm, PaperRow, RowForm, facts_of, row_forms
from dispensing.models import LateEntry, Sheet
from dispensing.queries import later as later_query
from dispensing.queries import sheets as sheets_query
from dispensing.queries.later import PaperDay
from dispensing.queries.sheets import SheetView
from dispensing.rules.choices import OUTCOME_WORDS, OutcomeCode
from dispensing.rules.late import FAULT_WORDS, Fault
from dispensing.services import past
from dispensing.services.past import Malformed, PastFact, PastReceipt, says_the_same

_FIELD_OF = {
    Fault.IN_FUTURE: "at",
    Fault.OTHER_DAY: "at",
    Fault.TOO_OLD: "at",
    Fault.AMOUNT_NEEDED: "mg",
    Fault.NOT_EXACT: "mg",
    Fault.OUTCOME_UNKNOWN: "what",
}


@require_http_methods(["GET", "POST"])
@allow(Permission.GIVE_DOSE)
def later(request: AccessRequest) -> HttpResponse:
    """Without a sheet or day: ask which. With one: its rows, and on POST their recording."""
    if request.access.facility_id is None:
        raise Http404(_("Chọn cơ sở trước khi ghi bù."))
    if "paper" in request.GET:
        return _find(request)
    day, sheet = _chosen(request)
    if day is None:
        return _ask(request)
    page = _Page(request, later_query.paper_day(day=day, sheet=sheet, by=request.access, now=clock.now()))
    return page.answer() if request.method == "POST" else page.show()


def _find(request: AccessRequest) -> HttpResponse:
    """A number that was typed or scanned, or a day that was chosen."""
    by, words = request.access, request.GET["paper"]
    today = clock.local_day(clock.now(), by.zone)
    if words.strip():
        sheet = sheets_query.find_sheet(words, facility_id=by.facility_id or 0, today=today)
        if sheet is not None:
            return redirect(f"{request.path}?sheet={sheet.pk}")
        return _ask(request, wrong=_("Không có phiếu số này ở cơ sở. Xem số ở góc trên của phiếu, hoặc chọn ngày."))
    day = _day(request.GET.get("day", ""), today)
    if day is None:
        return _ask(request, wrong=_("Ghi số phiếu, hoặc chọn hôm nay hay một ngày đã qua."))
    return redirect(f"{request.path}?day={day.isoformat()}")


def _ask(request: AccessRequest, wrong: str = "") -> HttpResponse:
    by = request.access
    today = clock.local_day(clock.now(), by.zone)
    found = sheets_query.sheets_of(facility_id=by.facility_id or 0)
    context = {
        "wrong": wrong,
        "paper": request.GET.get("paper", ""),
        "chosen_day": request.GET.get("day", "") or today.isoformat(),
        "latest": today.isoformat(),
        "sheets": [view for view in found if view.sheet.for_day <= today][:6],
    }
    return render(request, "dispensing/later_which.html", context, status=INVALID if wrong else 200)


def _chosen(request: AccessRequest) -> tuple[date | None, Sheet | None]:
    today = clock.local_day(clock.now(), request.access.zone)
    if "sheet" not in request.GET:
        return _day(request.GET.get("day", ""), today), None
    try:
        sheet = sheets_query.get_sheet(UUID(request.GET["sheet"]), access=request.access)
    except (ValueError, Sheet.DoesNotExist) as missing:
        raise Http404(_("Không có phiếu này ở cơ sở của bạn.")) from missing
    if sheet.facility_id != request.access.facility_id:
        raise Http404(_("Không có phiếu này ở cơ sở của bạn."))
    return sheet.for_day, sheet


def _day(words: str, today: date) -> date | None:
    try:
        day = date.fromisoformat(words)
    except ValueError:
        return None
    return day if day <= today else None


@dataclass
class _Page:
    """The rows of one day of paper as posted or empty, and what became of them."""

    request: AccessRequest
    paper: PaperDay

    def __post_init__(self) -> None:
        data = self.request.POST if self.request.method == "POST" else None
        me = str(self.request.access.person_id)
        known = {value for value, _label in self.paper.people}
        initial = {"poured_by": me, "observed_by": me} if me in known else {}
        self.header = LaterForm(data, people=self.paper.people, bottles=self.paper.bottles, initial=initial)
        self.rows = row_forms(self.paper.lines, data, people=self.paper.people)
        self.twice: dict[UUID, str] = {}

    def answer(self) -> HttpResponse:
        filled = [(line, form) for line, form in self.rows if form.filled]
        valid = [self.header.is_valid(), *(form.is_valid() for _line, form in filled)]
        if not filled:
            self.header.add_error(None, _("Chưa ghi dòng nào: điền giờ hoặc chọn chuyện đã xảy ra."))
        if not filled or not all(valid):
            return self.show(status=INVALID)
        paper, by = self.paper, self.request.access
        facts = facts_of(
            self.header, filled, day=paper.day, zone=by.zone, absent_at=paper.absent_at,
            sheet_id=paper.sheet.pk if paper.sheet else None,
        )  # fmt: skip
        try:
            receipts = past.record_many_past(commands=facts, by=by, now=clock.now())
        except Malformed as malformed:
            self._refuse(filled, malformed)
            return self.show(status=INVALID)
        return self._after(facts, receipts)

    def _refuse(self, filled: Sequence[tuple[Mapping[str, Any], RowForm]], malformed: Malformed) -> None:
        for _line, form in filled:
            fault = malformed.faults.get(form.cleaned_data["id"])
            if fault is not None:
                form.add_error(_FIELD_OF.get(fault), str(FAULT_WORDS[fault]))

    def _after(self, facts: Sequence[PastFact], receipts: Sequence[PastReceipt]) -> HttpResponse:
        """Back to the paper; rows that somebody typed otherwise before stay, with both readings."""
        count = sum(receipt.status in ("recorded", "known") for receipt in receipts)
        for fact, receipt in zip(facts, receipts, strict=True):
            differs = receipt.status == "other" or (
                receipt.status == "twice" and receipt.stands is not None and not says_the_same(receipt.stands, fact)
            )
            if differs:
                self.twice[fact.id] = _reading(receipt.stands)
        if count:
            messages.success(self.request, _("Đã ghi bù %(count)s dòng.") % {"count": count})
        if self.twice:
            return self.show(status=INVALID)
        return redirect(self.request.get_full_path())

    def show(self, status: int = 200) -> HttpResponse:
        paper = self.paper
        shown = [self._row(line, form) for line, form in self.rows]
        context = {
            "paper": paper,
            "form": self.header,
            "rows": shown,
            "left": sum(not row.stands for row in shown),
            "view": SheetView(paper.sheet) if paper.sheet else None,
            "wrong": status == INVALID,
        }
        return render(self.request, "dispensing/later.html", context, status=status)

    def _row(self, line: Mapping[str, Any], form: RowForm) -> PaperRow:
        stands = self.paper.stands.get((UUID(line["patient"]), line["slot"]))
        twice = ""
        if form.is_bound and form.is_valid():
            twice = self.twice.get(form.cleaned_data["id"], "")
        if stands is None:
            return PaperRow(line, form, twice=twice)
        if stands.dose and not twice:
            return PaperRow(line, form, stands.words, stands.path)
        return PaperRow(line, form, "", stands.path, twice or _("Đã ghi: %(words)s.") % {"words": stands.words})


def _reading(stands: LateEntry | None) -> str:
    """What somebody typed in before, so that two readings of one paper can be told apart."""
    if stands is None:
        return _("Dòng này đã được ghi với nội dung khác.")
    who = stands.recorded_by.initials
    at = tram.time(stands.occurred_at)
    if stands.dose is not None:
        figures = {"who": who, "at": at, "mg": tram.mg(stands.dose.mg)}
        return _("%(who)s đã ghi dòng này: %(mg)s mg lúc %(at)s. Không ghi lần nữa.") % figures
    code = stands.outcome.code if stands.outcome else ""
    words = OUTCOME_WORDS[OutcomeCode(code)] if code in OUTCOME_WORDS else code
    return _("%(who)s đã ghi dòng này: %(words)s. Không ghi lần nữa.") % {"who": who, "words": words}
