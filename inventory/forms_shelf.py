"""What is typed at the emergency shelf: ampoules that leave it, its monthly check, the answer to a request."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.forms import NUMBER_ATTRS, ActForm, DayField
from inventory.forms_custody import pin_field
from inventory.rules.shelf import Held
from inventory.rules.shelf_codes import Equipment, Readiness
from inventory.rules.wording_shelf import EQUIPMENT_WORDS, FATE_WORDS, READINESS_WORDS
from inventory.services.restocking import Answer
from inventory.services.shelf_checks import ShelfFound


class WithdrawForm(ActForm):
    """So many ampoules of a lot, and where they went."""

    fate = forms.ChoiceField(
        label=gettext_lazy("Ống này"), choices=[(str(fate), words) for fate, words in FATE_WORDS.items()]
    )
    lot = forms.TypedChoiceField(label=gettext_lazy("Lô"), coerce=int)
    quantity = forms.IntegerField(
        label=gettext_lazy("Số ống"), min_value=1, max_value=100, widget=forms.TextInput(attrs=NUMBER_ATTRS)
    )
    words = forms.CharField(label=gettext_lazy("Ghi rõ"), max_length=200, required=False)

    def __init__(self, data: Any = None, *, lots: Sequence[Held], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        field = self.fields["lot"]
        if isinstance(field, forms.TypedChoiceField):
            field.choices = [(lot.lot_id, lot_words(lot)) for lot in lots]
            field.error_messages["required"] = _("Chọn lô ghi trên ống.")
        self.fields["fate"].error_messages["required"] = _("Chọn ống đã đi đâu.")


def lot_words(lot: Held) -> str:
    """A lot as it is read on the box."""
    return _("lô %(lot)s · HD %(day)s · sổ còn %(count)d ống") % {
        "lot": lot.lot_number,
        "day": f"{lot.expires_on:%d/%m/%Y}",
        "count": lot.quantity,
    }


class ShelfCheckForm(ActForm):
    """Ampoules counted, and a state for each thing of the shelf."""

    usable = forms.IntegerField(
        label=gettext_lazy("Số ống naloxone còn hạn đếm được"),
        min_value=0,
        max_value=500,
        widget=forms.TextInput(attrs=NUMBER_ATTRS),
    )
    nearest_expiry = DayField(label=gettext_lazy("Hạn dùng gần nhất"), required=False)
    note = forms.CharField(label=gettext_lazy("Ghi chú"), max_length=300, required=False)
    own_pin = pin_field(gettext_lazy("PIN của bạn, để ký"))

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        choices = [(str(state), words) for state, words in READINESS_WORDS.items()]
        for thing in Equipment:
            field = forms.ChoiceField(label=str(EQUIPMENT_WORDS[thing]), choices=choices)
            field.error_messages["required"] = _("Chạm một trạng thái.")
            self.fields[str(thing)] = field

    @property
    def things(self) -> list[dict[str, Any]]:
        """The questions of the readiness list, as the page asks them."""
        choices = [{"value": str(state), "label": words} for state, words in READINESS_WORDS.items()]
        return [{"field": self[str(thing)], "choices": choices} for thing in Equipment]

    def command(self) -> ShelfFound:
        """What the service takes. Only of a valid form."""
        said = self.cleaned_data
        return ShelfFound(
            id=said["id"],
            usable=said["usable"],
            nearest_expiry=said["nearest_expiry"],
            states={thing: Readiness(said[str(thing)]) for thing in Equipment},
            pin=said["own_pin"],
            note=said["note"],
        )


class AnswerForm(forms.Form):
    """Sent, with which consignment; or why not."""

    answer = forms.ChoiceField(
        label=gettext_lazy("Trả lời"),
        choices=[("sent", gettext_lazy("Đã gửi")), ("refused", gettext_lazy("Chưa bổ sung được"))],
    )
    consignment = forms.ChoiceField(label=gettext_lazy("Trong chuyến thuốc"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Vì sao chưa bổ sung được"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: Any = None, *, consignments: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        field = self.fields["consignment"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("không kèm chuyến nào")), *consignments]
        self.fields["answer"].error_messages["required"] = _("Chọn đã gửi hay chưa bổ sung được.")

    def command(self, request_id: UUID) -> Answer:
        """What the service takes. Only of a valid form."""
        said = self.cleaned_data
        consignment = UUID(said["consignment"]) if said["consignment"] else None
        return Answer(request_id, said["answer"] == "sent", consignment, said["reason"])
