import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.ids
from core.tables import append_only, set_once


class Migration(migrations.Migration):
    """The emergency shelf: its checks, what it is to hold, and who was asked for more."""

    dependencies = [
        ("facilities", "0003_emergency_card"),
        ("inventory", "0007_counts"),
        ("staff", "0003_witness"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Caseload",
            fields=[
                (
                    "facility",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="facilities.facility",
                    ),
                ),
                ("patients", models.PositiveIntegerField()),
                ("as_of", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="ShelfCheck",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("digest", models.CharField(max_length=64)),
                ("checked_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "checked_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="facilities.facility"
                    ),
                ),
                (
                    "naloxone",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="shelf", to="inventory.naloxonecheck"
                    ),
                ),
                (
                    "signature",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.signature"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["facility", "-checked_at"], name="inventory_shelfcheck_latest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")),
                        name="inventory_shelfcheck_digest_whole",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ShelfLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("equipment", models.CharField(max_length=20)),
                ("state", models.CharField(max_length=10)),
                (
                    "shelf_check",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="inventory.shelfcheck",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "equipment__in",
                                ["ambu_bag", "oxygen", "syringes", "phone_numbers", "camera", "separate_room"],
                            )
                        ),
                        name="inventory_shelfline_equipment_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["ok", "missing", "broken"])),
                        name="inventory_shelfline_state_known",
                    ),
                    models.UniqueConstraint(fields=("shelf_check", "equipment"), name="inventory_shelfline_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RestockRequest",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("amount", models.PositiveIntegerField()),
                ("usable", models.PositiveIntegerField()),
                ("minimum", models.PositiveIntegerField()),
                ("why", models.CharField(max_length=20)),
                ("raised_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_how", models.CharField(max_length=10, null=True)),
                ("reason", models.CharField(max_length=300, null=True)),
                (
                    "consignment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="restocks",
                        to="inventory.consignment",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facilities.facility",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.item",
                    ),
                ),
                (
                    "raised_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["facility", "-raised_at"], name="inventory_restock_latest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("why__in", ["none_usable", "at_minimum", "expires_first"])),
                        name="inventory_restockrequest_why_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="inventory_restockrequest_amount_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("due_at__isnull", True), ("due_at__gte", models.F("raised_at")), _connector="OR"
                        ),
                        name="inventory_restockrequest_due_at_after_raised_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sent_at__isnull", True), ("sent_by__isnull", True)),
                            models.Q(("sent_at__isnull", False), ("sent_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="inventory_restockrequest_sent_at_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("consignment__isnull", True), ("sent_at__isnull", False), _connector="OR"),
                        name="inventory_restockrequest_sent_with_consignment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_at__isnull", True),
                                ("ended_by__isnull", True),
                                ("ended_how__isnull", True),
                                ("reason__isnull", True),
                            ),
                            models.Q(("ended_at__isnull", False), ("ended_how", "received"), ("reason__isnull", True)),
                            models.Q(
                                ("ended_at__isnull", False),
                                ("ended_by__isnull", False),
                                ("ended_how", "refused"),
                                ("reason__isnull", False),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="inventory_restockrequest_end_fits",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("facility",),
                        name="inventory_restockrequest_one_open",
                    ),
                ],
            },
        ),
        migrations.RemoveConstraint(
            model_name="act",
            name="inventory_act_kind_known",
        ),
        migrations.AddConstraint(
            model_name="act",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "receipt",
                            "to_dispensing",
                            "opening",
                            "dose",
                            "dose_void",
                            "not_swallowed",
                            "emptying",
                            "quarantine",
                            "dispatch",
                            "consignment_receipt",
                            "taken_back",
                            "not_arrived",
                            "admitted",
                            "settled",
                            "measure",
                            "priming",
                            "count",
                            "spill",
                            "breakage",
                            "loss",
                            "recall",
                            "destruction",
                            "ampoules_out",
                        ],
                    )
                ),
                name="inventory_act_kind_known",
            ),
        ),
        append_only("inventory_shelfcheck", "inventory_shelfline"),
        set_once(
            "inventory_restockrequest",
            ["sent_at", "sent_by_id", "consignment_id", "ended_at", "ended_by_id", "ended_how", "reason"],
        ),
    ]
