from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PatientsConfig(AppConfig):
    name = "patients"

    def ready(self) -> None:
        from core import navigation, proofs
        from core.access import Permission
        from followup import words
        from patients.queries.alerts import alert_path
        from patients.queries.labels import labels
        from patients.rules.alert_words import words_for
        from patients.services import persons

        proofs.register("patients.sealed", persons.prove)
        words.register_patients(labels)
        words.register("alert", words_for, name=_("Cảnh báo"), path=alert_path)
        navigation.register(_("Người bệnh"), "/patients/", Permission.VIEW_PATIENT, order=30, at_facility=True)
