"""What is typed of a question to the main clinic: the question, and each thing said of it."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from core.ids import new_id
from dispensing.rules.question_codes import SAID_WORDS, TOPIC_WORDS, URGENCY_WORDS, WORDED, Said, Topic, Urgency
from dispensing.services.questions import NewQuestion, QuestionRefused, Saying


class QuestionForm(forms.Form):
    """What both share: an id made when the form is shown, and refusals at their fields."""

    id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, initial={"id": new_id(), "step_id": new_id(), **kwargs.pop("initial", {})}, **kwargs)

    def refuse(self, refused: QuestionRefused) -> None:
        self.add_error(refused.field if refused.field in self.fields else None, refused.sentence)


class AskForm(QuestionForm):
    """A new question: how soon, what about, in words."""

    step_id = forms.UUIDField(widget=forms.HiddenInput)
    urgency = forms.ChoiceField(
        label=_("Cần trả lời khi nào?"),
        choices=[(str(each), words) for each, words in URGENCY_WORDS.items()],
        error_messages={"required": _("Chọn khi nào cần trả lời.")},
    )
    topic = forms.ChoiceField(
        label=_("Hỏi về việc gì?"),
        choices=[(str(each), words) for each, words in TOPIC_WORDS.items()],
        error_messages={"required": _("Chọn hỏi về việc gì.")},
    )
    words = forms.CharField(
        label=_("Câu hỏi"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Thấy gì, uống thuốc gì thêm từ khi nào, muốn hỏi gì. Không ghi họ tên."),
        error_messages={"required": _("Ghi câu hỏi.")},
    )

    def new_question(self, patient_id: UUID) -> NewQuestion:
        said = self.cleaned_data
        return NewQuestion(
            id=said["id"], step_id=said["step_id"], patient_id=patient_id, topic=Topic(said["topic"]),
            urgency=Urgency(said["urgency"]), words=said["words"],
        )  # fmt: skip


class SayForm(QuestionForm):
    """One thing said of a question; an answer is signed."""

    words = forms.CharField(label="", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))
    own_pin = forms.CharField(
        label=_("PIN của bạn, để ký"),
        max_length=12,
        widget=forms.PasswordInput(attrs={"class": "pin", "inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Nhập PIN của bạn.")},
    )

    def __init__(self, data: Any = None, *, step: Said, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.step = step
        words = self.fields["words"]
        words.label = str(_("Ghi chú") if step is Said.CLOSE else SAID_WORDS[step])
        words.required = step in WORDED
        words.error_messages["required"] = _("Viết vài chữ.")
        if step is not Said.ANSWER:
            del self.fields["own_pin"]

    def saying(self, question_id: UUID) -> Saying:
        said = self.cleaned_data
        return Saying(
            id=said["id"], question_id=question_id, step=self.step, words=said["words"],
            own_pin=said.get("own_pin", ""),
        )  # fmt: skip
