"""The one sentence that leaves the product: that something waits, and where the product is. Never what, never who."""

from django.conf import settings
from django.utils.translation import gettext, override


def sentence() -> str:
    """What a message says, the same for everybody; in the language of the field, whoever's job it is to send it."""
    with override(settings.LANGUAGE_CODE):
        return gettext("Trạm: có việc cần xem. Mở Trạm.")


def text() -> str:
    """The sentence and the address of the installation's start page. Short enough for one SMS in Vietnamese."""
    return f"{sentence()} {settings.START_PAGE}".strip()
