"""What there is, and what the next release adds."""

from core import migrations

__path__ = [*migrations.__path__, *__path__]
