"""Who asks the JSON API: the session of the product itself."""

from django.http import HttpRequest
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request


class ProductSession(SessionAuthentication):
    """A signed-in browser's session, with its CSRF token for whatever writes. A stranger is told 401, not 403."""

    def authenticate_header(self, request: Request | HttpRequest) -> str:
        return "Session"
