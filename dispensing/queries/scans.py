"""Where a scanned treatment card leads: to the patient's card at the acting facility."""

from core import clock
from core.access import Access, Permission
from patients.queries.cards import card_patient


def card(number: int, access: Access) -> str | None:
    """The opened patient, recognised by the card; None for a card that is revoked or of another site."""
    if not access.may(Permission.GIVE_DOSE):
        return None
    patient_id = card_patient(number, access, day=clock.local_day(clock.now(), access.zone))
    return f"/dispensing/patients/{patient_id}/?by=card" if patient_id else None
