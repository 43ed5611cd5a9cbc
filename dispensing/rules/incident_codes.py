"""Closed lists of what goes wrong in a morning, each with its words. No word of them says whose fault it was."""

from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class WrongDoseKind(StrEnum):
    """Somebody else drank it, or the right person drank another amount."""

    OTHER_PERSON = "other_person"
    OTHER_AMOUNT = "other_amount"


class FoundHow(StrEnum):
    """How it came to light."""

    SEEN = "seen"
    PATIENT_SAID = "patient_said"
    OWNER_CAME = "owner_came"
    MEASURED = "measured"
    COLLEAGUE = "colleague"
    OTHER = "other"


FOUND_WORDS: Final[dict[FoundHow, Promise]] = {
    FoundHow.SEEN: _("tôi thấy ngay"),
    FoundHow.PATIENT_SAID: _("người bệnh nói"),
    FoundHow.OWNER_CAME: _("người kia đến sau"),
    FoundHow.MEASURED: _("đo lại, đối chiếu số"),
    FoundHow.COLLEAGUE: _("đồng nghiệp thấy"),
    FoundHow.OTHER: _("cách khác"),
}


class Advice(StrEnum):
    """What was said to the person who drank it."""

    DANGER_SIGNS = "danger_signs"
    NO_ALCOHOL = "no_alcohol"
    NOT_ALONE = "not_alone"
    NUMBER_GIVEN = "number_given"
    NO_VEHICLE = "no_vehicle"


ADVICE_WORDS: Final[dict[Advice, Promise]] = {
    Advice.DANGER_SIGNS: _("dấu hiệu nguy hiểm: ngủ gà, thở chậm, môi tím"),
    Advice.NO_ALCOHOL: _("không rượu, không thuốc ngủ, không ma túy hôm nay"),
    Advice.NOT_ALONE: _("có người ở cùng đến sáng mai"),
    Advice.NUMBER_GIVEN: _("số điện thoại để gọi"),
    Advice.NO_VEHICLE: _("không đi xe, không làm việc trên cao"),
}


class NearMissKind(StrEnum):
    """What nearly happened."""

    NEARLY_OTHER_PERSON = "nearly_other_person"
    NEARLY_OTHER_AMOUNT = "nearly_other_amount"
    NEARLY_OTHER_BOTTLE = "nearly_other_bottle"
    NEARLY_TWICE = "nearly_twice"
    NEARLY_MISSED_SIGNS = "nearly_missed_signs"
    OTHER = "other"


NEAR_MISS_WORDS: Final[dict[NearMissKind, Promise]] = {
    NearMissKind.NEARLY_OTHER_PERSON: _("suýt nhầm người"),
    NearMissKind.NEARLY_OTHER_AMOUNT: _("suýt rót khác số mL"),
    NearMissKind.NEARLY_OTHER_BOTTLE: _("suýt lấy chai khác"),
    NearMissKind.NEARLY_TWICE: _("suýt cấp hai lần"),
    NearMissKind.NEARLY_MISSED_SIGNS: _("suýt cấp khi có dấu hiệu say, lơ mơ"),
    NearMissKind.OTHER: _("suýt xảy ra chuyện khác"),
}


class VomitSeen(StrEnum):
    """What was seen of it."""

    MEDICINE = "medicine"
    FOOD_AND_MEDICINE = "food_and_medicine"
    LITTLE = "little"
    NOT_KNOWN = "not_known"


VOMIT_SEEN_WORDS: Final[dict[VomitSeen, Promise]] = {
    VomitSeen.MEDICINE: _("thấy thuốc trong chất nôn"),
    VomitSeen.FOOD_AND_MEDICINE: _("thức ăn lẫn thuốc"),
    VomitSeen.LITTLE: _("nôn rất ít"),
    VomitSeen.NOT_KNOWN: _("không rõ"),
}


class DoseOrderKind(StrEnum):
    """A single dose beside the prescription, for one day."""

    REPLACEMENT = "replacement"
    SUPPLEMENT = "supplement"


DOSE_ORDER_WORDS: Final[dict[DoseOrderKind, Promise]] = {
    DoseOrderKind.REPLACEMENT: _("liều uống bù sau nôn"),
    DoseOrderKind.SUPPLEMENT: _("liều bổ sung"),
}


class ObservationWhy(StrEnum):
    """Why somebody is watched after a dose."""

    FIRST_DOSE = "first_dose"
    WRONG_DOSE = "wrong_dose"
    INTOXICATED = "intoxicated"
    NALOXONE = "naloxone"
    OTHER = "other"


OBSERVATION_WORDS: Final[dict[ObservationWhy, Promise]] = {
    ObservationWhy.FIRST_DOSE: _("liều đầu tiên"),
    ObservationWhy.WRONG_DOSE: _("uống khác liều của mình"),
    ObservationWhy.INTOXICATED: _("có dấu hiệu say, phê"),
    ObservationWhy.NALOXONE: _("đã tiêm naloxone"),
    ObservationWhy.OTHER: _("lý do khác"),
}


class ObservationState(StrEnum):
    """What a check found, from well to in danger."""

    ALERT = "alert"
    SEDATED = "sedated"
    SLOW_BREATHING = "slow_breathing"
    NO_RESPONSE = "no_response"


OBSERVATION_STATE_WORDS: Final[dict[ObservationState, Promise]] = {
    ObservationState.ALERT: _("tỉnh táo, thở đều"),
    ObservationState.SEDATED: _("lơ mơ, gọi thì mở mắt"),
    ObservationState.SLOW_BREATHING: _("thở chậm, môi nhợt hoặc tím"),
    ObservationState.NO_RESPONSE: _("gọi, lay không đáp ứng"),
}
# Somebody found like this needs help now, not the next check.
DANGER: Final = frozenset({ObservationState.SLOW_BREATHING, ObservationState.NO_RESPONSE})


class EndedHow(StrEnum):
    """How the watch ended."""

    WELL = "well"
    REFERRED = "referred"
    LEFT = "left"
    LONGER = "longer"


ENDED_WORDS: Final[dict[EndedHow, Promise]] = {
    EndedHow.WELL: _("tỉnh táo, ra về"),
    EndedHow.REFERRED: _("chuyển lên tuyến trên"),
    EndedHow.LEFT: _("người bệnh đã về trước giờ"),
    EndedHow.LONGER: _("theo dõi tiếp theo lần ghi sau"),
}
