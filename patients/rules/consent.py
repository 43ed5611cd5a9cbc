"""What a patient is asked to agree to. A new text is a new version; the old agreements keep the one they were
given to.
"""

from enum import StrEnum
from typing import Final


class Purpose(StrEnum):
    RECORD_KEEPING = "record_keeping"
    PHOTO = "photo"  # the face beside the name, for who pours


CONSENT_VERSION: Final = "2026-11"
