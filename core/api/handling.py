"""What Django REST framework answers to an error: a problem (core.api.problems), never a page, never a trace.

Apart from the problems themselves, because who authenticates raises them before the framework's views can be loaded.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from core.api.problems import PROBLEM_TYPE, title, told


def handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """The problem for an error that is expected; None lets any other through to the error page."""
    answer = exception_handler(error, context)
    if answer is None:
        return None
    answer.data = told(answer.status_code, _code(error), _words(error, answer.status_code)) | getattr(error, "more", {})
    if isinstance(error, exceptions.ValidationError):
        answer.data["errors"] = error.detail
    answer.content_type = PROBLEM_TYPE
    return answer


def _code(error: Exception) -> str:
    if isinstance(error, Http404):
        return "not_found"
    if isinstance(error, PermissionDenied):
        return "permission_denied"
    codes = error.get_codes() if isinstance(error, exceptions.APIException) else "error"
    return codes if isinstance(codes, str) else "invalid"


def _words(error: Exception, status_code: int) -> str:
    detail = getattr(error, "detail", None)
    return str(detail) if isinstance(detail, str) else title(status_code)
