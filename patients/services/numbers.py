"""Fresh numbers, taken from sequences: two people who register at once never meet."""

from django.db import connection

from patients.models import Patient
from patients.rules.codes import code_of


def next_codes(count: int) -> list[str]:
    """So many codes that no patient has, each with its check digit, in rising order."""
    codes: list[str] = []
    while len(codes) < count:  # again only where an imported patient has brought one of them along
        drawn = [code_of(number) for number in _draw("patients_code_number", count - len(codes))]
        taken = set(Patient.objects.filter(code__in=drawn).values_list("code", flat=True))
        codes += [code for code in drawn if code not in taken]
    return codes


def next_code() -> str:
    """A code that no patient has."""
    return next_codes(1)[0]


def next_card_numbers(count: int) -> list[int]:
    """So many card numbers, never used before."""
    return _draw("patients_card_number", count)


def _draw(sequence: str, count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s) FROM generate_series(1, %s)", [sequence, count])
        return [number for (number,) in cursor.fetchall()]
