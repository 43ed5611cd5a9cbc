"""Closed lists of how a patient is followed, each with its words: tests, examinations, counselling, stability."""

from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Substance(StrEnum):
    """What a urine test looks for; also the names of the columns."""

    OPIOIDS = "opioids"
    METHADONE = "methadone"
    AMPHETAMINES = "amphetamines"
    BENZODIAZEPINES = "benzodiazepines"
    CANNABIS = "cannabis"


SUBSTANCE_WORDS: Final[dict[Substance, Promise]] = {
    Substance.OPIOIDS: _("chất dạng thuốc phiện (heroin, morphin)"),
    Substance.METHADONE: _("methadone"),
    Substance.AMPHETAMINES: _("ma túy tổng hợp (đá, thuốc lắc)"),
    Substance.BENZODIAZEPINES: _("thuốc an thần (benzodiazepin)"),
    Substance.CANNABIS: _("cần sa"),
}


class StripResult(StrEnum):
    """What the strip said of one substance."""

    NEGATIVE = "negative"
    POSITIVE = "positive"
    INVALID = "invalid"
    PENDING = "pending"
    NOT_TESTED = "not_tested"


RESULT_WORDS: Final[dict[StripResult, Promise]] = {
    StripResult.NEGATIVE: _("âm tính"),
    StripResult.POSITIVE: _("dương tính"),
    StripResult.INVALID: _("không đọc được"),
    StripResult.PENDING: _("chờ kết quả"),
    StripResult.NOT_TESTED: _("không thử"),
}


class Sample(StrEnum):
    """Whether there was a sample at all. Who cannot give one is not who does not want to."""

    GIVEN = "given"
    REFUSED = "refused"
    COULD_NOT = "could_not"


SAMPLE_WORDS: Final[dict[Sample, Promise]] = {
    Sample.GIVEN: _("có mẫu"),
    Sample.REFUSED: _("không muốn lấy mẫu"),
    Sample.COULD_NOT: _("chưa lấy được mẫu"),
}


class AskedHow(StrEnum):
    """What the test was taken for."""

    RANDOM = "random"
    PLANNED = "planned"
    CAUSE = "cause"


ASKED_WORDS: Final[dict[AskedHow, Promise]] = {
    AskedHow.RANDOM: _("rút thăm"),
    AskedHow.PLANNED: _("theo lịch"),
    AskedHow.CAUSE: _("có lý do riêng"),
}


class CounsellingKind(StrEnum):
    """Who sat together."""

    ALONE = "alone"
    GROUP = "group"
    FAMILY = "family"
    PHONE = "phone"


COUNSELLING_WORDS: Final[dict[CounsellingKind, Promise]] = {
    CounsellingKind.ALONE: _("tư vấn riêng"),
    CounsellingKind.GROUP: _("tư vấn nhóm"),
    CounsellingKind.FAMILY: _("cùng gia đình"),
    CounsellingKind.PHONE: _("qua điện thoại"),
}


class StabilityLevel(StrEnum):
    """How a patient stands, mildest first. The value is stored and never renamed."""

    STABLE = "stable"
    WATCH = "watch"
    UNSTABLE = "unstable"


LEVEL_WORDS: Final[dict[StabilityLevel, Promise]] = {
    StabilityLevel.STABLE: _("ổn định"),
    StabilityLevel.WATCH: _("cần theo dõi"),
    StabilityLevel.UNSTABLE: _("chưa ổn định"),
}


class Weight(StrEnum):
    """What a reason does: makes unstable, asks to watch, says that something is not known, or only reminds."""

    UNSTABLE = "unstable"
    WATCH = "watch"
    UNKNOWN = "unknown"
    REMINDER = "reminder"


class ReasonCode(StrEnum):
    """Every reason of an assessment. The value is stored and never renamed."""

    MISSED_RUN = "missed_run"
    MISSED_MANY = "missed_many"
    MISSED_SOME = "missed_some"
    MISSED_PATTERN = "missed_pattern"
    DOSE_CHANGED = "dose_changed"
    OPIOIDS_REPEATED = "opioids_repeated"
    OPIOIDS_POSITIVE = "opioids_positive"
    OTHERS_POSITIVE = "others_positive"
    NO_METHADONE = "no_methadone"
    SAMPLE_REFUSED = "sample_refused"
    WITHHELD_REPEATED = "withheld_repeated"
    WITHHELD = "withheld"
    OVERDOSE = "overdose"
    VOMITED_REPEATED = "vomited_repeated"
    CUP_TAKEN = "cup_taken"
    NOT_SWALLOWED_REPEATED = "not_swallowed_repeated"
    NOT_SWALLOWED = "not_swallowed"
    TAKE_HOME_REPEATED = "take_home_repeated"
    TAKE_HOME = "take_home"
    EXAM_OVERDUE = "exam_overdue"
    COUNSELLING_OVERDUE = "counselling_overdue"
    URINE_OVERDUE = "urine_overdue"
    PREGNANT = "pregnant"
    MEDICINE_CHANGED = "medicine_changed"
    DAYS_UNKNOWN = "days_unknown"
    DOSE_UNKNOWN = "dose_unknown"
    URINE_UNKNOWN = "urine_unknown"
    EXAM_UNKNOWN = "exam_unknown"
    COUNSELLING_UNKNOWN = "counselling_unknown"
    RULES_BROKEN_TWICE = "rules_broken_twice"
    OPIOIDS_TWICE_A_YEAR = "opioids_twice_a_year"
    OTHER_DRUG_FOUND = "other_drug_found"


class DueKind(StrEnum):
    """What a patient is due for."""

    EXAM = "exam"
    COUNSELLING = "counselling"
    URINE = "urine"


DUE_WORDS: Final[dict[DueKind, Promise]] = {
    DueKind.EXAM: _("khám lại"),
    DueKind.COUNSELLING: _("tư vấn"),
    DueKind.URINE: _("xét nghiệm nước tiểu"),
}
