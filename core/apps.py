from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from core import attachments, field_words, gauges, navigation, operations, proofs, sealing
        from core.access import Permission
        from core.queries import metrics

        sealing.check()
        field_words.speak()

        navigation.register(_("Vận hành"), "/operations/", Permission.VIEW_OPERATIONS, order=90)
        operations.register("database", _("Cơ sở dữ liệu"), metrics.database)
        gauges.register(metrics.machinery)
        proofs.register("attachments.files", attachments.files)
