from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OversightConfig(AppConfig):
    name = "oversight"

    def ready(self) -> None:
        from core import navigation, proofs
        from core.access import Permission
        from inventory import links
        from oversight.services.summary_proofs import SUMMARY_PROOFS

        navigation.register(_("Sáng nay"), "/oversight/", Permission.VIEW_OVERSIGHT, order=10)
        navigation.register(_("Nhật ký truy cập"), "/oversight/audit/", Permission.READ_AUDIT, order=12)
        links.register_page(_("Thanh tra"), "/oversight/inspections/", Permission.INSPECT, Permission.HANDLE_STOCK)
        for name, proof in SUMMARY_PROOFS.items():
            proofs.register(name, proof)
        _morning()
        _reports()
        _looks()


def _morning() -> None:
    """From when a figure of the managers' morning asks for help."""
    from facilities import words as setting_words
    from facilities.services import settings
    from oversight.rules.settings import SETTING_WORDS, TITLE, MorningSettings

    settings.register(MorningSettings)
    setting_words.register(MorningSettings, TITLE, SETTING_WORDS)


def _reports() -> None:
    """What reports hand down: settings, the task of a missing one, proofs, the way there."""
    from core import navigation, proofs
    from core.access import Permission
    from facilities import words as setting_words
    from facilities.services import settings
    from followup import words
    from oversight.reports.addresses import list_path
    from oversight.rules import report_settings, wording_reports
    from oversight.rules.report_settings import ReportSettings
    from oversight.services import report_tasks
    from oversight.services.report_proofs import REPORT_PROOFS

    settings.register(ReportSettings)
    setting_words.register(ReportSettings, report_settings.TITLE, report_settings.SETTING_WORDS)
    words.register_task(
        report_tasks.TASK, wording_reports.TASK_NAME, wording_reports.due, outcomes={},
        by_itself=wording_reports.HANDED_IN, path=list_path,
    )  # fmt: skip
    navigation.register(_("Báo cáo"), "/oversight/reports/", Permission.VIEW_REPORTS, order=13)
    for name, proof in REPORT_PROOFS.items():
        proofs.register(name, proof)


def _looks() -> None:
    """How long a stated reason shows the single incidents behind a number; the page of overtime."""
    from core import navigation
    from core.access import Permission
    from facilities import words as setting_words
    from facilities.services import settings
    from oversight.rules import looks

    settings.register(looks.LookSettings)
    setting_words.register(looks.LookSettings, looks.TITLE, looks.SETTING_WORDS)
    navigation.register(_("Làm thêm giờ"), "/oversight/hours/", Permission.VIEW_OVERSIGHT, order=11)
