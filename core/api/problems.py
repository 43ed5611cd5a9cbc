"""Refusals for programs: a machine's code with words for people (RFC 9457, application/problem+json)."""

import re
from typing import Any, Final

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions, status

from core.fhir.outcomes import FHIR, FHIR_JSON, refused

PROBLEM_TYPE: Final = "application/problem+json"
OTHER_CONTENT: Final = "other_content"
_CAPITALS: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
API: Final = "/api/"
REFUSED: Final = status.HTTP_422_UNPROCESSABLE_ENTITY  # well formed, and a rule of the field speaks against it


class Problem(exceptions.APIException):
    """An expected refusal. `code` is for machines and never renamed, `words` for people."""

    def __init__(
        self, *, code: str, words: str, status_code: int = status.HTTP_409_CONFLICT, sign_in: str = "", **more: Any
    ) -> None:
        super().__init__(detail=words or title(status_code), code=code)
        self.status_code = status_code
        self.more = more
        if sign_in:
            self.auth_header = sign_in


def told(status_code: int, code: str, words: str = "") -> dict[str, Any]:
    """The members that every problem has."""
    name = title(status_code)
    return {"type": "about:blank", "title": name, "status": status_code, "code": code, "detail": words or name}


def plain(request: HttpRequest, status_code: int, code: str) -> JsonResponse | None:
    """The problem for an address under the API where nothing of the framework has answered; None elsewhere."""
    if not request.path.startswith(API):
        return None
    if request.path.startswith(FHIR):
        return JsonResponse(refused(status_code, code, title(status_code)), status=status_code, content_type=FHIR_JSON)
    return JsonResponse(told(status_code, code), status=status_code, content_type=PROBLEM_TYPE)


def other_content() -> Problem:
    """This id stands for something else, or was sent by somebody else. Nothing was written but the audit row."""
    return Problem(code=OTHER_CONTENT, words=_("Số này đã dùng cho nội dung khác. Chưa ghi gì thêm."))


def code_of(refused: Exception) -> str:
    """A refusal's code after its class: WrongPin is wrong_pin."""
    return _CAPITALS.sub("_", type(refused).__name__).lower()


def title(status_code: int) -> str:
    """What a status means, in words for people."""
    return {
        status.HTTP_400_BAD_REQUEST: _("Dữ liệu gửi lên chưa đúng."),
        status.HTTP_401_UNAUTHORIZED: _("Chưa đăng nhập."),
        status.HTTP_403_FORBIDDEN: _("Không được phép."),
        status.HTTP_404_NOT_FOUND: _("Không có."),
        status.HTTP_405_METHOD_NOT_ALLOWED: _("Không làm được bằng cách này."),
        status.HTTP_409_CONFLICT: _("Trái với điều đã ghi."),
        status.HTTP_413_REQUEST_ENTITY_TOO_LARGE: _("Gửi quá nhiều trong một lần."),
        REFUSED: _("Chưa ghi được."),
        status.HTTP_429_TOO_MANY_REQUESTS: _("Hỏi quá nhanh, chờ một lát."),
        status.HTTP_500_INTERNAL_SERVER_ERROR: _("Phần mềm gặp lỗi. Chưa ghi gì."),
    }.get(status_code, _("Không làm được."))
