"""What is typed on a case's page."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_WORDS = {"rows": 3}


class NoteForm(forms.Form):
    """One line of the timeline."""

    words = forms.CharField(
        label=gettext_lazy("Ghi chú"),
        max_length=1000,
        widget=forms.Textarea(attrs=_WORDS),
        help_text=gettext_lazy("Đã xem gì, đã gọi ai, còn chờ gì. Không ghi tên người bệnh."),
        error_messages={"required": gettext_lazy("Viết vài chữ trước khi lưu.")},
    )


class HandOnForm(forms.Form):
    """The next person who answers for the case."""

    to = forms.TypedChoiceField(
        label=gettext_lazy("Người phụ trách mới"),
        coerce=int,
        error_messages={
            "required": gettext_lazy("Chọn người phụ trách mới."),
            "invalid_choice": gettext_lazy("Chọn người trong danh sách."),
        },
    )
    words = forms.CharField(
        label=gettext_lazy("Lời nhắn"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: Any = None, *, people: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        to = self.fields["to"]
        if isinstance(to, forms.TypedChoiceField):
            to.choices = [("", _("Chọn người…")), *people]


class DoneForm(forms.Form):
    """What was done about a task."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("Đã làm gì"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Chọn việc đã làm."),
            "invalid_choice": gettext_lazy("Chọn việc đã làm trong danh sách."),
        },
    )
    words = forms.CharField(
        label=gettext_lazy("Ghi thêm"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Không ghi tên người bệnh."),
    )

    def __init__(self, data: Any = None, *, outcomes: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        outcome = self.fields["outcome"]
        if isinstance(outcome, forms.ChoiceField):
            outcome.choices = list(outcomes)


class ConcludeForm(forms.Form):
    """What came of the case, and the PIN that signs it."""

    words = forms.CharField(
        label=gettext_lazy("Điều đã xảy ra và việc đã làm"),
        max_length=1000,
        widget=forms.Textarea(attrs=_WORDS),
        help_text=gettext_lazy("Ký rồi thì không sửa được nữa. Không ghi tên người bệnh."),
        error_messages={"required": gettext_lazy("Viết kết luận trước khi ký.")},
    )
    pin = forms.CharField(
        label=gettext_lazy("PIN của bạn"),
        max_length=12,
        widget=forms.PasswordInput(
            attrs={"class": "pin", "inputmode": "numeric", "autocomplete": "off"}, render_value=False
        ),
        error_messages={"required": gettext_lazy("Nhập PIN để ký.")},
    )
