"""What keeps the product running, for who runs it. Nothing of the field stands here."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import clock
from core.access import AccessRequest, Permission, allow
from core.models import JobRun
from core.operations import figures
from core.queries import health
from core.queries import operations as shown
from core.services import runs


@allow(Permission.VIEW_OPERATIONS)
@require_safe
def operations(request: AccessRequest) -> HttpResponse:
    now = clock.now()
    lines = shown.lines(now=now)
    context = {
        "parts": health.parts(now=now),
        "queue": health.queue_length(),
        "nightly": [line for line in lines if line.job.nightly],
        "frequent": [line for line in lines if not line.job.nightly],
        "dead": shown.dead(now=now),
        "figures": figures(now=now),
    }
    return render(request, "core/operations.html", context)


@allow(Permission.VIEW_OPERATIONS)
@require_POST
def dead(request: AccessRequest) -> HttpResponse:
    """Say of a job that nobody tries again: try it again, or it has been seen."""
    run_id = request.POST.get("run", "")
    if not run_id.isdecimal() or len(run_id) > 18:
        raise Http404
    again = request.POST.get("what") == "again"
    try:
        (runs.ask_again if again else runs.see)(run_id=int(run_id), by=request.access, now=clock.now())
    except JobRun.DoesNotExist as gone:
        raise Http404 from gone
    if again:
        messages.success(request, _("Đã ghi yêu cầu chạy lại. Việc bắt đầu sau ít phút, khi tiến trình nền sẵn sàng."))
    else:
        messages.success(request, _("Đã ghi là đã xem."))
    return redirect("core:operations")
