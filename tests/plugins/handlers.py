"""One chain of middleware for all test clients of a process: loading it (WhiteNoise reads every static file) takes as
long as a page. Changed settings load it anew."""

from typing import Any, Final

import pytest
from django.core.handlers.base import BaseHandler
from django.core.signals import setting_changed
from django.test.client import ClientHandler

PARTS: Final = (
    "_middleware_chain",
    "_view_middleware",
    "_template_response_middleware",
    "_exception_middleware",
)
_loaded: dict[bool, dict[str, Any]] = {}


def load_middleware(handler: BaseHandler, is_async: bool = False) -> None:
    """In place of BaseHandler's: it keeps nothing of a request, so one serves every client."""
    if is_async not in _loaded:
        BaseHandler.load_middleware(handler, is_async)
        _loaded[is_async] = {part: getattr(handler, part) for part in PARTS}
    vars(handler).update(_loaded[is_async])


def forget(**_: object) -> None:
    _loaded.clear()


@pytest.fixture(autouse=True, scope="session")
def one_chain_of_middleware() -> None:
    ClientHandler.load_middleware = load_middleware  # type: ignore[method-assign]
    setting_changed.connect(forget)
