from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "staff"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from core import navigation
        from core.access import Permission
        from facilities.services import settings
        from staff.rules.settings import AccountSettings, AppointmentSettings, PinSettings, WitnessSettings

        for group in (AccountSettings, AppointmentSettings, PinSettings, WitnessSettings):
            settings.register(group)
        navigation.register(_("Làm một mình"), "/staff/unwitnessed/", Permission.REVIEW_UNWITNESSED, order=70)
        navigation.register(_("Nhân sự"), "/staff/people/", Permission.MANAGE_STAFF, order=80)
