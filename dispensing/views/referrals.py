"""Referrals: the list, one of them with its timeline and the one next action, each step, and the papers."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from core import clock
from core.access import AccessRequest, Permission, allow
from core.papers import Paper, pdf
from core.views.pages import INVALID
from dispensing.forms.referrals import DraftForm, StepForm
from dispensing.models import Referral
from dispensing.queries import referral_pages as pages
from dispensing.queries import referral_papers as papers
from dispensing.queries import referrals as lists
from dispensing.queries.referrals import Life
from dispensing.rules.referral_codes import KIND_WORDS, STEP_WORDS, Initiator
from dispensing.rules.referral_table import Kind, Step, row_of
from dispensing.services import referral_taking, referrals
from dispensing.services.referral_steps import At, OtherContent, ReferralRefused
from patients.models import Patient


@allow(*lists.LOOK)
@require_safe
def index(request: AccessRequest) -> HttpResponse:
    """A clinic sees the open ones of all its satellites, overdue first; a site its own, and what became of them."""
    now, access = clock.now(), request.access
    asked = request.GET.get("page", "1")
    page = int(asked) if asked.isascii() and asked.isdigit() and 0 < int(asked) < 10_000 else 1
    ended, more = lists.ended_ones(access, page=page, now=now)
    context = {
        "open": lists.open_ones(access, now=now) if page == 1 else (),
        "ended": ended,
        "page": page,
        "more": more,
        "coming": pages.coming_and_going(access.facility_id or 0, now=now, zone=access.zone),
    }
    return render(request, "dispensing/referrals/index.html", context)


@allow(*lists.LOOK)
@require_safe
def referral(request: AccessRequest, referral_id: UUID) -> HttpResponse:
    """One referral: the case, the timeline, whose turn it is, and the one thing to do now."""
    life = _life(request, referral_id)
    return render(request, "dispensing/referrals/referral.html", pages.of_life(life, request.access))


@allow(Permission.REFER_PATIENT, Permission.ANSWER_REFERRAL)
@require_http_methods(["GET", "POST"])
def new(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    """That a patient who drinks here is to go elsewhere."""
    now, access = clock.now(), request.access
    try:
        about = pages.to_be_referred(patient_id, access=access, now=now)
    except Patient.DoesNotExist as error:
        raise Http404 from error
    if about.open_id is not None:
        return redirect("dispensing:referral", about.open_id)
    own = Initiator.CLINIC if Kind.TRANSFER_IN in about.kinds else Initiator.SITE
    kind = next((each for each in about.kinds if each == request.GET.get("kind")), about.kinds[0])
    form = DraftForm(request.POST or None, kind=kind, satellites=about.satellites, own=own)
    if form.is_bound and form.is_valid():
        try:
            made = referrals.draft(new=form.new_referral(patient_id), by=access, now=now)
        except ReferralRefused as refused:
            form.refuse(refused.wrong)
        except OtherContent:
            form.add_error(None, _("Phiếu này đã được gửi với nội dung khác. Mở lại danh sách và xem."))
        else:
            messages.success(request, _("Đã lập phiếu. Xem lại rồi gửi."))
            return redirect("dispensing:referral", made.pk)
    others = [(each, KIND_WORDS[each]) for each in about.kinds if each is not kind]
    context = {"form": form, "about": about, "kind_words": KIND_WORDS[kind], "others": others}
    return render(request, "dispensing/referrals/new.html", context, status=INVALID if form.is_bound else 200)


@allow(*lists.LOOK)
@sensitive_post_parameters("own_pin")
@require_http_methods(["GET", "POST"])
def step(request: AccessRequest, referral_id: UUID, referral_step: str) -> HttpResponse:
    """One step of a referral, with what its row of the table asks for."""
    life = _life(request, referral_id)
    wanted = _step(referral_step)
    row = row_of(wanted, state=life.row.state, kind=life.row.kind)
    if row is None or (request.method == "GET" and wanted not in life.steps):
        if request.method == "POST" and not pages.step_taken(request.POST.get("id", ""), referral_id):
            messages.error(request, _("Phiếu đã sang bước khác. Chưa ghi gì thêm; xem lại ở dưới."))
        return redirect("dispensing:referral", referral_id)
    orders = pages.answering_orders(life.referral) if row.order else ()
    form = StepForm(
        request.POST or None, row=row, kind=life.row.kind, orders=orders, initial=pages.first_values(life, wanted)
    )
    if form.is_bound and form.is_valid() and _taken(request, form, wanted, referral_id):
        return redirect("dispensing:referral", referral_id)
    context = pages.of_life(life, request.access) | {
        "form": form, "step": wanted, "title": STEP_WORDS[wanted], "orders": orders, "asks_order": row.order,
    }  # fmt: skip
    return render(request, "dispensing/referrals/step.html", context, status=INVALID if form.is_bound else 200)


@allow(*lists.LOOK)
@require_safe
def slip(request: AccessRequest, referral_id: UUID) -> HttpResponse:
    """The referral slip, to be signed and taken along."""
    life = _life(request, referral_id)
    return _as_file(papers.slip(life, by=request.access, now=clock.now()), "referral")


@allow(*lists.LOOK)
@require_safe
def dossier(request: AccessRequest, referral_id: UUID) -> HttpResponse:
    """What goes with the patient to a satellite: doses, order, tests, checklist, signatures."""
    life = _life(request, referral_id)
    return _as_file(papers.dossier(life, by=request.access, now=clock.now()), "dossier")


def _taken(request: AccessRequest, form: StepForm, wanted: Step, referral_id: UUID) -> bool:
    """Take the step; False where it was refused, with each refusal at its field."""
    said = form.cleaned_data
    checks = sorted(said.get("checks", []))
    at = At(
        id=said["id"],
        referral_id=referral_id,
        step=wanted,
        by=request.access,
        now=clock.now(),
        words=said.get("words", "").strip(),
        stated={"day": said.get("day"), "order": said.get("prescription", ""), "checks": checks},
    )
    try:
        referral_taking.take_step(at, said)
    except ReferralRefused as refused:
        form.refuse(refused.wrong)
        return False
    except OtherContent:
        form.add_error(None, _("Bước này đã được gửi với nội dung khác. Mở lại phiếu và xem."))
        return False
    messages.success(request, _("Đã ghi."))
    return True


def _step(name: str) -> Step:
    try:
        return Step(name)
    except ValueError as error:
        raise Http404 from error


def _life(request: AccessRequest, referral_id: UUID) -> Life:
    try:
        return lists.get_life(referral_id, request.access, now=clock.now())
    except Referral.DoesNotExist as error:
        raise Http404(_("Không có phiếu này.")) from error


def _as_file(paper: Paper, name: str) -> HttpResponse:
    """A paper as PDF that no cache keeps."""
    made = HttpResponse(pdf(paper), "application/pdf")
    made["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    made["Cache-Control"] = "no-store"
    return made
