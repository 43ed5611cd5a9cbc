"""My hours: the month, what is proposed, what was forgotten; and the tap that begins and ends a duty."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import clock
from core.access import AccessRequest, Permission, allow
from core.ids import new_id
from core.views.files import as_file
from core.views.pages import INVALID, go, own_address
from staff.forms_hours import TypedInForm
from staff.models import DutyInterval
from staff.queries.hour_papers import my_paper
from staff.queries.hours import DutyRow, get_own, my_month, on_duty_since
from staff.services import duty, proposals


def month_asked(text: str, today: date) -> date:
    """The first day of a month as an address writes it, 2026-11; this month for anything else or later."""
    try:
        asked = datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007  a month has no zone
    except ValueError:
        asked = today
    return min(asked, today).replace(day=1)


@allow(Permission.RECORD_HOURS)
@require_safe
def month(request: AccessRequest) -> HttpResponse:
    """One's own month: ?month=2026-11."""
    now = clock.now()
    asked = month_asked(request.GET.get("month", ""), clock.local_day(now, request.access.zone))
    mine = my_month(by=request.access, month=asked, now=now)
    return render(request, "staff/hours/month.html", {"mine": mine, "tap_id": new_id()})


@allow(Permission.RECORD_HOURS)
@require_safe
def own_file(request: AccessRequest) -> HttpResponse:
    """One's own month to keep: ?month=2026-11&as=pdf|xlsx."""
    now = clock.now()
    asked = month_asked(request.GET.get("month", ""), clock.local_day(now, request.access.zone))
    paper = my_paper(mine=my_month(by=request.access, month=asked, now=now), by=request.access, now=now)
    return as_file(paper, f"gio-lam-{asked:%Y-%m}", excel=request.GET.get("as") == "xlsx")


@allow(Permission.RECORD_HOURS)
@require_http_methods(["GET", "POST"])
def tap(request: AccessRequest) -> HttpResponse:
    """GET: the button as the board shows it. POST: duty begins, or ends, now; the page goes back to where it was."""
    if request.method == "GET":
        since = on_duty_since(request.access.actor_id)
        return render(request, "staff/hours/_tap.html", {"since": since, "tap_id": new_id()})
    try:
        if request.POST.get("what") == "end":
            made = duty.end(by=request.access, now=clock.now())
            _say_ended(request, made)
        else:
            began = duty.start(tap_id=_uuid(request.POST.get("id", "")), by=request.access, now=clock.now())
            said = _("Ca của bạn bắt đầu lúc %(at)s.") % {"at": f"{timezone.localtime(began.started_at):%H:%M}"}
            messages.success(request, said)
    except duty.HoursRefused as refused:
        messages.error(request, refused.sentence)
    return go(request, own_address(request, request.POST.get("next", "/staff/hours/")))


def _say_ended(request: AccessRequest, made: tuple[DutyInterval, ...]) -> None:
    if made:
        messages.success(request, _("Đã ghi giờ làm của ca này."))
    else:
        messages.warning(request, _("Ca đã kết thúc, chưa ghi giờ nào: giờ đó đã có, hoặc ca quá 24 giờ. Hãy xem lại."))


@allow(Permission.RECORD_HOURS)
@require_POST
def look(request: AccessRequest) -> HttpResponse:
    """Look at what one did, and propose hours of it."""
    found = proposals.look(by=request.access, now=clock.now())
    if found:
        words = ngettext("Có %(n)d đề nghị mới để bạn xem.", "Có %(n)d đề nghị mới để bạn xem.", found)
        messages.success(request, words % {"n": found})
    else:
        messages.info(request, _("Không thấy việc nào chưa có giờ làm."))
    return redirect("staff:hours")


@allow(Permission.RECORD_HOURS)
@require_POST
def confirm(request: AccessRequest) -> HttpResponse:
    """One tap: this proposal, or all that are shown, are right."""
    try:
        ids = [UUID(each) for each in request.POST.getlist("chosen")]
        done = duty.confirm(interval_ids=ids, by=request.access, now=clock.now())
    except (ValueError, DutyInterval.DoesNotExist) as refused:
        messages.error(request, getattr(refused, "sentence", _("Lần ghi này không còn. Xem lại danh sách.")))
    else:
        words = ngettext("Đã xác nhận %(n)d lần ghi.", "Đã xác nhận %(n)d lần ghi.", done)
        messages.success(request, words % {"n": done})
    return redirect("staff:hours")


@allow(Permission.RECORD_HOURS)
@require_POST
def decline(request: AccessRequest, duty_id: UUID) -> HttpResponse:
    """This was no work."""
    _own(request, duty_id)
    try:
        duty.decline(interval_id=duty_id, by=request.access, now=clock.now())
    except duty.HoursRefused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, _("Đã bỏ lần ghi này. Bản ghi vẫn được giữ."))
    return redirect("staff:hours")


@allow(Permission.RECORD_HOURS)
@require_http_methods(["GET", "POST"])
def type_in(request: AccessRequest) -> HttpResponse:
    """Hours that were forgotten."""
    today = clock.local_day(clock.now(), request.access.zone)
    return _typing(request, {"day": today - timedelta(days=1)}, None)


@allow(Permission.RECORD_HOURS)
@require_http_methods(["GET", "POST"])
def correct(request: AccessRequest, duty_id: UUID) -> HttpResponse:
    """An entry was not quite right: a new one stands in its place and names it."""
    row = _own(request, duty_id)
    local = (timezone.localtime(row.starts_at), timezone.localtime(row.ends_at))
    return _typing(request, {"day": local[0].date(), "starts": local[0].time(), "ends": local[1].time()}, row)


def _typing(request: AccessRequest, initial: dict[str, object], row: DutyRow | None) -> HttpResponse:
    form = TypedInForm(request.POST or None, initial=initial | {"id": new_id()})
    if request.method == "POST" and form.is_valid():
        command = form.command(zone=request.access.zone, corrects=row.id if row else None)
        try:
            made = duty.type_in(command=command, by=request.access, now=clock.now())
        except duty.HoursRefused as refused:
            form.add_error(refused.field or None, refused.sentence)
        else:
            messages.success(request, _("Đã ghi giờ làm. Người phụ trách sẽ duyệt."))
            return redirect(f"/staff/hours/?month={made.day:%Y-%m}")
    status = INVALID if request.method == "POST" else 200
    return render(request, "staff/hours/type_in.html", {"form": form, "row": row}, status=status)


def _own(request: AccessRequest, duty_id: UUID) -> DutyRow:
    try:
        return get_own(duty_id, person_id=request.access.actor_id)
    except DutyInterval.DoesNotExist as missing:
        raise Http404 from missing


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return new_id()
