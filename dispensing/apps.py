from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DispensingConfig(AppConfig):
    """Hands to the rooms below what they may not look up here: navigation, settings, scans, words, proofs."""

    name = "dispensing"

    def ready(self) -> None:
        from core import navigation, proofs, scanning
        from core.access import Permission
        from dispensing.queries import scans
        from dispensing.queries.doses import dose_path, void_address
        from dispensing.rules import wording_settings
        from dispensing.rules.incident_settings import IncidentSettings
        from dispensing.rules.settings import DosingSettings
        from dispensing.rules.violations import words_for
        from dispensing.services import alarms
        from dispensing.services.proofs import PROOFS
        from facilities import words as setting_words
        from facilities.services import settings
        from followup import words
        from patients.queries.alerts import alert_path
        from patients.rules.scancodes import CARD
        from staff import kinds

        navigation.register(_("Cấp phát"), "/dispensing/", Permission.VIEW_ROSTER, order=10, at_facility=True)
        navigation.register(_("Đơn thuốc"), "/dispensing/prescriptions/", Permission.PLACE_HOLD, order=15)
        settings.register(DosingSettings)
        settings.register(IncidentSettings)
        setting_words.register(IncidentSettings, wording_settings.INCIDENT_TITLE, wording_settings.INCIDENT_WORDS)
        setting_words.register(DosingSettings, wording_settings.TITLE, wording_settings.SETTING_WORDS)
        scanning.register(CARD, "patient card", scans.card)
        words.register("dose", words_for, name=_("Liều đã ghi"), path=dose_path)
        words.register("outcome", words_for, name=_("Không uống"))
        words.register("named_order", words_for, name=_("Y lệnh thực hiện thay bác sĩ"))
        words.register(alarms.SUBJECT, words_for, name=_("Người mang thai"), path=alert_path)
        words.register("", words_for)
        kinds.register("dose_void", _("Đổ bỏ liều đã rót"), address=void_address)
        for name, proof in PROOFS.items():
            proofs.register(name, proof)
