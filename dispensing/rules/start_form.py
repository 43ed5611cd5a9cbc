"""The form by which a site begins (domain 12.5): its columns, what each asks, and the words that it understands.

In Vietnamese for everybody, whatever the language of the page: what stands in a file is data, and a file that one
person has filled in is read by another.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dispensing.rules.facts import Phase
from patients.rules.alerts import AlertKind


class Field(StrEnum):
    """What a column holds. The value is ours; the heading is what people see."""

    CODE = "code"
    NAME = "name"
    SEX = "sex"
    BORN = "born"
    PHONE = "phone"
    PHONE_OF = "phone_of"
    LANGUAGE = "language"
    TREATED_SINCE = "treated_since"
    PLACE = "place"
    FIRST_DAY = "first_day"
    DOSE = "dose"
    ORDER_FROM = "order_from"
    ORDER_UNTIL = "order_until"
    PHASE = "phase"
    PHYSICIAN = "physician"
    SIGNED_ON = "signed_on"
    LAST_ON = "last_on"
    LAST_MG = "last_mg"
    MISSED_7 = "missed_7"
    MISSED_30 = "missed_30"
    CHANGED_ON = "changed_on"
    BEFORE_MG = "before_mg"
    ALERTS = "alerts"
    MEDICINES = "medicines"
    TAKE_HOME = "take_home"
    CONSENT = "consent"


class Holds(StrEnum):
    """What is written in a column's cells, for how the form shows them."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `needed`: no row without it. `words`: the only ones allowed, where there are such."""

    field: Field
    heading: str
    asks: str
    example: str
    holds: Holds = Holds.TEXT
    needed: bool = False
    words: tuple[str, ...] = ()


UNKNOWN: Final = "không rõ"
UNCHANGED: Final = "chưa đổi"
SEXES: Final[Mapping[str, str]] = {"m": "nam", "f": "nữ"}
PHASES: Final[Mapping[Phase, str]] = {
    Phase.INDUCTION: "khởi liều",
    Phase.ADJUSTMENT: "điều chỉnh liều",
    Phase.MAINTENANCE: "điều trị duy trì",
    Phase.TAPER: "giảm liều",
}
ALERTS: Final[Mapping[AlertKind, str]] = {
    AlertKind.PREGNANCY: "mang thai",
    AlertKind.SEDATIVES: "thuốc an thần",
    AlertKind.ALCOHOL: "rượu",
    AlertKind.QT: "QT kéo dài",
    AlertKind.LIVER: "bệnh gan nặng",
    AlertKind.EPILEPSY: "động kinh",
}
# As they are written in the field, with the names of the register's list.
MEDICINES: Final[Mapping[str, str]] = {
    "rifampicin": "rifampicin",
    "efavirenz": "efavirenz",
    "nevirapin": "nevirapine",
    "nevirapine": "nevirapine",
    "carbamazepin": "carbamazepine",
    "carbamazepine": "carbamazepine",
    "phenytoin": "phenytoin",
    "azol": "azole",
    "fluconazol": "azole",
    "itraconazol": "azole",
}
PHONES_OF: Final[Mapping[str, str]] = {"own": "người bệnh", "family": "người nhà", "other": "khác"}
CONSENTS: Final[Mapping[str, str]] = {"yes": "có", "no": "chưa hỏi"}

EVENING: Final = "Tính đến hết ngày trước “Ngày đầu uống tại đây”."

