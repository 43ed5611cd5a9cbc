#!/usr/bin/env python3
"""Django's command line. Commands that own tables run with the owner's database address, others as the application."""

import os
import sys

# These need more than the application may do: they change the schema, or write history at times of their own.
AS_OWNER = {"migrate", "makemigrations", "demo_data", "simulate", "sqlmigrate", "restore"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if len(sys.argv) > 1 and sys.argv[1] in AS_OWNER:
        os.environ.setdefault("TRAM_DATABASE_ROLE", "owner")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit("Django is not installed in this Python. Run `make setup` and use .venv/bin/python manage.py.")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
