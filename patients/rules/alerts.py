"""The closed lists of alerts (domain 12.2): what may be recorded, and what a known medicine does to methadone."""

from enum import StrEnum
from typing import Final


class AlertKind(StrEnum):
    """What is to be heeded. The value is stored and never renamed."""

    PREGNANCY = "pregnancy"
    MEDICINE = "medicine"
    QT = "qt"
    LIVER = "liver"
    EPILEPSY = "epilepsy"
    SEDATIVES = "sedatives"
    ALCOHOL = "alcohol"


class MedicineEffect(StrEnum):
    """What a medicine does to methadone: the class that is shown where the name is not."""

    RAISES = "raises"
    LOWERS = "lowers"
    UNKNOWN = "unknown"


class MedicineChange(StrEnum):
    """Stopping moves the level of methadone as starting does, the other way."""

    STARTED = "started"
    STOPPED = "stopped"


class AlertSource(StrEnum):
    """Who said so."""

    PATIENT = "patient"
    PAPER = "paper"
    CLINIC = "clinic"


class EndedWhy(StrEnum):
    """It is over, or it should not have been recorded."""

    OVER = "over"
    MISTAKE = "mistake"


class Interpreter(StrEnum):
    """By whose mouth something was explained: a role, never a name."""

    NONE = "none"
    RELATIVE = "relative"
    VILLAGE_WORKER = "village_worker"
    HEALTH_WORKER = "health_worker"
    BY_PHONE = "by_phone"


OTHER: Final = "other"

# Domain 12.2 names them. The first five speed up the breakdown of methadone, the azoles slow it down.
MEDICINES: Final[dict[str, MedicineEffect]] = {
    "rifampicin": MedicineEffect.LOWERS,
    "efavirenz": MedicineEffect.LOWERS,
    "nevirapine": MedicineEffect.LOWERS,
    "carbamazepine": MedicineEffect.LOWERS,
    "phenytoin": MedicineEffect.LOWERS,
    "azole": MedicineEffect.RAISES,
}


def effect_of(medicine: str, said: MedicineEffect) -> MedicineEffect:
    """The effect of a medicine of the list; of any other, what was said."""
    return MEDICINES.get(medicine, said)
