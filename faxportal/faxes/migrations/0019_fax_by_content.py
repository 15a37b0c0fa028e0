"""What the faxes of the last days consist of: nobody asks for older ones.

Batch by batch, each its own transaction, so that a run that was stopped goes on where it was.
"""

from datetime import timedelta

from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

from faxportal.faxes.asking.content import content_of

CHUNK = 500


def fill(apps, schema_editor):
    since = timezone.now() - timedelta(days=settings.ALREADY_SENT_DAYS)
    faxes = apps.get_model('faxes', 'Fax').objects
    faxes = faxes.filter(content='', submitted_at__gte=since).prefetch_related('documents')
    while chunk := list(faxes[:CHUNK]):
        for fax in chunk:
            fax.content = content_of(document.sha256 for document in fax.documents.all())
        faxes.bulk_update(chunk, ['content'])


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('faxes', '0018_fax_content'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            model_name='fax',
            index=models.Index(fields=['content', '-submitted_at'], name='fax_by_content'),
        ),
    ]
