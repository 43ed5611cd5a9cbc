from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FacilitiesConfig(AppConfig):
    name = "facilities"

    def ready(self) -> None:
        from core import navigation, places
        from core.access import Permission
        from facilities import words
        from facilities.queries.names import facility_names
        from facilities.rules import OverdoseSettings
        from facilities.services import settings

        settings.register(OverdoseSettings)
        places.register(facility_names)
        words.register(OverdoseSettings, _("Thẻ quá liều"), {"repeat_minutes": _("Đồng hồ nhắc lại naloxone sau")})
        navigation.register(_("Quy định"), "/facilities/settings/", Permission.SET_RULES, order=50)
