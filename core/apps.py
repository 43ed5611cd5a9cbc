from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from core import attachments, navigation, proofs, sealing
        from core.access import Permission

        sealing.check()

        navigation.register(_("Vận hành"), "/operations/", Permission.VIEW_OPERATIONS, order=90)
        proofs.register("attachments.files", attachments.files)
