"""Django's sessions in the database, read in plain SQL.

Every request of a signed-in person begins with this read. Composed by the ORM it takes ten times as long as PostgreSQL
takes to answer it (docs/performance.md). Table, writing and expiry stay Django's.
"""

from typing import Any

from django.contrib.sessions.backends import db
from django.db import connection
from django.utils import timezone

_SQL = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(db.SessionStore):
    """What SESSION_ENGINE names."""

    def load(self) -> dict[str, Any]:
        """What is kept for the key; nothing where no session lasts under it, and then the key is forgotten."""
        with connection.cursor() as cursor:
            cursor.execute(_SQL, [self.session_key, timezone.now()])
            found = cursor.fetchone()
        if found is None:
            self._session_key = None
            return {}
        return self.decode(found[0])
