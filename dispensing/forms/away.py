"""What is typed about somebody who stays away, and about a site that is cut off. Taps wherever it can be."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from dispensing.forms.incidents import MishapForm, hour
from dispensing.forms.named_orders import pin_field
from dispensing.forms.prescriptions import DayField
from dispensing.rules.flag_codes import (
    ABSENCE_WORDS,
    CAUSE_WORDS,
    CUT_OFF_WORDS,
    HOW_WORDS,
    RESULT_WORDS,
    TOLD_WORDS,
    AbsenceReason,
    ContactHow,
    ContactResult,
    CutOffCause,
    CutOffKind,
    ToldBy,
)
from dispensing.services.absences import NewAbsence
from dispensing.services.attempts import NewAttempt
from dispensing.services.cut_offs import NewCutOff
from dispensing.services.drop_outs import NewDropOut

_WORDS: Final = {"autocomplete": "off"}


def _choices(words: Mapping[Any, Any]) -> list[tuple[str, Any]]:
    return [(str(code), text) for code, text in words.items()]


def _tapped(label: Any, words: Mapping[Any, Any], sentence: Any, **more: Any) -> forms.ChoiceField:
    messages = {"required": sentence, "invalid_choice": sentence}
    return forms.ChoiceField(label=label, choices=_choices(words), error_messages=messages, **more)


def _note(label: Any) -> forms.CharField:
    return forms.CharField(max_length=300, required=False, label=label, widget=forms.TextInput(_WORDS))


class AttemptForm(MishapForm):
    """How, what came of it; now, unless told otherwise."""

    how = _tapped(_("Liên hệ bằng cách nào?"), HOW_WORDS, _("Chọn cách liên hệ."))
    result = _tapped(_("Kết quả"), RESULT_WORDS, _("Chọn kết quả."))
    words = _note(_("Ghi thêm: vì sao vắng, hẹn gì"))
    on = DayField(required=False, label=_("Ngày liên hệ, nếu không phải hôm nay"))
    hour = hour(_("Giờ liên hệ, nếu không phải bây giờ"), required=False)

    def command(self, *, patient_id: UUID, now: datetime, zone: str) -> NewAttempt:
        """The attempt at the moment that was typed, or now."""
        said = self.cleaned_data
        return NewAttempt(
            id=said["id"],
            patient_id=patient_id,
            at=_moment(said.get("on"), said.get("hour"), now=now, zone=zone),
            how=ContactHow(said["how"]),
            result=ContactResult(said["result"]),
            words=said["words"],
        )


def _moment(on: date | None, at: time | None, *, now: datetime, zone: str) -> datetime:
    """Another day without an hour is its noon: a day is known, a minute is not."""
    here = now.astimezone(ZoneInfo(zone))
    if on is None and at is None:
        return now
    day = on or here.date()
    if at is None:
        return now if day == here.date() else datetime.combine(day, time(12), tzinfo=here.tzinfo)
    if day == here.date() and (at.hour, at.minute) == (here.hour, here.minute):
        return now
    return datetime.combine(day, at, tzinfo=here.tzinfo)


class AbsenceForm(MishapForm):
    """From when to when, why, who says so."""

    from_day = DayField(label=_("Vắng từ ngày"), error_messages={"required": _("Chọn ngày đầu.")})
    until_day = DayField(label=_("Đến hết ngày"), error_messages={"required": _("Chọn ngày cuối.")})
    reason = _tapped(_("Vì sao?"), ABSENCE_WORDS, _("Chọn lý do."))
    told_by = _tapped(_("Ai báo?"), TOLD_WORDS, _("Chọn người báo."), initial=str(ToldBy.PATIENT))
    words = _note(_("Ghi thêm"))

    def command(self, patient_id: UUID) -> NewAbsence:
        said = self.cleaned_data
        return NewAbsence(
            id=said["id"],
            patient_id=patient_id,
            from_day=said["from_day"],
            until_day=said["until_day"],
            reason=AbsenceReason(said["reason"]),
            told_by=ToldBy(said["told_by"]),
            words=said["words"],
        )


class CutOffForm(MishapForm):
    """What cuts the site off, and until when as far as anybody knows."""

    kind = _tapped(_("Trạm thế nào?"), CUT_OFF_WORDS, _("Chọn một."), initial=str(CutOffKind.ROAD))
    cause = _tapped(_("Vì sao?"), CAUSE_WORDS, _("Chọn nguyên nhân."))
    from_day = DayField(label=_("Từ ngày"), error_messages={"required": _("Chọn ngày đầu.")})
    until_day = DayField(
        label=_("Dự kiến đến hết ngày"),
        help_text=_("Thông sớm hơn thì kết thúc sớm; chưa thông thì ghi đợt mới."),
        error_messages={"required": _("Chọn ngày cuối dự kiến.")},
    )
    words = _note(_("Ghi thêm: đoạn đường nào, bản nào"))

    def command(self) -> NewCutOff:
        said = self.cleaned_data
        return NewCutOff(
            id=said["id"],
            kind=CutOffKind(said["kind"]),
            cause=CutOffCause(said["cause"]),
            from_day=said["from_day"],
            until_day=said["until_day"],
            words=said["words"],
        )


class OpenAgainForm(forms.Form):
    """The last day on which people could not come; nothing typed: yesterday, since today they can."""

    last_day = DayField(required=False, label=_("Ngày cuối cùng còn bị cắt"))

    def last(self, today: date) -> date:
        said: date | None = self.cleaned_data.get("last_day")
        return said or today - timedelta(days=1)


class DropOutForm(MishapForm):
    """Why it is so, signed."""

    words = forms.CharField(
        max_length=300,
        label=_("Đã tìm người bệnh thế nào, vì sao xác nhận"),
        widget=forms.Textarea({"rows": 3, "autocomplete": "off"}),
        error_messages={"required": _("Ghi vì sao, và đã tìm người bệnh thế nào.")},
    )
    pin = pin_field()

    def command(self, patient_id: UUID) -> NewDropOut:
        said = self.cleaned_data
        return NewDropOut(id=said["id"], patient_id=patient_id, words=said["words"], pin=said["pin"])
