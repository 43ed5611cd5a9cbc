from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FollowupConfig(AppConfig):
    name = "followup"

    def ready(self) -> None:
        from core import navigation
        from core.access import Permission
        from facilities.services import settings
        from followup.rules.settings import CaseSettings

        settings.register(CaseSettings)
        navigation.register(_("Việc cần xử lý"), "/cases/", Permission.VIEW_CASES, order=40)
