"""Photos beside a fact: from a phone's camera or a file; the form works without any."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import attachments
from core.access import Access
from core.attachments import MOST_PICTURES, Picture, PictureRefused


class PhotosInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Up to MOST_PICTURES pictures; gives them made anew."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"accept": "image/jpeg,image/png", "capture": "environment", "multiple": True}
        super().__init__(required=False, widget=PhotosInput(attrs=attrs), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        sent: list[UploadedFile] = data if isinstance(data, list) else [data] if data else []
        if len(sent) > MOST_PICTURES:
            raise forms.ValidationError(_("Gửi nhiều nhất %(most)d ảnh.") % {"most": MOST_PICTURES})
        try:
            return [attachments.read(each) for each in sent]
        except PictureRefused as refused:
            raise forms.ValidationError(refused.sentence) from refused


class WithPhotos(forms.Form):
    """A form with photos. They are kept when it is sent, and stay with it when it has to be shown again."""

    photos = PhotosField(
        label=gettext_lazy("Ảnh"),
        help_text=gettext_lazy("Thùng, niêm phong, chai. Không chụp người bệnh. Chỉ hai bên và người vận chuyển xem."),
    )
    photos_kept = forms.CharField(required=False, max_length=800, widget=forms.HiddenInput)

    kept: tuple[str, ...] = ()
    shown_to: Any = ""  # where others than those of a journey see them

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.shown_to:
            self.fields["photos"].help_text = self.shown_to

    def keep_photos(self, *, by: Access, now: datetime) -> None:
        """Keep what was sent, whether or not the rest of the form is in order: nobody photographs a box twice."""
        self.is_valid()
        new: list[Picture] = self.cleaned_data.get("photos") or []
        before = attachments.from_slip(self.cleaned_data.get("photos_kept") or "")
        together = tuple(dict.fromkeys((*before, *attachments.keep(new, by=by, now=now))))
        self.kept = together[:MOST_PICTURES]

    @property
    def photos_slip(self) -> str:
        """What the hidden field carries when the form is shown again."""
        return attachments.slip(self.kept)
