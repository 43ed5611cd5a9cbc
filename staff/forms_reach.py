"""What a person types about how to be reached."""

from collections.abc import Collection
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy

from staff.models import Person
from staff.services.reach import Reach

THROUGH: Final = {"sms": gettext_lazy("tin nhắn SMS"), "email": gettext_lazy("thư điện tử")}


class ReachForm(forms.Form):
    """Telephone, letter box and which of them to use. A channel that the installation does not have is not asked for;
    the address may still be kept."""

    phone = forms.CharField(
        label=gettext_lazy("Điện thoại di động"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("Địa chỉ thư điện tử"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    through = forms.MultipleChoiceField(
        label=gettext_lazy("Khi có việc chờ tôi mà tôi chưa mở Trạm, báo cho tôi qua"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any = None, *, person: Person, channels: Collection[str], **kwargs: Any) -> None:
        wishes = {"sms": person.wants_sms, "email": person.wants_email}
        kept = {"phone": person.phone, "email": person.email, "through": [name for name in wishes if wishes[name]]}
        super().__init__(data, initial=kept, **kwargs)
        there = [(name, words) for name, words in THROUGH.items() if name in channels]
        self._elsewhere = {name for name, wish in wishes.items() if wish and name not in channels}
        choosing = self.fields["through"]
        if isinstance(choosing, forms.MultipleChoiceField):
            choosing.choices = there
        if not there:
            del self.fields["through"]

    def reach(self) -> Reach:
        """The clean values as a wish. One for a channel that is not there now stays while its address does."""
        said = self.cleaned_data
        phone, email = " ".join(str(said["phone"]).split()), str(said["email"]).strip()
        through = {*said.get("through", ()), *self._elsewhere}
        return Reach(
            phone=phone,
            email=email,
            wants_sms="sms" in through and ("sms" not in self._elsewhere or bool(phone)),
            wants_email="email" in through and ("email" not in self._elsewhere or bool(email)),
        )
