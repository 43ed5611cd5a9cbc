"""A face: taken with the telephone, or a picture that is there already; and that the patient agreed."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.attachments import PictureRefused
from core.portraits import portrait


class PortraitField(forms.FileField):
    """A picture, made small; None where none was sent."""

    def __init__(self, *, camera: bool, **kwargs: Any) -> None:
        attrs = {"accept": "image/*", "data-shrink": True} | ({"capture": "environment"} if camera else {})
        super().__init__(required=False, widget=forms.FileInput(attrs=attrs), allow_empty_file=True, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> bytes | None:
        sent = super().clean(data, initial)
        try:
            return portrait(sent) if sent else None
        except PictureRefused as refused:
            raise forms.ValidationError(refused.sentence) from refused


class PhotoForm(forms.Form):
    """One picture from either field. Where no agreement stands, the patient's is asked for."""

    taken = PortraitField(
        camera=True,
        label=gettext_lazy("Chụp ảnh"),
        help_text=gettext_lazy("Chụp từ ngực trở lên, nhìn thẳng, đủ sáng. Không chụp người khác."),
    )
    chosen = PortraitField(camera=False, label=gettext_lazy("Ảnh đã có trong máy"))
    language = forms.CharField(
        label=gettext_lazy("Đã giải thích bằng"),
        max_length=40,
        error_messages={"required": gettext_lazy("Viết tiếng đã dùng để giải thích.")},
    )
    agreed = forms.BooleanField(
        error_messages={"required": gettext_lazy("Hỏi người bệnh trước. Không đồng ý thì không chụp; vẫn cấp liều.")}
    )

    def __init__(self, *args: Any, asks: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks:
            del self.fields["language"], self.fields["agreed"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not (data.get("taken") or data.get("chosen")):
            self.add_error("taken", _("Chưa có ảnh. Chụp hoặc chọn một ảnh rồi lưu."))
        return data

    @property
    def picture(self) -> bytes:
        """What is kept. Only of a valid form."""
        made: bytes = self.cleaned_data["taken"] or self.cleaned_data["chosen"]
        return made
