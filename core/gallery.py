"""Invented samples for the gallery of components (debug mode): every component in each of its states."""

from typing import Any

from django import forms


class SampleForm(forms.Form):
    """Fields in each state; bound with wrong input by `samples`."""

    reason = forms.CharField(label="Lý do", help_text="Viết ngắn, không đổ lỗi.", max_length=80)
    dose = forms.CharField(
        label="Liều (mg)",
        help_text="Dấu phẩy hoặc dấu chấm đều được: 4,5 hay 4.5.",
        error_messages={"required": "Chưa có liều. Nhập số mg bác sĩ đã ký."},
    )
    note = forms.CharField(label="Ghi chú", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    phase = forms.ChoiceField(label="Giai đoạn", choices=[("m", "Điều trị duy trì"), ("t", "Giảm liều")])

    def clean_dose(self) -> str:
        text: str = self.cleaned_data["dose"]
        if text.count(".") == 1 and len(text.partition(".")[2]) == 3:
            raise forms.ValidationError(
                "1.250 có thể là một phẩy hai lăm hoặc một nghìn hai trăm rưỡi. Viết 1,25 hoặc 1250."
            )
        return text


def samples() -> dict[str, Any]:
    """The context of templates/core/gallery.html."""
    return {
        "days": [
            _day("CN", "65", "taken", "Chủ nhật 15/11: đã uống 65 mg"),
            _day("T2", "65", "taken", "Thứ hai 16/11: đã uống 65 mg"),
            _day("T3", "65", "taken", "Thứ ba 17/11: đã uống 65 mg"),
            _day("T4", "65", "taken", "Thứ tư 18/11: đã uống 65 mg"),
            _day("T5", "bỏ", "missed", "Thứ năm 19/11: bỏ liều"),
            _day("T6", "bỏ", "missed", "Thứ sáu 20/11: bỏ liều"),
            _day("T7", "nay", "today", "Thứ bảy 21/11: hôm nay"),
        ],
        "other_days": [
            _day("CN", "?", "unknown", "Chủ nhật 15/11: không rõ"),
            _day("T2", "65", "elsewhere", "Thứ hai 16/11: đã uống 65 mg ở bệnh viện"),
            _day("T3", "30", "look", "Thứ ba 17/11: đã uống 30 mg, nửa liều"),
            _day("T4", "hoãn", "look", "Thứ tư 18/11: tạm ngừng cấp liều"),
            _day("T5", "bỏ", "missed", "Thứ năm 19/11: bỏ liều"),
            _day("T6", "65", "taken", "Thứ sáu 20/11: đã uống 65 mg"),
            _day("T7", "nay", "today", "Thứ bảy 21/11: hôm nay"),
        ],
        "rows": [
            _row("0412", "V.A.S.", "80 mg", "8,0 mL", remark="đến 07:00 hằng ngày"),
            _row("0418", "L.V.P.", "65 mg", "6,5 mL", kind="look", tag="bỏ 2 ngày", current=True),
            _row("0425", "G.A.D.", "", "", kind="stop", tag="bỏ 4 ngày · chờ bác sĩ"),
            _row("0431", "Q.V.T.", "110 mg", "11,0 mL", remark="đơn hết hạn ngày mai"),
            _row("0440", "T.T.M.", "45 mg", "4,5 mL", kind="info", tag="mới chuyển đến"),
            _row("0446", "C.V.L.", "75 mg", "7,5 mL"),
        ],
        "done_rows": [
            _row("0405", "H.T.N.", "70 mg", "05:41", kind="go", tag="đã uống", done=True),
            _row("0409", "L.A.C.", "–", "05:58", kind="look", tag="tạm ngừng · xem lại 08:30", done=True),
        ],
        "face": (
            "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 64 64'%3E"
            "%3Crect width='64' height='64' fill='%23e7edf0'/%3E%3Ccircle cx='32' cy='26' r='14' fill='%23b07d52'/%3E"
            "%3Cpath d='M8 64c2-18 12-22 24-22s22 4 24 22z' fill='%23075f50'/%3E%3C/svg%3E"
        ),
        "parts": ["chai MP-0217: 2,5 mL", "chai MP-0231: 4,0 mL"],
        "ways": [
            {"value": "photo", "label": "Ảnh"},
            {"value": "birth_year", "label": "Năm sinh"},
            {"value": "known", "label": "Tôi biết mặt"},
        ],
        "signs": [
            {"value": "none", "label": "Tỉnh táo"},
            {"value": "sedated", "label": "Lờ đờ"},
            {"value": "alcohol", "label": "Có mùi rượu"},
            {"value": "slurred", "label": "Nói ngọng"},
            {"value": "unsteady", "label": "Đi không vững"},
            {"value": "pupils", "label": "Đồng tử co nhỏ"},
        ],
        "two_signs": ["sedated", "slurred"],
        "people": [
            {"username": "lo.thi.hoa", "label": "Lò Thị Hoa · dược sĩ"},
            {"username": "ca.van.nam", "label": "Cà Văn Nam · y sĩ"},
        ],
        "second_errors": {"pin": "PIN chưa đúng. Còn 3 lần thử."},
        "alone_errors": {"reason": "Chưa có lý do. Viết vài chữ: ai vắng, vì sao."},
        "form": SampleForm({"reason": "đường sạt lở", "dose": "1.250", "note": "", "phase": "m"}),
        "head": [
            {"label": "Cơ sở"},
            {"label": "Đủ dùng", "right": True},
            {"label": "Naloxone"},
            {"label": "Vướng mắc"},
        ],
        "table_rows": [
            [
                {"text": "Mường Pồn", "path": "#mp"},
                {"text": "4 ngày", "right": True, "kind": "stop"},
                {"text": "hết"},
                {"text": "Xin thuốc 18/11 chưa duyệt"},
            ],
            [
                {"text": "Nà Tấu", "path": "#nt"},
                {"text": "9 ngày", "right": True},
                {"text": "6 ống · HD 01/2027"},
                {"text": "Chênh lệch 12 mL"},
            ],
        ],
        "signers": [{"role": "Người cấp phát"}, {"role": "Người chứng kiến"}, {"role": "Trưởng trạm"}],
    }


def _day(label: str, figure: str, state: str, spoken: str) -> dict[str, str]:
    return {"label": label, "figure": figure, "state": state, "spoken": spoken}


def _row(code: str, initials: str, dose: str, ml: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "initials": initials, "dose": dose, "ml": ml, **more}
