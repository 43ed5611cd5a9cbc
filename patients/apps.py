from uuid import UUID

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class PatientsConfig(AppConfig):
    name = "patients"

    def ready(self) -> None:
        from core import navigation, proofs
        from core.access import Permission
        from followup import words
        from patients import links
        from patients.queries.alerts import alert_path
        from patients.queries.labels import labels
        from patients.rules.alert_words import words_for
        from patients.services import persons

        links.register(_("Tình trạng HIV…"), permission=Permission.KEEP_HIV_STATUS, path=hiv_path)
        proofs.register("patients.sealed", persons.prove)
        words.register_patients(labels)
        words.register("alert", words_for, name=_("Cảnh báo"), path=alert_path)
        navigation.register(_("Người bệnh"), "/patients/", Permission.VIEW_PATIENT, order=30, at_facility=True)


def hiv_path(patient_id: UUID) -> str:
    return reverse("patients:hiv", args=[patient_id])
