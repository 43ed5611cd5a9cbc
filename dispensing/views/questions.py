"""Questions to the main clinic: the list, a new one about a patient, one with everything said of it, one more word."""

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from core import clock
from core.access import AccessRequest, Permission, allow
from core.views.pages import INVALID
from dispensing.forms.questions import AskForm, SayForm
from dispensing.models import Question
from dispensing.queries import questions as queries
from dispensing.queries.questions import Talk
from dispensing.rules.question_codes import SAID_WORDS, Said, Turn, Urgency
from dispensing.rules.questions import MAIN
from dispensing.services import questions
from dispensing.services.doses import OtherContent
from dispensing.services.questions import QuestionRefused
from dispensing.views.following import whom
from dispensing.views.mishaps import STANDS

_DONE: Final = {
    Said.ANSWER: gettext_lazy("Đã ký trả lời. Trạm thấy ngay."),
    Said.ASK_BACK: gettext_lazy("Đã hỏi lại trạm."),
    Said.REPLY: gettext_lazy("Đã gửi cho cơ sở điều trị."),
    Said.CLOSE: gettext_lazy("Đã xong câu hỏi."),
}


@allow(*queries.LOOK)
@require_safe
def index(request: AccessRequest) -> HttpResponse:
    """A clinic sees the open ones of all its satellites, overdue first; a site its own, and those that are over."""
    now, access = clock.now(), request.access
    asked = request.GET.get("page", "1")
    page = int(asked) if asked.isascii() and asked.isdigit() and 0 < int(asked) < 10_000 else 1
    closed, more = queries.closed_ones(access, page=page, now=now)
    context = {
        "open": queries.open_ones(access, now=now) if page == 1 else (), "closed": closed, "page": page, "more": more,
    }  # fmt: skip
    return render(request, "dispensing/questions/index.html", context)


@allow(Permission.ASK_CLINIC)
@require_http_methods(["GET", "POST"])
def ask(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    """Ask the main clinic about a patient who drinks here."""
    shown, now = whom(request, patient_id), clock.now()
    if not queries.may_ask(shown, request.access):
        raise Http404
    clinic = queries.clinic_of(shown.place.pk, day=shown.today)
    form = AskForm(request.POST or None, initial={"urgency": str(Urgency.WAITING)})
    if form.is_bound and form.is_valid():
        try:
            made = questions.ask(new=form.new_question(shown.patient.pk), by=request.access, now=now)
        except QuestionRefused as refused:
            form.refuse(refused)
        except OtherContent:
            form.add_error(None, STANDS)
        else:
            messages.success(request, _("%(code)s: đã gửi câu hỏi.") % {"code": shown.patient.code})
            return redirect("dispensing:question", made.pk)
    context = {"form": form, "shown": shown, "clinic": clinic}
    return render(request, "dispensing/questions/ask.html", context, status=INVALID if form.is_bound else 200)


@allow(*queries.LOOK)
@require_safe
def question(request: AccessRequest, question_id: UUID) -> HttpResponse:
    """One question: what was said, and the one thing to say now."""
    talk = _talk(request, question_id)
    main = next((step for step in MAIN if step in talk.steps and _offered(step, talk)), None) if talk.row.mine else None
    form = SayForm(step=main) if main else None
    return render(request, "dispensing/questions/question.html", _context(request, talk, main, form))


@sensitive_post_parameters("own_pin")
@allow(*queries.LOOK)
@require_http_methods(["GET", "POST"])
def say(request: AccessRequest, question_id: UUID, said: str) -> HttpResponse:
    """One more word of a question: an answer, a question back, something more, or that it is over."""
    talk = _talk(request, question_id)
    try:
        step = Said(said)
    except ValueError as error:
        raise Http404 from error
    if request.method == "GET" and step not in talk.steps:
        return redirect("dispensing:question", question_id)
    form = SayForm(request.POST or None, step=step)
    if form.is_bound and form.is_valid():
        try:
            questions.say(saying=form.saying(question_id), by=request.access, now=clock.now())
        except QuestionRefused as refused:
            form.refuse(refused)
        except OtherContent:
            form.add_error(None, STANDS)
        else:
            messages.success(request, str(_DONE.get(step, "")))
            return redirect("dispensing:question", question_id)
    context = _context(request, talk, step, form)
    return render(request, "dispensing/questions/question.html", context, status=INVALID if form.is_bound else 200)


def _talk(request: AccessRequest, question_id: UUID) -> Talk:
    try:
        return queries.get_talk(question_id, request.access, now=clock.now())
    except Question.DoesNotExist as error:
        raise Http404 from error


def _offered(step: Said, talk: Talk) -> bool:
    """An answer that came is read and done with; to ask further is the choice beside it."""
    return step is Said.CLOSE or talk.row.state is not Turn.ANSWERED


def _context(request: AccessRequest, talk: Talk, main: Said | None, form: SayForm | None) -> dict[str, object]:
    return {
        "talk": talk,
        "row": talk.row,
        "main": main,
        "main_words": SAID_WORDS[main] if main else "",
        "others": [(step, SAID_WORDS[step]) for step in talk.steps if step is not main],
        "form": form,
        "patient_path": queries.patient_path(talk.question, request.access),
        "prescribes": request.access.may_at(Permission.PRESCRIBE, talk.question.facility_id),
        "site_side": request.access.facility_id == talk.question.facility_id,
        "phone_order": request.access.may_at(Permission.GIVE_DOSE, talk.question.facility_id),
    }
