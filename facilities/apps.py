from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FacilitiesConfig(AppConfig):
    name = "facilities"

    def ready(self) -> None:
        from core import navigation
        from core.access import Permission

        navigation.register(_("Quy định"), "/facilities/settings/", Permission.SET_RULES, order=50)
