"""What is typed in the register."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.models import Sex, Status
from patients.rules.names import initials_of
from patients.rules.person import MOST_PHONES, WHOSE_WORDS, Phone, Whose, tidy_phone
from patients.rules.words import SEX_WORDS, STATUS_WORDS
from patients.services.register import NewPatient

YOUNGEST: Final = 10  # years; a typing slip in the birth year, not a rule of treatment
_DAY = {"type": "date"}


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Chọn ngày."),
            "invalid": gettext_lazy("Ngày chưa đúng. Viết như 24/11/2026."),
        },
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        **kwargs,
    )


def lettered(name: str) -> str:
    """The name, where initials can be made of it."""
    try:
        initials_of(name)
    except ValueError as error:
        raise forms.ValidationError(_("Họ và tên cần có chữ cái.")) from error
    return name


class RegisterFilter(forms.Form):
    """Which part of the register to show; what cannot be read is left out."""

    q = forms.CharField(required=False, max_length=40)
    facility = forms.TypedChoiceField(required=False, coerce=int, empty_value=None)
    page = forms.IntegerField(required=False, min_value=1, max_value=100_000)

    def __init__(self, data: Any, *, facilities: Sequence[tuple[int, str]]) -> None:
        super().__init__(data)
        facility = self.fields["facility"]
        if isinstance(facility, forms.TypedChoiceField):
            facility.choices = list(facilities)


class NewPatientForm(forms.Form):
    """A patient enters the register."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    full_name = forms.CharField(
        label=gettext_lazy("Họ và tên"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Viết họ và tên như trên giấy tờ.")},
    )
    sex = forms.ChoiceField(
        label=gettext_lazy("Giới tính"),
        choices=[(str(sex), SEX_WORDS[sex]) for sex in (Sex.MALE, Sex.FEMALE)],
        error_messages={"required": gettext_lazy("Chọn nam hoặc nữ.")},
    )
    birth_year = forms.IntegerField(
        label=gettext_lazy("Năm sinh"),
        min_value=1900,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 4}),
        error_messages={
            "required": gettext_lazy("Viết năm sinh, bốn chữ số."),
            "invalid": gettext_lazy("Năm sinh gồm bốn chữ số, như 1984."),
            "min_value": gettext_lazy("Năm sinh gồm bốn chữ số, như 1984."),
        },
    )
    language = forms.CharField(
        label=gettext_lazy("Tiếng nói"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Tiếng mà người bệnh hiểu rõ nhất: tiếng Thái, tiếng Mông, tiếng Việt…"),
    )
    phone = forms.CharField(
        label=gettext_lazy("Số điện thoại"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        help_text=gettext_lazy("Để gọi khi người bệnh vắng. Được giữ kín như họ tên; có thể để trống."),
    )
    phone_whose = forms.ChoiceField(
        label=gettext_lazy("Của ai"), choices=WHOSE_WORDS.items(), required=False, initial=Whose.OWN
    )
    treatment_started_on = day_field(gettext_lazy("Bắt đầu điều trị methadone"))
    facility = forms.TypedChoiceField(
        label=gettext_lazy("Uống thuốc tại"),
        coerce=int,
        error_messages={
            "required": gettext_lazy("Chọn cơ sở."),
            "invalid_choice": gettext_lazy("Chọn cơ sở trong danh sách."),
        },
    )
    starts_on = day_field(gettext_lazy("Từ ngày"))
    consent = forms.ChoiceField(
        choices=[
            ("yes", gettext_lazy("Đồng ý")),
            ("no", gettext_lazy("Chưa hỏi")),
        ],
        error_messages={"required": gettext_lazy("Chọn một câu. Im lặng không phải là đồng ý.")},
    )

    def __init__(self, data: Any = None, *, facilities: Sequence[tuple[int, str]], today: date, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.today = today
        facility = self.fields["facility"]
        if isinstance(facility, forms.TypedChoiceField):
            facility.choices = list(facilities)

    def clean_full_name(self) -> str:
        return lettered(self.cleaned_data["full_name"])

    def clean_phone(self) -> str:
        said: str = self.cleaned_data["phone"]
        try:
            return tidy_phone(said) if said else ""
        except ValueError as error:
            raise forms.ValidationError(_("Số điện thoại gồm 10 hoặc 11 chữ số, như 0912 345 678.")) from error

    def clean_birth_year(self) -> int:
        year: int = self.cleaned_data["birth_year"]
        if year > self.today.year - YOUNGEST:
            raise forms.ValidationError(_("Năm sinh này quá gần. Kiểm tra lại."))
        return year

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        began, starts = data.get("treatment_started_on"), data.get("starts_on")
        if began and starts and began > starts:
            self.add_error("treatment_started_on", _("Ngày bắt đầu điều trị không thể sau ngày đầu tiên uống ở đây."))
        return data

    def new_patient(self) -> NewPatient:
        """What the service takes. Only of a valid form."""
        said = self.cleaned_data
        told_in = said["language"] or _("tiếng Việt")
        return NewPatient(
            id=said["id"],
            full_name=said["full_name"],
            phones=(Phone(said["phone"], Whose(said["phone_whose"] or Whose.OWN)),) if said["phone"] else (),
            sex=Sex(said["sex"]),
            birth_year=said["birth_year"],
            language=said["language"],
            treatment_started_on=said["treatment_started_on"],
            facility_id=said["facility"],
            starts_on=said["starts_on"],
            consent_language=told_in if said["consent"] == "yes" else "",
        )


class PlaceForm(forms.Form):
    """Where the patient drinks from a day on."""

    facility = forms.TypedChoiceField(
        label=gettext_lazy("Uống thuốc tại"),
        coerce=int,
        error_messages={
            "required": gettext_lazy("Chọn cơ sở."),
            "invalid_choice": gettext_lazy("Chọn cơ sở trong danh sách."),
        },
    )
    starts_on = day_field(gettext_lazy("Từ ngày"))

    def __init__(self, data: Any = None, *, facilities: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        facility = self.fields["facility"]
        if isinstance(facility, forms.TypedChoiceField):
            facility.choices = [("", _("Chọn cơ sở…")), *facilities]


class StatusForm(forms.Form):
    """Another standing in treatment."""

    status = forms.ChoiceField(
        label=gettext_lazy("Tình trạng"),
        choices=[(str(status), STATUS_WORDS[status]) for status in Status],
        error_messages={"required": gettext_lazy("Chọn tình trạng.")},
    )
    from_day = day_field(gettext_lazy("Từ ngày"))
    reason = forms.CharField(
        label=gettext_lazy("Lý do"),
        max_length=200,
        error_messages={"required": gettext_lazy("Viết lý do, vài chữ là đủ.")},
    )


class ConsentForm(forms.Form):
    """The patient was told in this language and agreed."""

    language = forms.CharField(
        label=gettext_lazy("Đã giải thích bằng"),
        max_length=40,
        error_messages={"required": gettext_lazy("Viết tiếng đã dùng để giải thích.")},
    )


class PhonesForm(forms.Form):
    """By which telephones a patient is reached; a row left empty is none."""

    def __init__(self, data: Any = None, *, phones: Sequence[Phone] = (), **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        for number in range(MOST_PHONES):
            known = phones[number] if number < len(phones) else None
            self.fields[f"phone_{number}"] = forms.CharField(
                label=_("Số điện thoại %(n)d") % {"n": number + 1},
                required=False,
                max_length=30,
                initial=known.grouped if known else "",
                widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
            )
            self.fields[f"whose_{number}"] = forms.ChoiceField(
                label=_("Của ai"), choices=WHOSE_WORDS.items(), initial=known.whose if known else Whose.OWN
            )

    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Number and owner, side by side."""
        return [(self[f"phone_{number}"], self[f"whose_{number}"]) for number in range(MOST_PHONES)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for number in range(MOST_PHONES):
            said = data.get(f"phone_{number}", "")
            if said:
                try:
                    data[f"phone_{number}"] = tidy_phone(said)
                except ValueError:
                    self.add_error(f"phone_{number}", _("Số điện thoại gồm 10 hoặc 11 chữ số, như 0912 345 678."))
        return data

    def phones(self) -> tuple[Phone, ...]:
        """What the service takes. Only of a valid form."""
        said = [(self.cleaned_data[f"phone_{n}"], self.cleaned_data[f"whose_{n}"]) for n in range(MOST_PHONES)]
        return tuple({number: Phone(number, Whose(whose)) for number, whose in said if number}.values())


class NameForm(forms.Form):
    """The name as it should have been written."""

    full_name = forms.CharField(
        label=gettext_lazy("Họ và tên"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Viết họ và tên như trên giấy tờ.")},
    )

    def clean_full_name(self) -> str:
        return lettered(self.cleaned_data["full_name"])
