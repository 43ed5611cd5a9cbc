import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.ids
from core.tables import append_only, set_once

_HEX = "^[0-9a-f]{64}$"


def _link(to: str, **more: object) -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=to, **{"related_name": "+"} | more)


class Migration(migrations.Migration):
    """Devices that were enrolled, who acted through them, and what their clocks said."""

    dependencies = [("staff", "0006_rota"), ("facilities", "0004_rest_days")]

    operations = [
        migrations.CreateModel(
            name="Device",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=60)),
                ("token_digest", models.CharField(max_length=64, unique=True)),
                ("enrolled_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                ("facility", _link("facilities.facility")),
                ("enrolled_by", _link(settings.AUTH_USER_MODEL, db_index=False)),
                ("revoked_by", _link(settings.AUTH_USER_MODEL, db_index=False, null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="staff_device_name_given"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("token_digest__regex", _HEX)), name="staff_device_digest_whole"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expires_at__isnull", True),
                            ("expires_at__gte", models.F("enrolled_at")),
                            _connector="OR",
                        ),
                        name="staff_device_expires_at_after_enrolled_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("revoked_at__isnull", True), ("revoked_by__isnull", True)),
                            models.Q(("revoked_at__isnull", False), ("revoked_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="staff_device_revoked_at_paired",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DeviceSession",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("token_digest", models.CharField(max_length=64, unique=True)),
                ("started_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("device", _link("staff.device", related_name="sessions")),
                ("person", _link(settings.AUTH_USER_MODEL)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("token_digest__regex", _HEX)), name="staff_devicesession_digest_whole"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expires_at__isnull", True),
                            ("expires_at__gte", models.F("started_at")),
                            _connector="OR",
                        ),
                        name="staff_devicesession_expires_at_after_started_at",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DeviceSeen",
            fields=[
                (
                    "device",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="seen",
                        serialize=False,
                        to="staff.device",
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="DeviceSync",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("device_at", models.DateTimeField(null=True)),
                ("received_at", models.DateTimeField()),
                ("offset_ms", models.BigIntegerField(null=True)),
                ("facts", models.PositiveIntegerField()),
                ("device", _link("staff.device", null=True)),
                ("facility", _link("facilities.facility")),
                ("person", _link(settings.AUTH_USER_MODEL, db_index=False)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("device_at__isnull", True), ("offset_ms__isnull", True)),
                            models.Q(("device_at__isnull", False), ("offset_ms__isnull", False)),
                            _connector="OR",
                        ),
                        name="staff_devicesync_device_at_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("device__isnull", True), ("device_at__isnull", False), _connector="OR"),
                        name="staff_devicesync_clock_of_a_device",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("facts__gt", 0)), name="staff_devicesync_facts_positive"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SyncedFact",
            fields=[
                ("fact_id", models.UUIDField(primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64)),
                ("device_occurred_at", models.DateTimeField()),
                ("sync", _link("staff.devicesync")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", _HEX)), name="staff_syncedfact_digest_whole"
                    ),
                ],
            },
        ),
        set_once("staff_device", ["revoked_at", "revoked_by_id"]),
        set_once("staff_devicesession", ["ended_at"]),
        append_only("staff_devicesync", "staff_syncedfact"),
    ]
