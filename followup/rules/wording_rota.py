"""What people are told of the rota and of certificates."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from staff.rules.rota_codes import CertificateKind, RotaRole
from staff.rules.wording_rota import CERTIFICATE_WORDS, ROLE_WORDS

OWN_NAME: Final = gettext_lazy("Chứng chỉ của bạn cần gia hạn")
STAFF_NAME: Final = gettext_lazy("Chứng chỉ của nhân viên cần gia hạn")
OUTCOMES: Final[dict[str, str | Promise]] = {
    "applied": gettext_lazy("Đã đăng ký học hoặc xin cấp lại"),
    "no_course": gettext_lazy("Chưa có lớp, đã báo cấp trên"),
}
BY_ITSELF: Final[dict[str, str | Promise]] = {"renewed": gettext_lazy("Đã có chứng chỉ mới")}


def tomorrow(data: Mapping[str, Any]) -> str:
    return _("Ngày mai %(day)s bạn trực: %(roles)s.") % {"day": _day(data, "day"), "roles": _roles(data)}


def swap(data: Mapping[str, Any]) -> str:
    words = {
        "offered": _("Đồng nghiệp nhờ bạn trực ngày %(day)s: %(roles)s."),
        "agreed": _("Đồng nghiệp đã nhận ca ngày %(day)s: %(roles)s. Chờ người phụ trách duyệt."),
        "done": _("Ca ngày %(day)s đã đổi người: %(roles)s."),
        "declined": _("Đồng nghiệp không nhận ca ngày %(day)s: %(roles)s. Ca vẫn là của bạn."),
        "refused": _("Đổi ca ngày %(day)s không được duyệt: %(roles)s. Ca giữ nguyên."),
    }
    step = str(data.get("step", ""))
    return words[step] % {"day": _day(data, "day"), "roles": _roles(data)} if step in words else ""


def to_decide(data: Mapping[str, Any]) -> str:
    words = _("Hai người đã thống nhất đổi ca ngày %(day)s: %(roles)s. Chờ bạn duyệt.")
    return words % {"day": _day(data, "day"), "roles": _roles(data)}


def certificate(data: Mapping[str, Any]) -> str:
    """No name: whose it is stands on the page behind it."""
    kind = str(data.get("certificate", ""))
    what = str(CERTIFICATE_WORDS[CertificateKind(kind)]) if kind in set(CertificateKind) else kind
    return _("%(what)s: hết hạn ngày %(day)s. Đăng ký học hoặc xin cấp lại.") % {
        "what": what, "day": _day(data, "until"),
    }  # fmt: skip


def _roles(data: Mapping[str, Any]) -> str:
    return ", ".join(str(ROLE_WORDS[RotaRole(role)]) for role in data.get("roles", ()) if role in set(RotaRole))


def _day(data: Mapping[str, Any], name: str) -> str:
    try:
        return f"{date.fromisoformat(str(data.get(name, ''))):%d/%m/%Y}"
    except ValueError:
        return ""
