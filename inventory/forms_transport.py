"""What is asked for before a journey, and what a manager answers."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from inventory.rules.transport import TransportItem
from inventory.rules.violations import Violation
from inventory.rules.wording_transport import ITEM_WORDS


class _Refusable(forms.Form):
    def refuse(self, violations: Iterable[Violation]) -> None:
        """Show each rule's words at the field it is about."""
        for violation in violations:
            words = f"{violation.words} {violation.todo}".strip()
            self.add_error(violation.field if violation.field in self.fields else None, words)


class AskForm(_Refusable):
    """One or more things, and why."""

    wanted = forms.MultipleChoiceField(
        label=gettext_lazy("Xin điều gì"),
        choices=[(str(item), ITEM_WORDS[item]) for item in TransportItem],
        error_messages={"required": gettext_lazy("Chọn ít nhất một điều cần xin.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Vì sao"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def chosen(self) -> tuple[TransportItem, ...]:
        """Only of a valid form."""
        return tuple(TransportItem(each) for each in self.cleaned_data["wanted"])


class AnswerForm(_Refusable):
    """Granted, or refused with the reason."""

    granted = forms.ChoiceField(
        label=gettext_lazy("Trả lời"),
        choices=[("yes", pgettext_lazy("a safe journey", "Đồng ý")), ("no", gettext_lazy("Từ chối"))],
        error_messages={"required": gettext_lazy("Chọn đồng ý hoặc từ chối.")},
    )
    words = forms.CharField(
        label=gettext_lazy("Lấy ở đâu, ai đi cùng; từ chối thì vì sao"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
