"""Accounting prices are written once; a baseline serves one cycle, whose settlement draws the next one."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

PRICES = """
CREATE FUNCTION accountingprice_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'Accounting prices are written once, when a plan is put in force; they are never changed.'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'accountingprice_is_kept';
END $$;
CREATE TRIGGER accountingprice_is_kept BEFORE UPDATE OR DELETE ON planning_accountingprice
  FOR EACH STATEMENT EXECUTE FUNCTION accountingprice_is_kept();
"""
KEPT_NO_MORE = "DROP TRIGGER accountingprice_is_kept ON planning_accountingprice; DROP FUNCTION accountingprice_is_kept()"


class Migration(migrations.Migration):
    dependencies = [
        ('planning', '0005_run_keys'),
        ('workplaces', '0005_agreement_offered_for'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AccountingPrice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('product', models.BigIntegerField()),
                ('cost', models.FloatField()),
                ('premium', models.FloatField()),
                ('price', models.FloatField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(models.Q(('cost__isnull', True), models.Q(('cost__gte', 0.0), ('cost__lt', float("inf"))), _connector='OR'), models.Q(('price__isnull', True), models.Q(('price__gte', 0.0), ('price__lt', float("inf"))), _connector='OR')), name='accountingprice_figures_finite'
                    ),
                    models.CheckConstraint(condition=models.Q(('premium__isnull', True), models.Q(('premium__gt', float("-inf")), ('premium__lt', float("inf"))), _connector='OR'), name='accountingprice_premium_finite'),
                ],
            },
        ),
        migrations.AddField(
            model_name='cycle',
            name='next_baseline',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='settled_cycle', to='workplaces.scenario'),
        ),
        migrations.AddConstraint(
            model_name='cycle',
            constraint=models.UniqueConstraint(fields=('baseline',), name='cycle_baseline_once'),
        ),
        migrations.AddConstraint(
            model_name='cycle',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('phase__in', ['settlement', 'closed']), _negated=True), ('next_baseline__isnull', False), _connector='OR'), name='cycle_settled_has_next_baseline'),
        ),
        migrations.AddField(
            model_name='accountingprice',
            name='plan',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='prices', to='planning.plan'),
        ),
        migrations.AddConstraint(
            model_name='accountingprice',
            constraint=models.UniqueConstraint(fields=('plan', 'product'), name='accountingprice_once'),
        ),
        migrations.RunSQL(PRICES, KEPT_NO_MORE),
    ]
