from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FollowupConfig(AppConfig):
    name = "followup"

    def ready(self) -> None:
        from core import navigation
        from core.access import Permission
        from facilities import words as setting_words
        from facilities.services import settings
        from followup.rules import wording_settings
        from followup.rules.settings import CaseSettings

        settings.register(CaseSettings)
        setting_words.register(CaseSettings, wording_settings.TITLE, wording_settings.SETTING_WORDS)
        navigation.register(_("Việc cần xử lý"), "/cases/", Permission.VIEW_CASES, order=40)
