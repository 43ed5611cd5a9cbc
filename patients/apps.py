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
        from patients import known, links
        from patients.queries import known as known_here
        from patients.queries.alerts import alert_path
        from patients.queries.labels import labels
        from patients.rules.alert_words import words_for
        from patients.services import persons, retention

        known.register(known_here.own)
        links.register(_("Mọi điều đã ghi…"), permission=Permission.REGISTER_PATIENT, path=known_path)
        links.register(_("Tình trạng HIV…"), permission=Permission.KEEP_HIV_STATUS, path=hiv_path)
        proofs.register("patients.sealed", persons.prove)
        proofs.register("patients.deidentified", retention.prove)
        words.register_patients(labels)
        words.register("alert", words_for, name=_("Cảnh báo"), path=alert_path)
        navigation.register(_("Người bệnh"), "/patients/", Permission.VIEW_PATIENT, order=30, at_facility=True)
        navigation.register(_("Hết hạn lưu danh tính"), "/patients/retention/", Permission.END_RECORDS, order=86)
        _data_requests()


def _data_requests() -> None:
    """What people ask about their own data: how long it may take, and the tasks of who answers."""
    from facilities import words as setting_words
    from facilities.services import settings
    from followup import words
    from patients.queries.known import request_path
    from patients.rules import data_requests as rules
    from patients.services import data_requests

    settings.register(rules.DataSettings)
    setting_words.register(rules.DataSettings, rules.TITLE, rules.SETTING_WORDS)
    for kind, name, sentence in (
        (data_requests.ANSWER, _("Trả lời yêu cầu về dữ liệu cá nhân"), rules.answer_sentence),
        (data_requests.DO, _("Làm xong yêu cầu về dữ liệu cá nhân"), rules.do_sentence),
    ):
        words.register_task(kind, name, sentence, outcomes={}, by_itself=rules.TASK_ENDS, path=request_path)


def hiv_path(patient_id: UUID) -> str:
    return reverse("patients:hiv", args=[patient_id])


def known_path(patient_id: UUID) -> str:
    return reverse("patients:known", args=[patient_id])
