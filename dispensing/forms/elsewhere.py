"""What is typed of a dose that another place documented: from its slip, one day or several."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from dispensing.forms.checkups import CheckupForm, day_field
from dispensing.forms.prescriptions import MgField
from dispensing.rules.elsewhere_codes import PICKED, PLACE_KIND_WORDS, PlaceKind
from dispensing.services.elsewhere import NewElsewhere
from inventory.forms_photos import WithPhotos


class ElsewhereForm(CheckupForm, WithPhotos):
    shown_to = _("Chụp rõ giấy của nơi đã cho uống. Chỉ người theo dõi người bệnh này xem.")

    day = day_field(_("Uống ngày"))
    until = day_field(_("Đến ngày"), required=False, help_text=_("Nhiều ngày cùng một liều: ghi ngày cuối."))
    mg = MgField(label=_("Mỗi ngày uống (mg)"), error_messages={"required": _("Ghi số mg.")})
    place_kind = forms.ChoiceField(
        label=_("Uống ở đâu?"),
        choices=[(str(kind), PLACE_KIND_WORDS[kind]) for kind in PICKED],
        error_messages={"required": _("Chọn nơi đã uống.")},
    )
    place = forms.CharField(label=_("Tên nơi đó"), max_length=120, error_messages={"required": _("Ghi uống ở đâu.")})
    slip_number = forms.CharField(
        label=_("Số giấy"),
        required=False,
        max_length=40,
        help_text=_("Chưa có giấy và ảnh giấy thì vẫn ghi được, nhưng ngày đó tính là bỏ liều."),
    )
    confirmed_by = forms.CharField(
        label=_("Ai ở nơi đó xác nhận?"),
        max_length=120,
        help_text=_("Tên và số điện thoại, hoặc người ký giấy."),
        error_messages={"required": _("Ghi ai ở nơi đó xác nhận.")},
    )

    def __init__(self, *args: Any, corrects: UUID | None = None, **kwargs: Any) -> None:
        super().__init__(*args, corrects=corrects, **kwargs)
        self.fields["photos"].label = _("Ảnh giấy")
        if corrects is not None:
            del self.fields["until"]
            where = self.fields["place_kind"]
            if isinstance(where, forms.ChoiceField):
                where.choices = [(str(kind), words) for kind, words in PLACE_KIND_WORDS.items()]

    def command(self, patient_id: UUID) -> NewElsewhere:
        said = self.cleaned_data
        return NewElsewhere(
            id=said["id"], patient_id=patient_id, day=said["day"], until=said.get("until"), mg=said["mg"],
            place_kind=PlaceKind(said["place_kind"]), place=said["place"], slip_number=said["slip_number"],
            photos=self.kept, confirmed_by=said["confirmed_by"], **self.shared,
        )  # fmt: skip
