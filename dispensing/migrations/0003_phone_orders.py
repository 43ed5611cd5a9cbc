import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.ids
from core.tables import set_once, set_once_also


class Migration(migrations.Migration):
    dependencies = [
        ("dispensing", "0002_guards"),
        ("facilities", "0002_guards"),
        ("patients", "0002_guards"),
        ("staff", "0002_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Delegation",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("digest", models.CharField(max_length=64)),
                ("recorded_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "assistant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="facilities.facility"
                    ),
                ),
                (
                    "physician",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
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
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("assistant", models.F("physician")), _negated=True),
                        name="dispensing_delegation_assistant_not_physician",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                        ),
                        name="dispensing_delegation_ends_on_after_starts_on",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                            models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="dispensing_delegation_ended_at_paired",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DelegatedOrder",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=20)),
                ("ordered", models.JSONField(default=dict)),
                ("recorded_at", models.DateTimeField()),
                ("digest", models.CharField(max_length=64)),
                ("signed_at", models.DateTimeField(null=True)),
                ("disowned_at", models.DateTimeField(null=True)),
                ("disowned_words", models.CharField(max_length=300, null=True)),
                (
                    "acting_for",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "done_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
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
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.patient"
                    ),
                ),
                (
                    "signature",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.signature"
                    ),
                ),
                (
                    "delegation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="orders", to="dispensing.delegation"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("disowned_at__isnull", True), ("signed_at__isnull", True)),
                        fields=["facility", "recorded_at"],
                        name="dispensing_delegated_unsigned",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["bridging", "coming_back", "lift", "replacement"])),
                        name="dispensing_delegatedorder_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("signature__isnull", True), ("signed_at__isnull", True)),
                            models.Q(("signature__isnull", False), ("signed_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="dispensing_delegatedorder_signature_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("disowned_at__isnull", True), ("disowned_words__isnull", True)),
                            models.Q(("disowned_at__isnull", False), ("disowned_words__isnull", False)),
                            _connector="OR",
                        ),
                        name="dispensing_delegatedorder_disowned_at_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("signed_at__isnull", True), ("disowned_at__isnull", True), _connector="OR"),
                        name="dispensing_delegatedorder_signed_or_disowned",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("disowned_words__isnull", True),
                            models.Q(("disowned_words", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="dispensing_delegatedorder_disowned_with_words",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("done_by", models.F("acting_for")), _negated=True),
                        name="dispensing_delegatedorder_done_by_not_acting_for",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PhoneOrder",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=20)),
                ("ordered", models.JSONField(default=dict)),
                ("recorded_at", models.DateTimeField()),
                ("digest", models.CharField(max_length=64)),
                ("signed_at", models.DateTimeField(null=True)),
                ("disowned_at", models.DateTimeField(null=True)),
                ("disowned_words", models.CharField(max_length=300, null=True)),
                ("told_at", models.DateTimeField()),
                ("words", models.CharField(max_length=500)),
                ("read_back", models.BooleanField()),
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
                    "ordered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.patient"
                    ),
                ),
                (
                    "signature",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.signature"
                    ),
                ),
                (
                    "taken_down_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("disowned_at__isnull", True), ("signed_at__isnull", True)),
                        fields=["facility", "recorded_at"],
                        name="dispensing_phoneorder_unsigned",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["bridging", "coming_back", "lift", "replacement"])),
                        name="dispensing_phoneorder_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("signature__isnull", True), ("signed_at__isnull", True)),
                            models.Q(("signature__isnull", False), ("signed_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="dispensing_phoneorder_signature_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("disowned_at__isnull", True), ("disowned_words__isnull", True)),
                            models.Q(("disowned_at__isnull", False), ("disowned_words__isnull", False)),
                            _connector="OR",
                        ),
                        name="dispensing_phoneorder_disowned_at_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("signed_at__isnull", True), ("disowned_at__isnull", True), _connector="OR"),
                        name="dispensing_phoneorder_signed_or_disowned",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("disowned_words__isnull", True),
                            models.Q(("disowned_words", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="dispensing_phoneorder_disowned_with_words",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("taken_down_by", models.F("ordered_by")), _negated=True),
                        name="dispensing_phoneorder_taken_down_by_not_ordered_by",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("read_back", True)), name="dispensing_phoneorder_read_back"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("words", ""), _negated=True), name="dispensing_phoneorder_words_given"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("told_at__lte", models.F("recorded_at"))),
                        name="dispensing_phoneorder_told_before",
                    ),
                ],
            },
        ),
        migrations.AlterField(
            model_name="prescription",
            name="signature",
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, to="staff.signature"),
        ),
        migrations.AlterField(
            model_name="prescription",
            name="signed_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="hold",
            name="lift_delegated_order",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lifted_hold",
                to="dispensing.delegatedorder",
            ),
        ),
        migrations.AddField(
            model_name="prescription",
            name="delegated_order",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, to="dispensing.delegatedorder"
            ),
        ),
        migrations.AddField(
            model_name="hold",
            name="lift_phone_order",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lifted_hold",
                to="dispensing.phoneorder",
            ),
        ),
        migrations.AddField(
            model_name="prescription",
            name="phone_order",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, to="dispensing.phoneorder"
            ),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lift_delegated_order__isnull", True), ("lift_phone_order__isnull", True)),
                    models.Q(("lift_phone_order__isnull", True), ("lifted_at__isnull", False)),
                    models.Q(("lift_delegated_order__isnull", True), ("lifted_at__isnull", False)),
                    _connector="OR",
                ),
                name="dispensing_hold_lifted_in_one_name",
            ),
        ),
        migrations.AddConstraint(
            model_name="prescription",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("signature__isnull", True), ("signed_by__isnull", True)),
                    models.Q(("signature__isnull", False), ("signed_by__isnull", False)),
                    _connector="OR",
                ),
                name="dispensing_prescription_signed_by_paired",
            ),
        ),
        migrations.AddConstraint(
            model_name="prescription",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("acting_for__isnull", True), ("delegated_order__isnull", True)),
                    models.Q(("acting_for__isnull", False), ("delegated_order__isnull", False)),
                    _connector="OR",
                ),
                name="dispensing_prescription_acting_for_paired",
            ),
        ),
        migrations.AddConstraint(
            model_name="prescription",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("phone_order__isnull", False), ("signature__isnull", True)),
                    models.Q(("phone_order__isnull", True), ("signature__isnull", False)),
                    _connector="OR",
                ),
                name="dispensing_prescription_signed_or_by_phone",
            ),
        ),
        migrations.AddConstraint(
            model_name="prescription",
            constraint=models.CheckConstraint(
                condition=models.Q(("delegated_order__isnull", True), ("phone_order__isnull", True), _connector="OR"),
                name="dispensing_prescription_one_name",
            ),
        ),
        set_once("dispensing_delegation", ["ended_at", "ended_by_id"]),
        set_once("dispensing_phoneorder", ["signature_id", "signed_at", "disowned_at", "disowned_words"]),
        set_once("dispensing_delegatedorder", ["signature_id", "signed_at", "disowned_at", "disowned_words"]),
        set_once_also(
            "dispensing_hold",
            before=["lifted_at", "lifted_by_id", "lift_reason"],
            more=["lift_phone_order_id", "lift_delegated_order_id"],
        ),
    ]
