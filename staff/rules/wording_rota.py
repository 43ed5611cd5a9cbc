"""The rota, days off and certificates in the words of the field."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from staff.rules.rota import GapKind, Proposed, Why
from staff.rules.rota_codes import CertificateEnd, CertificateKind, OffKind, RotaRole

ROLE_WORDS: Final[dict[RotaRole, str | Promise]] = {
    RotaRole.POUR: gettext_lazy("Cấp phát"),
    RotaRole.SECOND: gettext_lazy("Người thứ hai"),
    RotaRole.PHYSICIAN: gettext_lazy("Bác sĩ gọi được"),
    RotaRole.CARRY: gettext_lazy("Đi lấy thuốc"),
}
OFF_WORDS: Final[dict[OffKind, str | Promise]] = {
    OffKind.ANNUAL: gettext_lazy("nghỉ phép năm"),
    OffKind.COMPENSATORY: gettext_lazy("nghỉ bù"),
    OffKind.TRAINING: gettext_lazy("đi học, tập huấn"),
    OffKind.OTHER: gettext_lazy("nghỉ việc khác"),
}
CERTIFICATE_WORDS: Final[dict[CertificateKind, str | Promise]] = {
    CertificateKind.DISPENSING: gettext_lazy("Tập huấn cấp phát methadone"),
    CertificateKind.PRESCRIBING: gettext_lazy("Tập huấn điều trị methadone"),
    CertificateKind.COUNSELLING: gettext_lazy("Tập huấn tư vấn"),
    CertificateKind.OVERDOSE: gettext_lazy("Tập huấn xử trí quá liều"),
}
CERTIFICATE_END_WORDS: Final[dict[CertificateEnd, str | Promise]] = {
    CertificateEnd.MISTAKE: gettext_lazy("Ghi nhầm"),
    CertificateEnd.REVOKED: gettext_lazy("Nơi cấp đã thu hồi"),
}
_GAP_WORDS: Final[dict[GapKind, str | Promise]] = {
    GapKind.MISSING: gettext_lazy("chưa có ai"),
    GapKind.NOBODY_CAN: gettext_lazy("không ai có thể"),
    GapKind.AWAY: gettext_lazy("đang nghỉ"),
    GapKind.ENDED: gettext_lazy("hết phân công"),
    GapKind.ELSEWHERE: gettext_lazy("trực nơi khác"),
}


def gap_words(kind: GapKind) -> str:
    return str(_GAP_WORDS[kind])


def why_words(one: Proposed) -> str:
    """Why somebody is proposed, with the figures that decided."""
    figures = {"count": one.count, "others": one.others}
    if one.why is Why.ONLY_ONE:
        return _("chỉ có người này trực được")
    if one.why is Why.FEWEST_HEAVY:
        return _("%(count)d ngày cuối tuần và lễ trong một năm, ít nhất; người kế tiếp %(others)d") % figures
    if one.why is Why.FEWEST:
        return _("%(count)d ngày trong lịch này, ít nhất; người kế tiếp %(others)d") % figures
    return _("%(count)d ngày như người khác, và lâu nhất chưa trực") % figures
