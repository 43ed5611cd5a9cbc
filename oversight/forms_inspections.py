"""What is typed when a site is inspected."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy

from inventory.forms import ActForm, DayField
from inventory.services.inspections import Ending, LegalPaper, Starting


def _words(label: Any, most: int, *, rows: int = 0, required: bool = True, hint: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, max_length=most, required=required, widget=widget, help_text=hint)


def _own_pin() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("PIN của bạn"),
        max_length=12,
        widget=forms.PasswordInput(attrs={"class": "pin", "inputmode": "numeric", "autocomplete": "off"}),
    )


class StartForm(ActForm):
    """Who inspects, for which authority, by which paper."""

    inspector = _words(gettext_lazy("Trưởng đoàn: họ tên"), 120)
    authority = _words(gettext_lazy("Cơ quan"), 160)
    paper_number = _words(gettext_lazy("Số quyết định, giấy giới thiệu"), 60)
    paper_on = DayField(label=gettext_lazy("Ngày của văn bản"))

    def command(self) -> Starting:
        """What the service takes. Only of a valid form."""
        said = self.cleaned_data
        return Starting(said["id"], said["inspector"], said["authority"], said["paper_number"], said["paper_on"])


class LegalPaperForm(ActForm):
    """The legal paper by which identities may be seen."""

    number = _words(gettext_lazy("Số văn bản yêu cầu danh tính"), 60)
    issued_on = DayField(label=gettext_lazy("Ngày của văn bản"))
    authority = _words(gettext_lazy("Cơ quan ban hành"), 160)
    scope = _words(gettext_lazy("Văn bản cho xem danh tính của ai, để làm gì"), 300, rows=2)
    allowed_by = _words(
        gettext_lazy("Người cho phép ở cơ sở"), 160, hint=gettext_lazy("Họ tên và chức vụ, như đã ký trên giấy.")
    )
    own_pin = _own_pin()

    def command(self, inspection_id: UUID) -> LegalPaper:
        """What the service takes. Only of a valid form."""
        said = self.cleaned_data
        return LegalPaper(
            said["id"], inspection_id, said["number"], said["issued_on"], said["authority"], said["scope"],
            said["allowed_by"], said["own_pin"],
        )  # fmt: skip


class EndForm(ActForm):
    """The inspector writes their name; the site signs."""

    inspector = _words(gettext_lazy("Trưởng đoàn tự ghi họ tên"), 120)
    remarks = _words(gettext_lazy("Ý kiến của đoàn"), 1000, rows=3, required=False)
    own_pin = _own_pin()

    def command(self, inspection_id: UUID) -> Ending:
        """What the service takes. Only of a valid form."""
        said = self.cleaned_data
        return Ending(inspection_id, said["inspector"], said["remarks"], said["own_pin"])
