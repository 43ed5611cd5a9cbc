from django.apps import AppConfig


class FollowupConfig(AppConfig):
    name = "followup"

    def ready(self) -> None:
        from facilities.services import settings
        from followup.rules.settings import CaseSettings

        settings.register(CaseSettings)
