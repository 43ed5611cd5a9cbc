from collections.abc import Callable
from typing import Any

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThan

from core.sealing import keyring

CHUNK = 2000


def seal(model: str, column: str, plain: Callable[[Any], bytes]) -> migrations.RunPython:
    """Seal what stood in the open; the keys have to be in the environment of the migration."""

    def run(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        rows = apps.get_model("patients", model).objects
        table = f"patients_{model.lower()}"
        for row in rows.filter(key="").iterator(CHUNK):
            sealed = keyring().seal(plain(getattr(row, column)), of=f"{table}:{row.patient_id}")
            rows.filter(pk=row.pk).update(key=sealed.key, content=sealed.content)

    return migrations.RunPython(run, elidable=True)


def packed(full_name: str) -> bytes:
    from patients.rules.person import Particulars

    return Particulars(full_name).packed()


def constraints(model: str) -> list[migrations.AddConstraint]:
    known = models.CheckConstraint(condition=models.Q(key__regex="^[a-z0-9][a-z0-9-]*$"), name=f"patients_{model}_key")
    sealed = models.CheckConstraint(condition=GreaterThan(Length("content"), 28), name=f"patients_{model}_sealed")
    return [migrations.AddConstraint(model_name=model, constraint=each) for each in (known, sealed)]


class Migration(migrations.Migration):
    """Names and photos are sealed (AES-GCM); who holds only the database reads neither."""

    dependencies = [("patients", "0005_places")]

    operations = [
        *(
            migrations.AddField(model, name, field, preserve_default=False)
            for model in ("identity", "photo")
            for name, field in (
                ("key", models.CharField(max_length=16, default="")),
                ("content", models.BinaryField(default=b"")),
            )
        ),
        seal("Identity", "full_name", packed),
        seal("Photo", "image", bytes),
        migrations.RemoveField("identity", "full_name"),
        migrations.RemoveField("photo", "image"),
        *constraints("identity"),
        *constraints("photo"),
    ]
