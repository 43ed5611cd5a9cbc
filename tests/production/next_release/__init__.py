"""The next release, as far as an upgrade needs it: migrations on the tables of a dose, and code that knows them.

Each room's folder adds migrations to those that there are. `become` gives the models the fields that they add, in a
process that was forked for it (tests.plugins.warm). Nothing of it is in the product.
"""

import importlib
from pathlib import Path
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.db.migrations import Migration
from django.db.migrations import operations as ops

from core.tables import Kept

ROOMS: Final = ("core", "patients", "followup", "inventory", "dispensing")
OF_THE_HOUSE: Final = {"kept": Kept.APPEND_ONLY}
MARK: Final = "next"  # what this code writes into its columns; code before it leaves them null


def last(room: str) -> str:
    """The room's newest migration in this release."""
    folder = Path(str(apps.get_app_config(room).path), "migrations")
    return max(file.stem for file in folder.glob("[0-9]*.py"))


def added() -> list[Migration]:
    """The migrations of the next release, in the order of the rooms."""
    folder = Path(__file__).parent
    return [
        importlib.import_module(f"{__name__}.{room}.{file.stem}").Migration(file.stem, room)
        for room in ROOMS
        for file in sorted(folder.joinpath(room).glob("[0-9]*.py"))
    ]


def become() -> None:
    """Make this process one of the next release: its migrations are known, its models have what they add, and a dose
    is written into the new columns and the new table.
    """
    settings.MIGRATION_MODULES = {room: f"{__name__}.{room}" for room in ROOMS}
    operations = [(migration.app_label, operation) for migration in added() for operation in migration.operations]
    for room, operation in operations:
        if isinstance(operation, ops.CreateModel):
            _make(room, operation)
    for room, operation in operations:
        if isinstance(operation, ops.AddField):
            field: Any = operation.field.clone()
            if field.null and isinstance(field, models.CharField):
                field.default = MARK
            apps.get_model(room, operation.model_name).add_to_class(operation.name, field)
    _tell_of_each_dose()


def _make(room: str, operation: ops.CreateModel) -> None:
    meta = type("Meta", (), {"app_label": room, **operation.options})
    fields = {name: field.clone() for name, field in operation.fields}
    type(operation.name, (models.Model,), {**fields, "Meta": meta, **OF_THE_HOUSE, "__module__": f"{room}.models"})


def _tell_of_each_dose() -> None:
    from dispensing.services import doses

    as_before = doses._confirm

    def confirm(*arguments: Any) -> doses.DoseReceipt:
        receipt = as_before(*arguments)
        if not receipt.known:
            with connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO dispensing_doseecho (dose_id, said) VALUES (%s, %s)", [receipt.dose_id, MARK]
                )
        return receipt

    doses._confirm = confirm
