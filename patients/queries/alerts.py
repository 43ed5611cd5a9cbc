"""A patient's alerts and language: what stands, what is over, what was explained; no medicine's name."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from core.access import Access, Permission
from patients.models import Alert, Explained, Patient, Speech
from patients.queries.reach import get_patient

ENDED_SHOWN = 30


@dataclass(frozen=True)
class AlertsPage:
    """Everything of the alerts' page but the names of medicines."""

    patient: Patient
    standing: tuple[Alert, ...]
    ended: tuple[Alert, ...]
    needs_interpreter: bool


@dataclass(frozen=True)
class PhrasesPage:
    """Whose language it is, and what was explained to them last."""

    patient: Patient
    needs_interpreter: bool
    last: Explained | None


def alerts_page(patient_id: UUID, *, access: Access, day: date) -> AlertsPage:
    """Three statements. Raises Patient.DoesNotExist out of reach."""
    patient = get_patient(patient_id, access=access, permission=Permission.RECORD_ALERT, day=day)
    found = list(
        Alert.objects.filter(patient=patient)
        .select_related("recorded_by", "ended_by")
        .order_by("-since", "-recorded_at", "pk")
    )
    return AlertsPage(
        patient=patient,
        standing=tuple(alert for alert in found if alert.ended_on is None),
        ended=tuple(alert for alert in found if alert.ended_on is not None)[:ENDED_SHOWN],
        needs_interpreter=_needs_interpreter(patient),
    )


def phrases_page(patient_id: UUID, *, access: Access, day: date) -> PhrasesPage:
    """Three statements. Raises Patient.DoesNotExist out of reach."""
    patient = get_patient(patient_id, access=access, permission=Permission.RECORD_ALERT, day=day)
    last = Explained.objects.filter(patient=patient).select_related("explained_by").order_by("-explained_at", "-id")
    return PhrasesPage(patient, _needs_interpreter(patient), last.first())


def alert_path(alert_id: UUID, access: Access) -> str | None:
    """The page on which an alert stands, for who may open it."""
    if not access.may(Permission.RECORD_ALERT):
        return None
    patient_id = Alert.objects.filter(pk=alert_id).values_list("patient_id", flat=True).first()
    return f"/patients/{patient_id}/alerts/" if patient_id else None


def _needs_interpreter(patient: Patient) -> bool:
    return Speech.objects.filter(patient=patient, needs_interpreter=True).exists()
