import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.tables import append_only, set_once


class Migration(migrations.Migration):
    """Requests of the sites to their main clinics, and the figures that they are proposed from."""

    dependencies = [
        ("facilities", "0003_emergency_card"),
        ("inventory", "0008_shelf"),
        ("staff", "0003_witness"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Request",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("year", models.PositiveSmallIntegerField()),
                ("number", models.PositiveIntegerField()),
                ("period", models.DateField()),
                ("monthly", models.BooleanField()),
                ("opened_at", models.DateTimeField()),
                ("cancelled_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
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
                    "main_clinic",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facilities.facility",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["main_clinic", "-period"], name="inventory_request_clinic")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("facility", "year", "number"), name="inventory_request_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gt", 0)), name="inventory_request_number_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("facility", models.F("main_clinic")), _negated=True),
                        name="inventory_request_facility_not_main_clinic",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("period__day", 1)), name="inventory_request_period_a_month"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("cancelled_at__isnull", True), ("monthly", True)),
                        fields=("facility", "period"),
                        name="inventory_request_one_a_month",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("cancelled_at__isnull", True), ("ended_at", models.F("cancelled_at")), _connector="OR"
                        ),
                        name="inventory_request_cancelled_is_ended",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RequestEvent",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("position", models.PositiveSmallIntegerField()),
                ("step", models.CharField(max_length=20)),
                ("before", models.CharField(max_length=20)),
                ("state", models.CharField(max_length=20)),
                ("side", models.CharField(max_length=10)),
                ("actor_label", models.CharField(max_length=40)),
                ("at", models.DateTimeField()),
                ("words", models.CharField(blank=True, max_length=500)),
                ("digest", models.CharField(max_length=64)),
                ("content", models.JSONField()),
                (
                    "actor",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "consignment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.consignment",
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
                    "request",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="inventory.request",
                    ),
                ),
                (
                    "signature",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.signature"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("request", "position"), name="inventory_requestevent_position_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("before", "new"), ("state", "draft"), ("step", "draft")),
                            models.Q(("before", "draft"), ("state", "draft"), ("step", "revise")),
                            models.Q(("before", "returned"), ("state", "draft"), ("step", "revise")),
                            models.Q(("before", "draft"), ("state", "sent"), ("step", "send")),
                            models.Q(("before", "returned"), ("state", "sent"), ("step", "send")),
                            models.Q(("before", "sent"), ("state", "sent"), ("step", "endorse")),
                            models.Q(("before", "sent"), ("state", "approved"), ("step", "approve")),
                            models.Q(("before", "sent"), ("state", "changed"), ("step", "approve")),
                            models.Q(("before", "sent"), ("state", "returned"), ("step", "return")),
                            models.Q(("before", "draft"), ("state", "cancelled"), ("step", "withdraw")),
                            models.Q(("before", "returned"), ("state", "cancelled"), ("step", "withdraw")),
                            models.Q(("before", "sent"), ("state", "cancelled"), ("step", "withdraw")),
                            models.Q(("before", "approved"), ("state", "cancelled"), ("step", "cancel")),
                            models.Q(("before", "changed"), ("state", "cancelled"), ("step", "cancel")),
                            models.Q(("before", "approved"), ("state", "prepared"), ("step", "prepare")),
                            models.Q(("before", "changed"), ("state", "prepared"), ("step", "prepare")),
                            models.Q(("before", "prepared"), ("state", "approved"), ("step", "fall_through")),
                            models.Q(("before", "prepared"), ("state", "changed"), ("step", "fall_through")),
                            models.Q(("before", "prepared"), ("state", "received"), ("step", "receive")),
                            models.Q(("before", "received"), ("state", "closed"), ("step", "close")),
                            _connector="OR",
                        ),
                        name="inventory_requestevent_known_way",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("side__in", ["site", "head", "clinic", "road"])),
                        name="inventory_requestevent_side_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("signature__isnull", False), ("step__in", ["send", "endorse", "approve"])),
                            models.Q(
                                ("signature__isnull", True),
                                models.Q(("step__in", ["send", "endorse", "approve"]), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="inventory_requestevent_signed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("consignment__isnull", False),
                                ("step__in", ["prepare", "fall_through", "receive", "close"]),
                            ),
                            models.Q(
                                ("consignment__isnull", True),
                                models.Q(("step__in", ["prepare", "fall_through", "receive", "close"]), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="inventory_requestevent_names_consignment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("step__in", ["return", "withdraw", "cancel"]), _negated=True),
                            models.Q(("words", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="inventory_requestevent_words_given",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")),
                        name="inventory_requestevent_digest_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RequestLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("size_ul", models.PositiveBigIntegerField(null=True)),
                ("proposed", models.PositiveIntegerField()),
                ("asked", models.PositiveIntegerField()),
                ("approved", models.PositiveIntegerField(null=True)),
                ("reason", models.CharField(blank=True, max_length=300)),
                (
                    "event",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="inventory.requestevent",
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
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("event", "position"), name="inventory_requestline_position_once"),
                    models.UniqueConstraint(
                        fields=("event", "item", "size_ul"), name="inventory_requestline_once", nulls_distinct=False
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("size_ul__isnull", True), ("size_ul__gt", 0), _connector="OR"),
                        name="inventory_requestline_size_positive",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved__isnull", True),
                            ("approved", models.F("asked")),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="inventory_requestline_change_has_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DemandFigure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("as_of", models.DateTimeField()),
                ("patients", models.PositiveIntegerField()),
                ("daily_mg", models.DecimalField(decimal_places=2, max_digits=12)),
                ("used_daily", models.BigIntegerField()),
                ("expected_new", models.PositiveIntegerField(default=0)),
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
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("facility", "item"), name="inventory_demandfigure_once"),
                    models.CheckConstraint(
                        condition=models.Q(("daily_mg__gte", 0), ("used_daily__gte", 0)),
                        name="inventory_demandfigure_not_negative",
                    ),
                ],
            },
        ),
        append_only("inventory_requestevent", "inventory_requestline"),
        set_once("inventory_request", ["cancelled_at", "ended_at"]),
    ]
