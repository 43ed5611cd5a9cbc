"""How the product may tell its people, outside itself, that something waits for them."""

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import clock, outgoing
from core.access import AccessRequest, allow
from core.views.pages import INVALID
from staff.forms_reach import ReachForm
from staff.models import Person
from staff.services import reach as wishes


@allow()
@require_http_methods(["GET", "POST"])
def reach(request: AccessRequest) -> HttpResponse:
    """Choose one's own channels; the page shows word for word what would come."""
    form = ReachForm(request.POST or None, person=cast(Person, request.user), channels=settings.CHANNELS)
    if request.method == "POST" and form.is_valid():
        try:
            wishes.choose(reach=form.reach(), by=request.access, now=clock.now())
        except wishes.ReachRefused as refused:
            form.add_error(refused.field, refused.sentence)
        else:
            messages.success(request, _("Đã ghi cách báo tin cho bạn."))
            return redirect("staff:me")
    context = {"form": form, "sentence": outgoing.text(), "any": bool(settings.CHANNELS)}
    return render(request, "staff/reach.html", context, status=INVALID if request.method == "POST" else 200)
