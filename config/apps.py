from importlib import import_module

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        from config import checks  # noqa: F401  registers the system checks
        from config.celery import ROOMS

        for room in ROOMS:  # so that the web, too, knows every job and when it is due
            import_module(f"{room}.tasks")
