"""What waits for somebody: the list, one task with its timeline; and what a person was told."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import clock
from core.access import AccessRequest, Permission, allow
from core.views.pages import INVALID
from followup.forms import DoneForm, HandOnForm, NoteForm
from followup.models import Task
from followup.queries import tasks as queries
from followup.queries.cases import Whose
from followup.queries.tasks import TaskView
from followup.services import notices, tasks
from staff.queries.people import with_permission

NOTE, HAND_ON, DONE = "note_%s", "hand_on_%s", "done_%s"


@allow(Permission.VIEW_CASES)
@require_safe
def task_list(request: AccessRequest) -> HttpResponse:
    """Open tasks: my own, or all of my sites (?whose=sites)."""
    asked = request.GET
    whose = Whose.SITES if asked.get("whose") == Whose.SITES else Whose.MINE
    page = asked.get("page", "")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 10 else 1
    shown = queries.open_tasks(access=request.access, whose=whose, now=clock.now(), page=number)
    if "whose" not in asked and not shown.mine and shown.sites:
        return redirect("/cases/tasks/?whose=sites")
    return render(request, "followup/tasks.html", {"tasks": shown})


@allow(Permission.VIEW_CASES)
@require_safe
def task(request: AccessRequest, task_id: UUID) -> HttpResponse:
    return _page(request, task_id)


@allow(Permission.VIEW_CASES)
@require_POST
def done(request: AccessRequest, task_id: UUID) -> HttpResponse:
    """Say what was done."""
    shown = _view(request, task_id)
    form = DoneForm(request.POST, outcomes=shown.outcomes, auto_id=DONE)
    if form.is_valid():
        said = form.cleaned_data
        try:
            tasks.done(
                task_id=task_id, outcome=said["outcome"], words=said["words"], by=request.access, now=clock.now()
            )
        except tasks.TaskRefused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, _("Đã ghi: việc này xong."))
            return redirect("followup:tasks")
    return _page(request, task_id, done=form)


@allow(Permission.VIEW_CASES)
@require_POST
def task_note(request: AccessRequest, task_id: UUID) -> HttpResponse:
    form = NoteForm(request.POST, auto_id=NOTE)
    if form.is_valid():
        try:
            tasks.note(task_id=task_id, words=form.cleaned_data["words"], by=request.access, now=clock.now())
        except Task.DoesNotExist as error:
            raise Http404 from error
        except tasks.TaskRefused as refused:
            form.add_error(None, refused.sentence)
        else:
            return redirect("followup:task", task_id)
    return _page(request, task_id, note=form)


@allow(Permission.VIEW_CASES)
@require_POST
def task_hand_on(request: AccessRequest, task_id: UUID) -> HttpResponse:
    shown = _view(request, task_id)
    form = HandOnForm(request.POST, people=_people(shown), auto_id=HAND_ON)
    if form.is_valid():
        said = form.cleaned_data
        try:
            tasks.hand_on(task_id=task_id, to_id=said["to"], words=said["words"], by=request.access, now=clock.now())
        except tasks.TaskRefused as refused:
            form.add_error("to", refused.sentence)
        else:
            messages.success(request, _("Đã chuyển việc này cho người phụ trách mới."))
            return redirect("followup:tasks")
    return _page(request, task_id, hand_on=form)


@allow()
@require_safe
def notice_list(request: AccessRequest) -> HttpResponse:
    """What the person was told, unread first."""
    return render(request, "followup/notices.html", {"notices": queries.notices(access=request.access)})


@allow()
@require_POST
def notices_read(request: AccessRequest) -> HttpResponse:
    """The person has read everything that the page showed."""
    shown = [UUID(text) for text in request.POST.getlist("notice") if _is_uuid(text)]
    notices.read(notice_ids=shown, by=request.access, now=clock.now())
    return redirect("followup:notices")


def _view(request: AccessRequest, task_id: UUID) -> TaskView:
    try:
        return queries.task_view(task_id, access=request.access, now=clock.now())
    except Task.DoesNotExist as error:
        raise Http404 from error


def _page(request: AccessRequest, task_id: UUID, **forms: Any) -> HttpResponse:
    """The task's page; a form given is one that was refused, with what was typed."""
    shown = _view(request, task_id)
    context = {
        "shown": shown,
        "done_form": forms.get("done") or DoneForm(outcomes=shown.outcomes, auto_id=DONE),
        "note_form": forms.get("note") or NoteForm(auto_id=NOTE),
        "hand_on_form": forms.get("hand_on") or HandOnForm(people=_people(shown), auto_id=HAND_ON),
    }
    return render(request, "followup/task.html", context, status=INVALID if forms else 200)


def _people(shown: TaskView) -> list[tuple[int, str]]:
    able = with_permission(Permission.VIEW_CASES, facility_id=shown.task.facility_id, now=clock.now())
    return [(person.pk, person.full_name) for person in able.exclude(pk=shown.task.owner_id)]


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
