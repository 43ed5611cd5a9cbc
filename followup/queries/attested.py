"""Signatures that cases are about: in words, and the way to the act that was signed."""

from collections.abc import Mapping
from uuid import UUID

from django.utils.translation import gettext as _

from core.access import Access
from staff import kinds
from staff.models import Attestation


def words(code: str, data: Mapping[str, str]) -> tuple[str, str]:
    """What is wrong and what to do, of a signature by code that its owner disowns."""
    if code != "not_as_told":
        return code, ""
    said = {"act": kinds.label_of(data.get("act_kind", "")), "told": data.get("told", "")}
    what = _("Việc đã ký: %(act)s. Người chứng kiến từ xa báo đã nghe là: “%(told)s”.") % said
    return what, _("Gọi cả hai người, xem bản ghi và chai thuốc, rồi ghi kết luận. Chữ ký và lời báo đều giữ nguyên.")


def path(attestation_id: UUID, access: Access) -> str | None:
    """The act that was signed, where it has a page and the person reaches its facility."""
    signed = Attestation.objects.filter(pk=attestation_id, facility_id__in=access.reach).first()
    return kinds.address_of(signed.act_kind, signed.act_id) or None if signed else None
