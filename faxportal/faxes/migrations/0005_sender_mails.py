"""Which batches a sender was mailed about, reminders, and when a browser was last heard of."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Coalesce


def mark_as_told(apps, schema_editor):
    """Mark the refused and uncertain batches that senders know of: nobody is mailed old news."""
    Fax = apps.get_model("faxes", "Fax")
    Handover = apps.get_model("faxes", "Handover")
    troubles = ["failed", "partly_handed_over", "uncertain"]
    untold = Fax.objects.filter(state__in=troubles, notified_at=None)
    told_at = Fax.objects.filter(pk=models.OuterRef("fax")).values("notified_at")[:1]
    Handover.objects.filter(state__in=["refused", "uncertain"]).exclude(fax__in=untold).update(
        notified_at=Coalesce(models.Subquery(told_at), "closed_at")
    )


class Migration(migrations.Migration):

    dependencies = [
        ('faxes', '0004_alerts_by_server'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('late', 'Late'), ('browser_silent', 'Browser Silent'), ('links_expire', 'Links Expire')], max_length=20)),
                ('sent_at', models.DateTimeField()),
            ],
        ),
        migrations.RemoveIndex(
            model_name='fax',
            name='fax_needing_notification',
        ),
        migrations.AddField(
            model_name='fax',
            name='browser_heard_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='handover',
            name='notified_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name='alert',
            name='kind',
            field=models.CharField(choices=[('no_worker', 'No worker has been running for a minute.'), ('nothing_moves', 'Faxes are due, but none has been attempted for five minutes.'), ('account_closed', "A sender's account is closed, so its faxes are waiting."), ('server_away', 'Faxes wait for a VoipNow server.'), ('storage_away', "Faxes wait for VoipNow's storage."), ('attempts_fail', 'Faxes to a VoipNow server fail again and again.'), ('links_expire', 'Upload links expire before files arrive.'), ('origin_not_listed', 'Faxes wait for an origin to be allowed.')], max_length=20),
        ),
        migrations.AddIndex(
            model_name='handover',
            index=models.Index(fields=['state', 'notified_at'], name='handover_in_new_trouble'),
        ),
        migrations.AddField(
            model_name='reminder',
            name='fax',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to='faxes.fax'),
        ),
        migrations.AddConstraint(
            model_name='reminder',
            constraint=models.UniqueConstraint(fields=('fax', 'kind'), name='reminder_once'),
        ),
        migrations.AddConstraint(
            model_name='reminder',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['late', 'browser_silent', 'links_expire'])), name='reminder_kind_is_known'),
        ),
        migrations.RunPython(mark_as_told, migrations.RunPython.noop),
    ]
