"""What is typed of a referral: that it is wanted, and each step of it. The services judge."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.ids import new_id
from dispensing.forms.prescriptions import DayField
from dispensing.models import Prescription
from dispensing.rules.referral_codes import (
    CHECK_WORDS,
    CHECKS_OF,
    DOWN,
    INITIATOR_WORDS,
    REASON_WORDS,
    UP,
    Initiator,
)
from dispensing.rules.referral_table import Kind, Step, Transition
from dispensing.rules.referrals import Wrong
from dispensing.services.referral_drafts import NewReferral

# The day that these steps name is the one agreed before; nobody types it.
_DAY_KNOWN = frozenset({Step.AGREE, Step.GO_BACK, Step.COUNTERSIGN})


class ReferralForm(forms.Form):
    """What every form of a referral shares: an id made when it is shown, and refusals at their fields."""

    id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, initial={"id": new_id(), **kwargs.pop("initial", {})}, **kwargs)

    def refuse(self, wrong: Sequence[Wrong]) -> None:
        """Each refusal at the field that it is about."""
        for each in wrong:
            self.add_error(each.field if each.field in self.fields else None, each.words)


class DraftForm(ReferralForm):
    """That a patient is to go elsewhere: to the clinic, or to another satellite."""

    to_facility = forms.TypedChoiceField(
        label=gettext_lazy("Đến trạm"), coerce=int, error_messages={"required": gettext_lazy("Chọn trạm.")}
    )
    reasons = forms.MultipleChoiceField(
        label=gettext_lazy("Vì sao"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Chọn ít nhất một lý do.")},
    )
    words = forms.CharField(
        label=gettext_lazy("Ghi thêm cho nơi nhận"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Không ghi họ tên."),
    )
    initiator = forms.ChoiceField(label=gettext_lazy("Ai đề nghị"))
    urgent = forms.BooleanField(label=gettext_lazy("Gấp: cần trả lời trong buổi"), required=False)

    def __init__(
        self, data: Any = None, *, kind: Kind, satellites: Sequence[tuple[int, str]], own: Initiator, **kwargs: Any
    ) -> None:
        super().__init__(data, initial={"initiator": str(own)} | kwargs.pop("initial", {}), **kwargs)
        self.kind = kind
        reasons = UP if kind is Kind.TO_CLINIC else DOWN
        self._choose("to_facility", [("", _("Chọn trạm…")), *satellites])
        self._choose("reasons", [(str(each), REASON_WORDS[each]) for each in reasons])
        self._choose("initiator", [(str(each), INITIATOR_WORDS[each]) for each in (own, Initiator.PATIENT)])
        if kind is Kind.TO_CLINIC:
            del self.fields["to_facility"]

    def _choose(self, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(choices)

    def new_referral(self, patient_id: Any) -> NewReferral:
        """What the service takes. Only of a valid form."""
        said = self.cleaned_data
        return NewReferral(
            id=said["id"],
            kind=self.kind,
            patient_id=patient_id,
            reasons=tuple(said["reasons"]),
            words=said["words"],
            urgent=said["urgent"],
            initiator=Initiator(said["initiator"]),
            to_facility_id=said.get("to_facility"),
        )


class StepForm(ReferralForm):
    """One step: what its row of the table asks for, and nothing else."""

    day = DayField(label=gettext_lazy("Ngày đầu tiên uống ở nơi mới"))
    prescription = forms.ChoiceField(
        label=gettext_lazy("Đơn trả lời"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Chọn đơn đã ký.")},
    )
    checks = forms.MultipleChoiceField(
        label=gettext_lazy("Đã có đủ"), required=False, widget=forms.CheckboxSelectMultiple
    )
    words = forms.CharField(
        label=gettext_lazy("Ghi chú"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Ghi vì sao, vài chữ là đủ.")},
    )  # fmt: skip
    own_pin = forms.CharField(
        label=gettext_lazy("PIN của bạn, để ký"),
        max_length=12,
        widget=forms.PasswordInput(attrs={"class": "pin", "inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Nhập PIN của bạn.")},
    )

    def __init__(
        self,
        data: Any = None,
        *,
        row: Transition,
        kind: Kind,
        orders: Sequence[tuple[Prescription, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        step = row.step
        wants_day = (row.day and step not in _DAY_KNOWN) or step is Step.SEND
        if not wants_day:
            del self.fields["day"]
        elif step is Step.SEND:
            self.fields["day"].required = False
            self.fields["day"].label = _("Đề nghị đến cơ sở điều trị từ ngày")
        if not row.order:
            del self.fields["prescription"]
        else:
            choice = self.fields["prescription"]
            assert isinstance(choice, forms.ChoiceField)  # noqa: S101
            choice.choices = [(str(order.pk), words) for order, words in orders]
        if step is not Step.OFFER:
            del self.fields["checks"]
        else:
            ticks = self.fields["checks"]
            assert isinstance(ticks, forms.MultipleChoiceField)  # noqa: S101
            ticks.choices = [(str(check), CHECK_WORDS[check]) for check in CHECKS_OF[kind]]
        if row.words:
            self.fields["words"].required = True
            self.fields["words"].label = _("Vì sao")
        if not row.signed:
            del self.fields["own_pin"]
