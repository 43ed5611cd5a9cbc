from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "staff"

    def ready(self) -> None:
        from facilities.services import settings
        from staff.rules.settings import AppointmentSettings, PinSettings, WitnessSettings

        for group in (AppointmentSettings, PinSettings, WitnessSettings):
            settings.register(group)
