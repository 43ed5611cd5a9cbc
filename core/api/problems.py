"""Refusals for programs: a machine's code with words for people (RFC 9457, application/problem+json)."""

from typing import Any, Final

from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

PROBLEM_TYPE: Final = "application/problem+json"


class Problem(exceptions.APIException):
    """An expected refusal. `code` is for machines and never renamed, `words` for people."""

    def __init__(self, *, code: str, words: str, status_code: int = status.HTTP_409_CONFLICT, **more: Any) -> None:
        super().__init__(detail=words, code=code)
        self.status_code = status_code
        self.more = more


def handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """What Django REST framework answers to an error: never a page, never a trace."""
    answer = exception_handler(error, context)
    if answer is None:
        return None
    answer.data = {
        "type": "about:blank",
        "title": _title(answer.status_code),
        "status": answer.status_code,
        "code": _code(error),
        "detail": _words(error),
        **getattr(error, "more", {}),
    }
    if isinstance(error, exceptions.ValidationError):
        answer.data["errors"] = error.detail
    answer.content_type = PROBLEM_TYPE
    return answer


def _code(error: Exception) -> str:
    if isinstance(error, Http404):
        return "not_found"
    codes = error.get_codes() if isinstance(error, exceptions.APIException) else "error"
    return codes if isinstance(codes, str) else "invalid"


def _words(error: Exception) -> str:
    detail = getattr(error, "detail", None)
    return str(detail) if isinstance(detail, str) else str(_title(getattr(error, "status_code", 400)))


def _title(status_code: int) -> str:
    return {
        status.HTTP_400_BAD_REQUEST: _("Dữ liệu gửi lên chưa đúng."),
        status.HTTP_401_UNAUTHORIZED: _("Chưa đăng nhập."),
        status.HTTP_403_FORBIDDEN: _("Không được phép."),
        status.HTTP_404_NOT_FOUND: _("Không có."),
        status.HTTP_405_METHOD_NOT_ALLOWED: _("Không làm được bằng cách này."),
        status.HTTP_409_CONFLICT: _("Trái với điều đã ghi."),
        status.HTTP_429_TOO_MANY_REQUESTS: _("Hỏi quá nhanh, chờ một lát."),
    }.get(status_code, _("Không làm được."))
