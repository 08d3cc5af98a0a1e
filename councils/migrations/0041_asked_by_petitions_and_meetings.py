from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("councils", "0040_amended_question_guards")]

    operations = [
        migrations.AddField("petition", "asks", models.TextField(blank=True, db_default="", default="")),
        migrations.AddConstraint(
            "petition",
            models.CheckConstraint(
                condition=Q(asks="") | Q(kind="initiative"), name="petition_options_by_initiative"
            ),
        ),
        migrations.AddField("agendaitem", "asks", models.TextField(blank=True, db_default="", default="")),
        migrations.AlterField(
            "agendaitem",
            "kind",
            models.CharField(
                choices=[
                    ("motion", "motion"),
                    ("ballot", "vote"),
                    ("election", "election"),
                    ("task", "task of the plan"),
                    ("free", "free item"),
                    ("consent", "passes unless a member objects"),
                    ("question", "question with options"),
                ],
                max_length=8,
            ),
        ),
        migrations.RemoveConstraint("agendaitem", "item_consent_has_a_text"),
        migrations.AddConstraint(
            "agendaitem",
            models.CheckConstraint(
                condition=~Q(kind__in=["consent", "question"]) | ~Q(text=""), name="item_consent_has_a_text"
            ),
        ),
        migrations.RemoveConstraint("agendaitem", "item_passes_by_consent_only"),
        migrations.AddConstraint(
            "agendaitem",
            models.CheckConstraint(
                condition=Q(kind="consent")
                | ~Q(state__in=["passed", "objected", "voted"])
                | Q(kind="question", state="voted"),
                name="item_passes_by_consent_only",
            ),
        ),
        migrations.AddConstraint(
            "agendaitem",
            models.CheckConstraint(
                condition=(Q(kind="question") & ~Q(asks="")) | (~Q(kind="question") & Q(asks="")),
                name="item_question_asks",
            ),
        ),
    ]
