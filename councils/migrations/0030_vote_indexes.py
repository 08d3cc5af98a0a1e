"""Votes have the indexes that hold a promise or find a receipt, no more: each costs every vote."""


import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('councils', '0029_paper_count_guards'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='namedvote',
            name='cast_by',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='namedvote',
            name='option',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='councils.option'),
        ),
        migrations.AlterField(
            model_name='namedvote',
            name='receipt',
            field=models.CharField(max_length=32),
        ),
        migrations.AlterField(
            model_name='voteversion',
            name='cast_by',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='voteversion',
            name='option',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='councils.option'),
        ),
        migrations.AlterField(
            model_name='voteversion',
            name='receipt',
            field=models.CharField(max_length=32),
        ),
        migrations.AlterField(
            model_name='voteversion',
            name='roll_entry',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='councils.rollentry'),
        ),
        migrations.AddConstraint(
            model_name='namedvote',
            constraint=models.UniqueConstraint(fields=('receipt',), name='namedvote_receipt_once'),
        ),
        migrations.AddConstraint(
            model_name='voteversion',
            constraint=models.UniqueConstraint(fields=('receipt',), name='voteversion_receipt_once'),
        ),
    ]
