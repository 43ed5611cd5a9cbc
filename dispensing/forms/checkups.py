"""What is typed of a urine test, an examination and counselling. Taps where it can be, today where nothing is said."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from dispensing.forms.incidents import hour
from dispensing.rules.checkups import Wrong
from dispensing.rules.stability_codes import (
    ASKED_WORDS,
    COUNSELLING_WORDS,
    RESULT_WORDS,
    SAMPLE_WORDS,
    SUBSTANCE_WORDS,
    AskedHow,
    CounsellingKind,
    Sample,
    StripResult,
    Substance,
)
from dispensing.services.checkups import NewCounselling, NewExam, NewUrine

ELSEWHERE: Final = "other"
Named = Sequence[tuple[int, str]]  # id, and the name as a list shows it


def _choices(words: Mapping[Any, Any]) -> list[tuple[str, Any]]:
    return [(str(code), text) for code, text in words.items()]


def day_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        error_messages={"required": _("Chọn ngày."), "invalid": _("Ngày chưa đúng. Viết như 24/11/2026.")},
    )


def _tapped(label: Any, words: Mapping[Any, Any], sentence: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=_choices(words), error_messages={"required": sentence, "invalid_choice": sentence}
    )


class CheckupForm(forms.Form):
    """What the three share: the record's id, the record it puts right, and a note.

    `corrects` comes from the address, never from the form. Only a correction asks whether it took place at all.
    """

    id = forms.UUIDField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("Ghi thêm"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    took_place = forms.ChoiceField(
        label=_("Bản ghi này"),
        choices=[("1", _("có thật, sửa lại cho đúng")), ("0", _("không có thật, ghi nhầm"))],
        error_messages={"required": _("Chọn một điều."), "invalid_choice": _("Chọn một điều.")},
    )

    def __init__(self, *args: Any, corrects: UUID | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.corrects = corrects
        if corrects is None:
            del self.fields["took_place"]

    def refuse(self, wrongs: Iterable[Wrong]) -> None:
        """Put each refusal beside what caused it."""
        for wrong in wrongs:
            self.add_error(wrong.field if wrong.field in self.fields else None, wrong.sentence)

    @property
    def shared(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {"note": said["note"], "corrects": self.corrects, "took_place": said.get("took_place", "1") == "1"}


class UrineForm(CheckupForm):
    on = day_field(_("Ngày lấy mẫu"))
    at_time = hour(_("Giờ"))
    sample = _tapped(_("Có mẫu không?"), SAMPLE_WORDS, _("Chọn có mẫu hay không."))
    observed = forms.ChoiceField(
        label=_("Có người nhìn lúc lấy mẫu?"), choices=[("1", _("có")), ("0", _("không"))], required=False
    )
    asked = _tapped(_("Vì sao xét nghiệm?"), ASKED_WORDS, _("Chọn vì sao xét nghiệm."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for substance in Substance:
            self.fields[substance] = forms.ChoiceField(
                label=SUBSTANCE_WORDS[substance],  # type: ignore[arg-type]
                choices=_choices(RESULT_WORDS),
                required=False,
                initial=StripResult.NOT_TESTED,
                error_messages={"invalid_choice": _("Chọn kết quả trong danh sách.")},
            )

    @property
    def results(self) -> list[Any]:
        """The bound fields of the strip, in its order."""
        return [self[substance] for substance in Substance]

    def command(self, patient_id: UUID, *, now: datetime, zone: str) -> NewUrine:
        said = self.cleaned_data
        taken_at = datetime.combine(said["on"], said["at_time"], tzinfo=ZoneInfo(zone))
        if now.replace(second=0, microsecond=0) == taken_at:
            taken_at = now
        return NewUrine(
            said["id"], patient_id, taken_at, AskedHow(said["asked"]), Sample(said["sample"]),
            observed=said["observed"] == "1",
            results={str(s): said[s] or str(StripResult.NOT_TESTED) for s in Substance}, **self.shared,
        )  # fmt: skip


class ExamForm(CheckupForm):
    on = day_field(_("Ngày khám"))
    place = forms.ChoiceField(label=_("Khám ở đâu?"), error_messages={"required": _("Chọn nơi khám.")})
    place_words = forms.CharField(label=_("Tên nơi khác"), required=False, max_length=120)
    physician = forms.ChoiceField(label=_("Bác sĩ nào khám?"), error_messages={"required": _("Chọn bác sĩ.")})
    physician_name = forms.CharField(label=_("Tên bác sĩ khác"), required=False, max_length=120)
    next_due = day_field(
        _("Hẹn khám lại ngày"), required=False, help_text=_("Để trống nếu bác sĩ không hẹn: máy tính theo quy định.")
    )

    def __init__(self, *args: Any, places: Named, physicians: Named, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = _with_other(places, _("nơi khác"))  # type: ignore[attr-defined]
        self.fields["physician"].choices = _with_other(physicians, _("bác sĩ khác"))  # type: ignore[attr-defined]

    def command(self, patient_id: UUID) -> NewExam:
        said = self.cleaned_data
        return NewExam(
            said["id"], patient_id, said["on"], place_id=_id(said["place"]), place_words=said["place_words"],
            physician_id=_id(said["physician"]), physician_name=said["physician_name"], next_due=said["next_due"],
            **self.shared,
        )  # fmt: skip


class CounsellingForm(CheckupForm):
    on = day_field(_("Ngày tư vấn"))
    kind = _tapped(_("Tư vấn thế nào?"), COUNSELLING_WORDS, _("Chọn tư vấn thế nào."))
    counsellor = forms.ChoiceField(label=_("Ai tư vấn?"), error_messages={"required": _("Chọn người tư vấn.")})
    counsellor_name = forms.CharField(label=_("Tên người khác"), required=False, max_length=120)

    def __init__(self, *args: Any, counsellors: Named, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["counsellor"].choices = _with_other(counsellors, _("người khác"))  # type: ignore[attr-defined]

    def command(self, patient_id: UUID) -> NewCounselling:
        said = self.cleaned_data
        return NewCounselling(
            said["id"], patient_id, said["on"], CounsellingKind(said["kind"]), counsellor_id=_id(said["counsellor"]),
            counsellor_name=said["counsellor_name"], **self.shared,
        )  # fmt: skip


def _with_other(named: Named, other: Any) -> list[tuple[str, Any]]:
    return [*((str(pk), name) for pk, name in named), (ELSEWHERE, other)]


def _id(said: str) -> int | None:
    return None if said == ELSEWHERE else int(said)
