from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "staff"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in
        from django.utils.translation import gettext_lazy as _

        from core import gauges, navigation, operations
        from core.access import Permission
        from facilities import words as setting_words
        from facilities.services import settings
        from staff import idle
        from staff.queries import devices
        from staff.rules import wording_settings as words
        from staff.rules.rota_settings import CertificateSettings, RotaSettings
        from staff.rules.settings import (
            AccountSettings,
            AppointmentSettings,
            DeviceSettings,
            PinSettings,
            WitnessSettings,
            WorkSettings,
        )

        user_logged_in.connect(idle.signed_in, dispatch_uid="staff.idle")
        for group, title, said in (
            (PinSettings, _("PIN"), words.PIN),
            (AccountSettings, _("Tài khoản"), words.ACCOUNT),
            (AppointmentSettings, _("Phân công có thời hạn"), words.APPOINTMENT),
            (WitnessSettings, _("Chữ ký thứ hai và việc làm một mình"), words.WITNESS),
            (DeviceSettings, _("Thiết bị"), words.DEVICE),
            (WorkSettings, _("Giờ làm và làm thêm giờ"), words.WORK),
            (RotaSettings, _("Lịch trực"), words.ROTA),
            (CertificateSettings, _("Chứng chỉ và tập huấn"), words.CERTIFICATES),
        ):
            settings.register(group)
            setting_words.register(group, title, said)
        operations.register("devices", _("Thiết bị"), devices.figures)
        gauges.register(devices.gauges)
        navigation.register(_("Làm một mình"), "/staff/unwitnessed/", Permission.REVIEW_UNWITNESSED, order=70)
        navigation.register(_("Lịch trực"), "/staff/rota/", Permission.VIEW_ROTA, order=74)
        navigation.register(_("Giờ làm của tôi"), "/staff/hours/", Permission.RECORD_HOURS, order=75)
        navigation.register(_("Duyệt giờ làm"), "/staff/hours/approve/", Permission.APPROVE_HOURS, order=76)
        navigation.register(_("Thanh toán giờ làm"), "/staff/hours/payroll/", Permission.PAY_HOURS, order=77)
        navigation.register(_("Thiết bị"), "/staff/devices/", Permission.KEEP_DEVICES, order=79)
        navigation.register(_("Nhân sự"), "/staff/people/", Permission.MANAGE_STAFF, order=80)
