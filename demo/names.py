"""Invented people: names put together from the surnames and given names of the peoples of the north-west. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from demo import dice


class People(StrEnum):
    """Whose language a person speaks at home."""

    THAI = "thai"
    HMONG = "hmong"
    KHMU = "khmu"
    KINH = "kinh"


LANGUAGES: Final = {
    People.THAI: "tiếng Thái",
    People.HMONG: "tiếng Mông",
    People.KHMU: "tiếng Khơ Mú",
    People.KINH: "tiếng Việt",
}


@dataclass(frozen=True)
class _Names:
    surnames: tuple[str, ...]
    middle_male: tuple[str, ...]
    middle_female: tuple[str, ...]
    given_male: tuple[str, ...]
    given_female: tuple[str, ...]


_NAMES: Final = {
    People.THAI: _Names(
        surnames=("Lò", "Quàng", "Cà", "Lường", "Tòng", "Vì", "Bạc", "Cầm", "Đèo", "Lù", "Điêu", "Hoàng"),
        middle_male=("Văn", "Văn", "Minh", "Quang", "Xuân", "Đình", "Hồng", "Trung", "Ngọc"),
        middle_female=("Thị", "Thị", "Thị", "Thu"),
        given_male=(
            "Pâng", "Hặc", "Inh", "Thoan", "Chung", "Phong", "Ơn", "Xôm", "Bun", "Pản", "Tiến", "Hùng", "Sơn", "Ánh",
            "Kiên", "Dọn", "Phương", "Thắng", "Nghĩa", "Biên", "Hoan", "Toản", "Diên", "Loan", "Panh", "Ngoan",
        ),
        given_female=("Ánh", "Hương", "Thoa", "Phượng", "Biên", "Hiêng", "Diện", "Xuân", "Lả", "Nọi", "Pưng", "Ương"),
    ),
    People.HMONG: _Names(
        surnames=("Vàng", "Giàng", "Sùng", "Mùa", "Thào", "Lầu", "Hạng", "Vừ", "Chá", "Cứ", "Ly", "Sình"),
        middle_male=("A",),
        middle_female=("Thị",),
        given_male=(
            "Páo", "Chứ", "Dơ", "Tủa", "Sình", "Lử", "Dế", "Nếnh", "Chống", "Vảng", "Sếnh", "Thề", "Khua", "Tằng",
            "Súa", "Hồ", "Chu", "Phử", "Gấu", "Dua",
        ),
        given_female=("Mỷ", "Dở", "Sua", "Chía", "Pà", "Ka", "Dợ", "Mảy", "Xua", "Ly"),
    ),
    People.KHMU: _Names(
        surnames=("Moong", "Cụt", "Lữ", "Xeo", "Ven", "Chích", "Quàng", "Lường"),
        middle_male=("Văn", "Văn", "Minh", "Xuân", "Đình"),
        middle_female=("Thị",),
        given_male=("Dung", "Oan", "Thi", "Nhoi", "Hoi", "Phanh", "Đức", "Thân", "Chom", "Khăm", "May", "Pheng"),
        given_female=("Oanh", "Mo", "Xuân", "Phón", "Lan", "Bích", "Ươi"),
    ),
    People.KINH: _Names(
        surnames=("Nguyễn", "Trần", "Lê", "Phạm", "Vũ", "Đỗ", "Bùi", "Đặng", "Hoàng", "Ngô"),
        middle_male=("Văn", "Đức", "Minh", "Hữu", "Quốc", "Xuân"),
        middle_female=("Thị", "Thu", "Ngọc", "Thanh"),
        given_male=("Hải", "Nam", "Tuấn", "Dũng", "Long", "Cường", "Thành", "Khánh", "Bình", "Quân", "Lâm", "Trung"),
        given_female=("Hà", "Ngọc", "Yến", "Lan", "Hạnh", "Mai", "Trang", "Thảo", "Nga", "Châu"),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Invented:
    """A person who does not exist."""

    full_name: str
    people: People
    female: bool

    @property
    def language(self) -> str:
        return LANGUAGES[self.people]


def invent(people: People, *key: object, female: bool) -> Invented:
    """Put a name together; the same key gives the same name."""
    names = _NAMES[people]
    middle = names.middle_female if female else names.middle_male
    given = names.given_female if female else names.given_male
    parts = (
        dice.pick(names.surnames, *key, "surname"),
        dice.pick(middle, *key, "middle"),
        dice.pick(given, *key, "given"),
    )
    return Invented(" ".join(parts), people, female)
