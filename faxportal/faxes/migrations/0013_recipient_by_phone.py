"""Which phone each recipient is, for those that are there: the only rows without.

Batch by batch, each its own transaction, so that a run that was stopped goes on where it was.
"""

from django.conf import settings
from django.db import migrations, models

from faxportal.numbers import DialAs, Number, read_number

CHUNK = 500


def fill(apps, schema_editor):
    recipients = apps.get_model('faxes', 'Recipient').objects.order_by('pk')
    last = 0
    while chunk := list(recipients.filter(pk__gt=last, canonical='')[:CHUNK]):
        for recipient in chunk:
            recipient.canonical = canonical_of(recipient.dialled)
        recipients.bulk_update(chunk, ['canonical'])
        last = chunk[-1].pk


def canonical_of(dialled):
    number = read_number(dialled, region=settings.REGION, dial_as=DialAs.TYPED)
    return number.canonical if isinstance(number, Number) else dialled


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('faxes', '0012_recipient_canonical'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            model_name='recipient',
            index=models.Index(fields=['canonical', 'fax'], name='recipient_by_phone'),
        ),
    ]
