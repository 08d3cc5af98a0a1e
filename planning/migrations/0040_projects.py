"""Requests compete for an envelope as whole projects: a second method of sharing out, and the rules to appeal on."""

from django.db import migrations, models
from django.db.models import Q

RULES = [
    ("dial", "the dial and its range"),
    ("least", "the least shares of groups"),
    ("weight", "the weight of a group"),
    ("level", "the level it stands at"),
    ("effect", "what a unit of money brings there"),
    ("ceiling", "the ceiling, the level of the sector's best tenth"),
    ("need", "what it asks for"),
    ("rivals", "which requests competed"),
    ("budget", "the budget for which they competed"),
    ("count", "the rule of counting"),
]


class Migration(migrations.Migration):
    dependencies = [("planning", "0039_report_guards")]

    operations = [
        migrations.AddField(
            model_name="sharingout",
            name="method",
            field=models.CharField(
                choices=[("dial", "by the equality dial"), ("projects", "whole requests, chosen by vote")],
                default="dial",
                max_length=8,
            ),
        ),
        migrations.AlterField(model_name="sharingout", name="alpha", field=models.FloatField(null=True)),
        migrations.AddConstraint(
            model_name="sharingout",
            constraint=models.CheckConstraint(
                condition=Q(method="dial", alpha__isnull=False)
                | Q(method="projects", alpha__isnull=True, amount__gt=0),
                name="sharingout_by_its_method",
            ),
        ),
        migrations.AddField(
            model_name="share",
            name="code",
            field=models.CharField(blank=True, default="", max_length=4),
        ),
        migrations.AddConstraint(
            model_name="share",
            constraint=models.UniqueConstraint(
                condition=~Q(code=""), fields=["sharing", "code"], name="share_code_once"
            ),
        ),
        migrations.AlterField(
            model_name="sharingappeal",
            name="rule",
            field=models.CharField(choices=RULES, max_length=7, verbose_name="rule"),
        ),
        migrations.RemoveConstraint(model_name="sharingappeal", name="sharingappeal_names_a_rule"),
        migrations.AddConstraint(
            model_name="sharingappeal",
            constraint=models.CheckConstraint(
                condition=Q(rule__in=[name for name, _label in RULES]), name="sharingappeal_names_a_rule"
            ),
        ),
    ]
