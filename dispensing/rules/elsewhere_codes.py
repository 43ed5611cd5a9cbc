"""Where a dose was drunk that no record of ours knows, and what a rule has to say about such a dose."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class PlaceKind(StrEnum):
    """What kind of place it is. The value is stored and never renamed."""

    HOSPITAL = "hospital"
    CLINIC = "clinic"
    DETENTION = "detention"
    OTHER = "other"


PLACE_KIND_WORDS: Final[Mapping[PlaceKind, Promise]] = {
    PlaceKind.HOSPITAL: _("bệnh viện"),
    PlaceKind.CLINIC: _("cơ sở methadone khác"),
    PlaceKind.DETENTION: _("nơi tạm giữ, tạm giam"),
    PlaceKind.OTHER: _("nơi khác"),
}