COLUMNS: Final[tuple[Column, ...]] = (
    Column(
        Field.CODE, "Mã số", "Mã số cũ, 4 đến 10 chữ số. Để trống thì Trạm cấp mã mới.", "", Holds.TEXT
    ),
    Column(Field.NAME, "Họ và tên", "Như trên giấy tờ.", "Lò Văn Mẫu", needed=True),
    Column(Field.SEX, "Giới tính", "Chọn một từ.", "nam", needed=True, words=tuple(SEXES.values())),
    Column(Field.BORN, "Năm sinh", "Bốn chữ số.", "1984", Holds.NUMBER, needed=True),
    Column(Field.PHONE, "Điện thoại", "10 hoặc 11 chữ số; không có thì để trống.", "0912 345 678"),
    Column(
        Field.PHONE_OF, "Điện thoại của ai", "Để trống là của người bệnh.", "người nhà",
        words=tuple(PHONES_OF.values()),
    ),
    Column(Field.LANGUAGE, "Tiếng nói", "Tiếng mà người bệnh hiểu rõ nhất.", "tiếng Thái"),
    Column(
        Field.TREATED_SINCE, "Ngày bắt đầu điều trị", "Ngày bắt đầu điều trị methadone lần này.", "03/04/2021",
        Holds.DAY, needed=True,
    ),
    Column(Field.PLACE, "Nơi uống", "Tên cơ sở như trong Trạm; mỗi tệp một cơ sở.", "", needed=True),
    Column(
        Field.FIRST_DAY, "Ngày đầu uống tại đây",
        "Ngày đầu tiên ghi trong Trạm, thường giống nhau cho cả tệp. Lưu tệp ngay hôm đó hoặc chiều hôm trước.",
        "01/12/2026", Holds.DAY, needed=True,
    ),
    Column(
        Field.DOSE, "Liều theo đơn (mg)",
        "Liều cả ngày. Chia hai lần thì viết 40+20. Chưa có đơn còn hạn: để trống cả sáu ô về đơn.", "62,5",
        Holds.NUMBER,
    ),
    Column(Field.ORDER_FROM, "Đơn từ ngày", "Ngày đầu của đơn đang dùng.", "16/11/2026", Holds.DAY),
    Column(Field.ORDER_UNTIL, "Đơn đến ngày", "Ngày cuối, tính cả ngày đó.", "15/12/2026", Holds.DAY),
    Column(Field.PHASE, "Giai đoạn", "Chọn một từ.", "điều trị duy trì", words=tuple(PHASES.values())),
    Column(
        Field.PHYSICIAN, "Bác sĩ ký đơn",
        "Tên đăng nhập trong Trạm của bác sĩ đã ký đơn giấy. Giữ lại đơn giấy đã ký.", "bs.ha",
    ),
    Column(Field.SIGNED_ON, "Ngày ký đơn", "Ngày trên đơn giấy.", "15/11/2026", Holds.DAY),
    Column(
        Field.LAST_ON, "Ngày uống liều cuối",
        "Ngày uống gần nhất, hoặc viết: không rõ. Người chưa uống lần nào (bắt đầu điều trị từ ngày đầu): để trống.",
        "30/11/2026", Holds.DAY,
    ),
    Column(Field.LAST_MG, "Liều cuối (mg)", "Số mg đã uống lần đó.", "62,5", Holds.NUMBER),
    Column(
        Field.MISSED_7, "Số ngày vắng trong 7 ngày",
        "Số ngày không uống trong 7 ngày gần nhất; viết 0 nếu uống đủ, hoặc viết: không rõ.", "0", Holds.NUMBER,
    ),
    Column(
        Field.MISSED_30, "Số ngày vắng trong 30 ngày", "Như trên, trong 30 ngày gần nhất.", "2", Holds.NUMBER
    ),
    Column(
        Field.CHANGED_ON, "Ngày đổi liều gần nhất",
        "Ngày đầu của liều hiện tại; hoặc viết: chưa đổi, không rõ.", "02/10/2026", Holds.DAY, needed=True,
    ),
    Column(
        Field.BEFORE_MG, "Liều trước khi đổi (mg)",
        "Để trống nếu không biết; khi đó Trạm coi là đã tăng liều.", "60", Holds.NUMBER,
    ),
    Column(
        Field.ALERTS, "Cảnh báo",
        "Nhiều điều thì cách nhau bằng dấu chấm phẩy. Biết ngày thì viết trong ngoặc.",
        "mang thai (01/09/2026); rượu", words=tuple(ALERTS.values()),
    ),
    Column(
        Field.MEDICINES, "Thuốc khác đang uống",
        "Thuốc có thể làm tăng, giảm nồng độ methadone: rifampicin, efavirenz, nevirapin, carbamazepin, phenytoin, "
        "azol; thuốc khác thì viết tên. Cách nhau bằng dấu chấm phẩy. Chỉ người có quyền mới thấy tên.",
        "rifampicin (15/10/2026)",
    ),
    Column(
        Field.TAKE_HOME, "Thuốc mang về đến hết ngày",
        "Nếu còn lọ mang về cho những ngày từ “Ngày đầu uống tại đây”: ngày cuối có lọ.", "", Holds.DAY,
    ),
    Column(
        Field.CONSENT, "Đồng ý lưu hồ sơ", "Im lặng không phải là đồng ý.", "có", needed=True,
        words=tuple(CONSENTS.values()),
    ),
)  # fmt: skip

AS_OF_THE_EVENING: Final = (Field.LAST_ON, Field.LAST_MG, Field.MISSED_7, Field.MISSED_30)
ORDER: Final = (Field.DOSE, Field.ORDER_FROM, Field.ORDER_UNTIL, Field.PHASE, Field.PHYSICIAN, Field.SIGNED_ON)
SHEET: Final = "Người bệnh"
EXPLAINED: Final = "Cách ghi"
