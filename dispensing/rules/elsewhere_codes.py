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
    TAKE_HOME = "take_home"  # handed out by another place for that very day, before the patient began here


PLACE_KIND_WORDS: Final[Mapping[PlaceKind, Promise]] = {
    PlaceKind.HOSPITAL: _("bệnh viện"),
    PlaceKind.CLINIC: _("cơ sở methadone khác"),
    PlaceKind.DETENTION: _("nơi tạm giữ, tạm giam"),
    PlaceKind.OTHER: _("nơi khác"),
    PlaceKind.TAKE_HOME: _("thuốc mang về, cấp trước khi dùng Trạm"),
}

# What a person picks from; the rest comes with the start of a site alone.
PICKED: Final = (PlaceKind.HOSPITAL, PlaceKind.CLINIC, PlaceKind.DETENTION, PlaceKind.OTHER)
