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
            name="DemandFigure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("as_of", models.DateTimeField()),
                ("patients", models.PositiveIntegerField()),
                ("daily_mg", models.DecimalField(decimal_places=2, max_digits=12)),
                ("used_daily", models.BigIntegerField()),
                ("expected_new", models.PositiveIntegerField(default=0)),
            ],
        ),
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
            ],
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
            ],
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
            ],
        ),
        migrations.AddField(
            model_name="demandfigure",
            name="facility",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="facilities.facility"
            ),
        ),
        migrations.AddField(
            model_name="demandfigure",
            name="item",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="inventory.item"
            ),
        ),
        migrations.AddField(
            model_name="request",
            name="facility",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="facilities.facility"
            ),
        ),
        migrations.AddField(
            model_name="request",
            name="main_clinic",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="facilities.facility"
            ),
        ),
        migrations.AddField(
            model_name="request",
            name="opened_by",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="requestevent",
            name="actor",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="requestevent",
            name="consignment",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="inventory.consignment"
            ),
        ),
        migrations.AddField(
            model_name="requestevent",
            name="facility",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="facilities.facility"
            ),
        ),
        migrations.AddField(
            model_name="requestevent",
            name="request",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="inventory.request",
            ),
        ),
        migrations.AddField(
            model_name="requestevent",
            name="signature",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.signature"
            ),
        ),
        migrations.AddField(
            model_name="requestline",
            name="event",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lines",
                to="inventory.requestevent",
            ),
        ),
        migrations.AddField(
            model_name="requestline",
            name="item",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="inventory.item"
            ),
        ),
        migrations.AddConstraint(
            model_name="demandfigure",
            constraint=models.UniqueConstraint(fields=("facility", "item"), name="inventory_demandfigure_once"),
        ),
        migrations.AddConstraint(
            model_name="demandfigure",
            constraint=models.CheckConstraint(
                condition=models.Q(("daily_mg__gte", 0), ("used_daily__gte", 0)),
                name="inventory_demandfigure_not_negative",
            ),
        ),
        migrations.AddIndex(
            model_name="request",
            index=models.Index(fields=["main_clinic", "-period"], name="inventory_request_clinic"),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.UniqueConstraint(
                fields=("facility", "year", "number"), name="inventory_request_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gt", 0)), name="inventory_request_number_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(("facility", models.F("main_clinic")), _negated=True),
                name="inventory_request_facility_not_main_clinic",
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(("period__day", 1)), name="inventory_request_period_a_month"
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.UniqueConstraint(
                condition=models.Q(("cancelled_at__isnull", True), ("monthly", True)),
                fields=("facility", "period"),
                name="inventory_request_one_a_month",
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cancelled_at__isnull", True), ("ended_at", models.F("cancelled_at")), _connector="OR"
                ),
                name="inventory_request_cancelled_is_ended",
            ),
        ),
        migrations.AddConstraint(
            model_name="requestevent",
            constraint=models.UniqueConstraint(
                fields=("request", "position"), name="inventory_requestevent_position_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="requestevent",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="requestevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("side__in", ["site", "head", "clinic", "road"])),
                name="inventory_requestevent_side_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="requestevent",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="requestevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("consignment__isnull", False), ("step__in", ["prepare", "fall_through", "receive", "close"])
                    ),
                    models.Q(
                        ("consignment__isnull", True),
                        models.Q(("step__in", ["prepare", "fall_through", "receive", "close"]), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="inventory_requestevent_names_consignment",
            ),
        ),
        migrations.AddConstraint(
            model_name="requestevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("step__in", ["return", "withdraw", "cancel"]), _negated=True),
                    models.Q(("words", ""), _negated=True),
                    _connector="OR",
                ),
                name="inventory_requestevent_words_given",
            ),
        ),
        migrations.AddConstraint(
            model_name="requestevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")), name="inventory_requestevent_digest_whole"
            ),
        ),
        migrations.AddConstraint(
            model_name="requestline",
            constraint=models.UniqueConstraint(
                fields=("event", "position"), name="inventory_requestline_position_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="requestline",
            constraint=models.UniqueConstraint(
                fields=("event", "item", "size_ul"), name="inventory_requestline_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="requestline",
            constraint=models.CheckConstraint(
                condition=models.Q(("size_ul__isnull", True), ("size_ul__gt", 0), _connector="OR"),
                name="inventory_requestline_size_positive",
            ),
        ),
        migrations.AddConstraint(
            model_name="requestline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved__isnull", True),
                    ("approved", models.F("asked")),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="inventory_requestline_change_has_reason",
            ),
        ),
        append_only("inventory_requestevent", "inventory_requestline"),
        set_once("inventory_request", ["cancelled_at", "ended_at"]),
    ]
