"""The photos of a spill, a destruction or a loss, for who sees the stock of the facility that took them."""

from collections.abc import Collection
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core import attachments
from core.access import AccessRequest, Permission, allow
from inventory.models import LossReport
from inventory.queries.lives import photos_of


@allow(Permission.VIEW_STOCK)
@require_safe
def of_act(request: AccessRequest, act_id: UUID, digest: str) -> HttpResponse:
    """One picture that was signed with an act of a facility whose stock they see; 404 for every other."""
    reach = request.access.reach_by_permission[Permission.VIEW_STOCK]
    return _answer(digest, photos_of(act_id, facility_ids=reach))


@allow(Permission.VIEW_STOCK)
@require_safe
def of_loss(request: AccessRequest, loss_id: UUID, digest: str) -> HttpResponse:
    """One picture of a loss report of this facility; 404 for every other."""
    rows = LossReport.objects.filter(pk=loss_id, facility_id=request.access.facility_id or 0)
    return _answer(digest, rows.values_list("photos", flat=True).first() or ())


def _answer(digest: str, among: Collection[str]) -> HttpResponse:
    if digest not in among:
        raise Http404(_("Không có ảnh này."))
    try:
        return attachments.answer(digest)
    except FileNotFoundError as missing:
        raise Http404(_("Không có ảnh này.")) from missing
