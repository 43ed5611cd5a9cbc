"""What is typed at the window when a patient drinks at a new place for the first time."""

from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _

from dispensing.forms.prescriptions import MgField
from dispensing.rules.referral_codes import PROOF_WORDS, Proof
from dispensing.services.last_doses import Told

_FIELDS: Final = ("last_proof", "last_told_by", "last_day", "last_mg")


class LastDoseForm(forms.Form):
    """The last dose at the old place: how it is known, from whom, the day, the mg. Sent along with other answers."""

    last_proof = forms.ChoiceField(
        choices=[(str(proof), words) for proof, words in PROOF_WORDS.items()],
        error_messages={"required": _("Chọn biết liều cuối bằng cách nào.")},
    )
    last_told_by = forms.CharField(
        max_length=120, error_messages={"required": _("Ghi tên người báo, hoặc số giấy chuyển.")}
    )
    last_day = forms.DateField(
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        error_messages={"required": _("Chọn ngày."), "invalid": _("Ngày chưa đúng. Viết như 24/11/2026.")},
    )
    last_mg = MgField(label=_("Số mg của liều cuối"))

    @property
    def said(self) -> bool:
        """Whether anything of it was answered."""
        return any(str(self.data.get(name, "")).strip() for name in _FIELDS)

    def told(self) -> Told:
        """What the service takes. Only of a valid form."""
        said = self.cleaned_data
        return Told(Proof(said["last_proof"]), said["last_told_by"], said["last_day"], said["last_mg"])
