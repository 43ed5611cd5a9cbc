"""What is typed at a count of everything, a spill, a loss. The book is nowhere in these forms."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.quantities import NotExact, ml_to_ul
from inventory.forms import NUMBER_ATTRS, ActForm, AmountField
from inventory.forms_measures import READING_WORDS, LabelsField, readings_of
from inventory.forms_photos import WithPhotos
from inventory.models import AccountKind
from inventory.queries.counted import LooseLot
from inventory.queries.opening_day import OpenBottle
from inventory.rules.countkinds import CountWhy, LossKind, SpillKind
from inventory.rules.kinds import Method
from inventory.rules.violations import Violation
from inventory.rules.wording_counts import LOSS_WORDS, SPILL_WORDS, WHY_WORDS
from inventory.services.counts import Counting, LooseFound, OpenedFound
from inventory.services.observing import Second
from inventory.services.spills import Spilling
from staff.services.attestations import Present

SHOWN_TO = gettext_lazy("Nơi đổ, mảnh vỡ, tủ bị cạy. Không chụp người bệnh. Ai được xem kho của cơ sở thì xem được.")
_BY_HAND = (CountWhy.MONTHLY, CountWhy.HAND_OVER, CountWhy.SURPRISE)


def _labels(label: Any, hint: Any = "") -> LabelsField:
    return LabelsField(label=label, help_text=hint)


def _moment(label: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])


def _words(label: Any, *, most: int = 200, required: bool = False, rows: int = 0, hint: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, max_length=most, required=required, widget=widget, help_text=hint)


class CountForm(ActForm):
    """Everything at the site: labels by cabinet, a reading for each opened bottle, ampoules by lot."""

    started_at = forms.DateTimeField(widget=forms.HiddenInput)
    why = forms.ChoiceField(label=gettext_lazy("Kiểm kê"), choices=[(str(why), WHY_WORDS[why]) for why in _BY_HAND])
    asked_by = _words(gettext_lazy("Ai yêu cầu, nếu đột xuất"), most=120)
    storage = _labels(
        gettext_lazy("Tủ bảo quản: nhãn từng chai"), gettext_lazy("Quét hoặc gõ. Không có chai thì để trống.")
    )
    dispensing = _labels(gettext_lazy("Tủ cấp phát: nhãn từng chai còn nguyên"))
    quarantine = _labels(gettext_lazy("Biệt trữ: nhãn từng chai"))
    note = _words(gettext_lazy("Ghi chú"), most=300)

    def __init__(
        self,
        data: Any = None,
        *,
        method: Method,
        opened: Sequence[OpenBottle],
        loose: Sequence[LooseLot],
        now: datetime,
        inspection: bool = False,
    ) -> None:
        super().__init__(data, initial={"started_at": now.isoformat()})
        self.opened, self.loose, self.now = opened, loose, now
        if inspection:
            del self.fields["why"], self.fields["asked_by"]
        label, hint = READING_WORDS[method]
        for bottle in opened:
            words = f"{bottle.label}: {label}"
            self.fields[f"reading_{bottle.number}"] = _words(words, hint=hint)
            if bottle.asks_tare and method is Method.WEIGH:
                self.fields[f"tare_{bottle.number}"] = _words(_("Vỏ chai rỗng cỡ này nặng (gam)"), most=12)
            words = _("Không thấy chai %(label)s") % {"label": bottle.label}
            self.fields[f"missing_{bottle.number}"] = forms.BooleanField(label=words, required=False)
        for each in loose:
            self.fields[each.field] = forms.IntegerField(
                label=each.words, min_value=0, max_value=100_000, widget=forms.TextInput(attrs=NUMBER_ATTRS)
            )

    def refuse(self, violations: Iterable[Violation]) -> None:
        """As ever; where things moved since the count began, it begins anew with everything that was typed."""
        found = list(violations)
        if any(violation.field == "started_at" for violation in found):
            again = cast("QueryDict", self.data).copy()
            again["started_at"] = self.now.isoformat()
            self.data = again
        super().refuse(replace(each, field="" if each.field == "started_at" else each.field) for each in found)

    @property
    def opened_fields(self) -> list[forms.BoundField]:
        return [field for field in self if field.name.startswith(("reading_", "tare_", "missing_"))]

    @property
    def loose_fields(self) -> list[forms.BoundField]:
        return [field for field in self if field.name.startswith("loose_")]

    def command(self, second: Second, *, inspection_id: Any = None) -> Counting:
        """What the service takes. Only of a valid form."""
        said = self.cleaned_data
        return Counting(
            said["id"],
            CountWhy.INSPECTION if inspection_id else CountWhy(said["why"]),
            said["started_at"],
            second,
            storage=said["storage"],
            dispensing=said["dispensing"],
            quarantine=said["quarantine"],
            opened=tuple(each for bottle in self.opened for each in self._opened(bottle.number)),
            loose=tuple(LooseFound(each.place, each.lot_id, said[each.field]) for each in self.loose),
            asked_by=said.get("asked_by", ""),
            note=said["note"],
            inspection_id=inspection_id,
        )

    def _opened(self, number: int) -> list[OpenedFound]:
        said = self.cleaned_data
        if said[f"missing_{number}"]:
            return [OpenedFound(number)]
        readings = readings_of(said[f"reading_{number}"])
        return [OpenedFound(number, readings, said.get(f"tare_{number}", ""))] if readings else []


class SpillForm(WithPhotos, ActForm):
    """What was spilt or broken. `what`: a bottle's number, or the place and lot of ampoules."""

    shown_to = SHOWN_TO

    what = forms.ChoiceField(label=gettext_lazy("Chai hoặc lô"))
    kind = forms.ChoiceField(
        label=gettext_lazy("Đã xảy ra"), choices=[(str(kind), SPILL_WORDS[kind]) for kind in SpillKind]
    )
    estimated = AmountField(
        label=gettext_lazy("Ước lượng đã mất (mL, hoặc số ống)"),
        help_text=gettext_lazy("Chai vỡ: cả phần đã gom lại cũng tính là mất, không rót lại vào chai."),
    )
    readings = _words(
        gettext_lazy("Đo được còn lại trong chai đang mở"), hint=gettext_lazy("Chai chưa mở thì để trống.")
    )
    happened_at = _moment(gettext_lazy("Lúc xảy ra"))
    words = _words(gettext_lazy("Đã xảy ra thế nào"), most=500, required=True, rows=3)
    other_username = forms.ChoiceField(label=gettext_lazy("Người chứng kiến thứ hai"), required=False)
    other_pin = forms.CharField(
        label=gettext_lazy("PIN của người chứng kiến thứ hai"),
        max_length=12,
        required=False,
        widget=forms.PasswordInput(attrs={"class": "pin", "inputmode": "numeric", "autocomplete": "off"}),
    )
    also_saw = _words(gettext_lazy("Ai khác đã thấy (không có tài khoản)"))

    def __init__(
        self,
        data: Any = None,
        *,
        whats: Sequence[tuple[str, str]],
        people: Sequence[tuple[str, str]],
        now: datetime,
        number: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, initial={"happened_at": now, "what": str(number or "")}, **kwargs)
        what, other = self.fields["what"], self.fields["other_username"]
        if isinstance(what, forms.ChoiceField) and isinstance(other, forms.ChoiceField):
            what.choices = [("", _("Chọn…")), *whats]
            other.choices = [("", _("Không có")), *people]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("other_username") and not data.get("other_pin"):
            self.add_error("other_pin", _("Người chứng kiến thứ hai nhập PIN."))
        amount, what = data.get("estimated"), data.get("what", "")
        if amount is not None and what:
            try:
                data["quantity"] = int(amount) if ":" in what and amount == int(amount) else ml_to_ul(amount)
            except NotExact:
                self.add_error("estimated", _("Chỉ ghi đến hai số lẻ sau dấu phẩy."))
            if ":" in what and amount != int(amount):
                self.add_error("estimated", _("Ghi số ống nguyên."))
        return data

    def command(self, second: Second) -> Spilling:
        """What the service takes. Only of a valid form."""
        said = self.cleaned_data
        place, _colon, lot = said["what"].partition(":")
        loose = bool(lot)
        other = Present(said["other_username"], said["other_pin"]) if said["other_username"] else None
        return Spilling(
            said["id"],
            SpillKind(said["kind"]),
            said["quantity"],
            said["words"],
            said["happened_at"],
            second,
            number=None if loose else int(said["what"]),
            place=AccountKind(place) if loose else None,
            lot_id=int(lot) if loose else None,
            readings=readings_of(said["readings"]),
            other=other,
            also_saw=said["also_saw"],
            photos=self.kept,
        )


