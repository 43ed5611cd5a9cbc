"""The physician's page of what was done in their name: sign it, or say that it was never ordered."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from core import clock
from core.access import AccessRequest, Permission, allow
from core.views.pages import INVALID
from dispensing.forms.named_orders import CountersignForm, DisownForm
from dispensing.models import PhoneOrder
from dispensing.queries import named_orders as queries
from dispensing.services import named_orders as service
from dispensing.services.named_orders import OrderRefused, ShownOther
from staff.services.pins import PinRefused

PAGE = "dispensing/prescriptions/in_my_name.html"


@allow(Permission.PRESCRIBE)
@require_safe
def index(request: AccessRequest) -> HttpResponse:
    """Every order in this physician's name that is not signed, the oldest first."""
    return _page(request)


@allow(Permission.PRESCRIBE)
@sensitive_post_parameters("pin")
@require_POST
def sign(request: AccessRequest, named_order_id: UUID) -> HttpResponse:
    """Sign exactly what was shown."""
    form = CountersignForm(request.POST)
    if not form.is_valid():
        return _page(request, named_order_id, sign_form=form)
    said, now = form.cleaned_data, clock.now()
    try:
        service.countersign(
            order_id=named_order_id, by=request.access, pin=said["pin"], shown_digest=said["shown_digest"], now=now
        )
    except PinRefused as refused:
        form.add_error("pin", refused.sentence)
    except OrderRefused as refused:
        form.add_error(None, refused.sentence)
    except ShownOther:
        form.add_error(None, _("Đây không còn là nội dung bạn đã xem. Xem lại rồi ký."))
    except PhoneOrder.DoesNotExist as error:
        raise Http404 from error
    else:
        messages.success(request, _("Đã ký y lệnh."))
        return redirect("dispensing:in_my_name")
    return _page(request, named_order_id, sign_form=form)


@allow(Permission.PRESCRIBE)
@sensitive_post_parameters("pin")
@require_POST
def disown(request: AccessRequest, named_order_id: UUID) -> HttpResponse:
    """Say that it was never ordered: it stops at once and a case is opened."""
    form = DisownForm(request.POST)
    if not form.is_valid():
        return _page(request, named_order_id, disown_form=form)
    said, now = form.cleaned_data, clock.now()
    try:
        service.disown(order_id=named_order_id, words=said["words"], by=request.access, pin=said["pin"], now=now)
    except PinRefused as refused:
        form.add_error("pin", refused.sentence)
    except OrderRefused as refused:
        form.add_error(refused.field, refused.sentence)
    except PhoneOrder.DoesNotExist as error:
        raise Http404 from error
    else:
        messages.success(request, _("Đã ghi: bạn không ra y lệnh này. Y lệnh ngừng ngay, người phụ trách được báo."))
        return redirect("dispensing:in_my_name")
    return _page(request, named_order_id, disown_form=form)


def _page(
    request: AccessRequest,
    about: UUID | None = None,
    *,
    sign_form: CountersignForm | None = None,
    disown_form: DisownForm | None = None,
) -> HttpResponse:
    """`about`: the order whose form came back with something wrong."""
    by, now = request.access, clock.now()
    waiting, answered = queries.of_physician(by, now)
    if about is not None and about not in {line.id for line in (*waiting, *answered)}:
        raise Http404
    context: dict[str, Any] = {
        "waiting": [_forms(line, about, sign_form, disown_form) for line in waiting],
        "answered": answered,
        "applied": queries.applied_steps(by, now),
        "refused": [e for form in (sign_form, disown_form) if form for e in form.non_field_errors()],
    }
    return render(request, PAGE, context, status=INVALID if about else 200)


def _forms(
    line: queries.NamedLine, about: UUID | None, sign_form: CountersignForm | None, disown_form: DisownForm | None
) -> dict[str, Any]:
    mine = line.id == about
    return {
        "line": line,
        "sign": sign_form if mine and sign_form else CountersignForm(auto_id=f"sign_{line.id}_%s"),
        "disown": disown_form if mine and disown_form else DisownForm(auto_id=f"disown_{line.id}_%s"),
        "disowning": mine and disown_form is not None,
    }