class LossForm(WithPhotos, ActForm):
    """Medicine is missing: what, found when and by whom, danger to people."""

    shown_to = SHOWN_TO

    kind = forms.ChoiceField(
        label=gettext_lazy("Đã xảy ra"), choices=[(str(kind), LOSS_WORDS[kind]) for kind in LossKind]
    )
    bottles = _labels(
        gettext_lazy("Nhãn từng chai đã mất"), gettext_lazy("Để trống nếu kiểm kê đã ghi, hoặc chưa rõ chai nào.")
    )
    found_at = _moment(gettext_lazy("Phát hiện lúc"))
    found_by = _words(gettext_lazy("Người phát hiện"), most=120, required=True)
    words = _words(gettext_lazy("Diễn biến"), most=1000, required=True, rows=4)
    danger_words = _words(
        gettext_lazy("Nguy hiểm cho người"),
        most=300,
        hint=gettext_lazy("Ai bị đe dọa, bị thương. Không có thì để trống."),
    )

    def __init__(self, data: Any = None, *, now: datetime, **kwargs: Any) -> None:
        super().__init__(data, initial={"found_at": now}, **kwargs)


class PoliceForm(forms.Form):
    """Which police unit was told, and when."""

    police_unit = _words(gettext_lazy("Đã báo công an: đơn vị, người nhận tin"), most=160, required=True)
    police_at = _moment(gettext_lazy("Báo lúc"))


class SentForm(forms.Form):
    """The report has gone to the authority."""

    report_number = _words(gettext_lazy("Số báo cáo"), most=60, required=True)
    sent_to = _words(gettext_lazy("Gửi đến"), most=160, required=True)
    sent_at = _moment(gettext_lazy("Gửi lúc"))
