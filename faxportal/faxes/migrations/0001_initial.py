"""Faxes, their delivery and history, and what they are found by.

The search table is made by hand: on SQLite it is its own index of trigrams, and PostgreSQL's index
has the period of a fax's list key as its first column. See `models.search`.
"""

import datetime
import django.db.models.deletion
import django.db.models.functions.text
import uuid
from django.conf import settings
from django.db import migrations, models


COLUMNS = ['recipients', 'subject', 'note', 'files', 'sender', 'extension']
#: Milliseconds: 30 days.
PERIOD = 30 * 24 * 60 * 60 * 1000


def make_search_table(apps, schema_editor):
    run = schema_editor.execute
    if schema_editor.connection.vendor == 'sqlite':
        columns = ', '.join(COLUMNS)
        run(f"CREATE VIRTUAL TABLE faxes_faxsearch USING fts5({columns}, tokenize='trigram')")
        return
    run('CREATE EXTENSION IF NOT EXISTS pg_trgm')
    run('CREATE EXTENSION IF NOT EXISTS btree_gin')
    schema_editor.create_model(apps.get_model('faxes', 'FaxSearch'))
    columns = ', '.join(f'{column} gin_trgm_ops' for column in COLUMNS)
    # Without a list of rows still to be put into the index: a search reads such a list whole.
    run(
        'CREATE INDEX faxes_faxsearch_trigrams ON faxes_faxsearch'
        f' USING gin ((rowid / {PERIOD}), {columns}) WITH (fastupdate = off)'
    )


def drop_search_table(apps, schema_editor):
    schema_editor.execute('DROP TABLE faxes_faxsearch')


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BlockedOrigin',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('origin', models.CharField(max_length=300, unique=True)),
                ('portal_origin', models.CharField(max_length=300)),
                ('failures', models.PositiveIntegerField(default=1)),
                ('seen_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['-seen_at'],
            },
        ),
        migrations.CreateModel(
            name='CountingProgress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('time_zone', models.CharField(max_length=64, unique=True)),
                ('last_event_id', models.BigIntegerField()),
                ('counted_at', models.DateTimeField()),
                ('first_day', models.DateField()),
                ('is_complete', models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name='Fax',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('scheduled', 'Scheduled'), ('waiting', 'Waiting'), ('handing_over', 'Handing over'), ('handed_over', 'Handed to VoipNow'), ('partly_handed_over', 'Partly handed over'), ('failed', 'Failed'), ('uncertain', 'Needs your decision'), ('confirmed', 'Confirmed'), ('left_open', 'Left open'), ('cancelling', 'Cancelling'), ('cancelled', 'Cancelled')], default='draft', max_length=20)),
                ('submission_key', models.UUIDField()),
                ('fingerprint', models.CharField(blank=True, max_length=64)),
                ('content_hash', models.CharField(blank=True, max_length=64)),
                ('extension', models.CharField(blank=True, max_length=50, verbose_name='extension')),
                ('extension_label', models.CharField(blank=True, max_length=100)),
                ('recipients_typed', models.TextField(blank=True)),
                ('subject', models.CharField(blank=True, max_length=200, verbose_name='subject')),
                ('note', models.TextField(blank=True, max_length=2000, verbose_name='note')),
                ('carrier', models.CharField(choices=[('portal', 'The portal'), ('browser', "The sender's browser")], default='portal', max_length=10)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('submitted_at', models.DateTimeField(null=True)),
                ('list_key', models.BigIntegerField(editable=False, null=True)),
                ('due_at', models.DateTimeField(null=True)),
                ('deadline_at', models.DateTimeField(null=True)),
                ('cancel_asked_at', models.DateTimeField(null=True)),
                ('suspended_at', models.DateTimeField(null=True)),
                ('paused_for', models.DurationField(default=datetime.timedelta)),
                ('settled_at', models.DateTimeField(null=True)),
                ('notified_at', models.DateTimeField(null=True)),
                ('notifying_until', models.DateTimeField(null=True)),
                ('documents_removed_at', models.DateTimeField(null=True)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=0)),
                ('edited_in', models.UUIDField(null=True)),
                ('resend_of', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='faxes.fax')),
                ('sender', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='faxes', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'permissions': [('send_fax', 'May send faxes'), ('review_faxes', "May read everyone's faxes"), ('manage_sending', 'May decide for others and pause sending'), ('hold_faxes', 'May put faxes on legal hold'), ('open_documents', "May open everyone's documents"), ('see_audit', 'May read what everyone did in the portal')],
            },
        ),
        migrations.CreateModel(
            name='WorkerHeartbeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, unique=True)),
                ('seen_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='FaxCounts',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('time_zone', models.CharField(max_length=64)),
                ('period', models.CharField(choices=[('day', 'Day'), ('month', 'Month')], max_length=5)),
                ('first_day', models.DateField()),
                ('counted_at', models.DateTimeField()),
                ('states', models.JSONField()),
                ('senders', models.JSONField()),
                ('extensions', models.JSONField()),
                ('reasons', models.JSONField()),
                ('durations', models.JSONField()),
            ],
            options={
                'indexes': [models.Index(fields=['time_zone', 'period', 'counted_at'], name='count_oldest_first')],
                'constraints': [models.UniqueConstraint(fields=('time_zone', 'period', 'first_day'), name='count_once'), models.CheckConstraint(condition=models.Q(('period__in', ['day', 'month'])), name='count_period_is_known')],
            },
        ),
        migrations.CreateModel(
            name='CoverTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True)),
                ('use', models.CharField(choices=[('off', 'Not in use'), ('offered', 'Available to senders'), ('prescribed', 'Required on every fax')], default='off', max_length=12)),
                ('language', models.CharField(default='en', max_length=10)),
                ('paper', models.CharField(choices=[('a4', 'A4'), ('us-letter', 'Letter')], default='a4', max_length=10)),
                ('office', models.TextField(blank=True)),
                ('logo', models.BinaryField(blank=True, default=b'')),
                ('legal', models.TextField(blank=True)),
                ('shown', models.JSONField(null=True)),
                ('changed_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'ordering': ['name'],
                'permissions': [('manage_covers', 'May make cover pages and prescribe one')],
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(('use__in', ['off', 'offered', 'prescribed'])), name='cover_use_is_known'), models.CheckConstraint(condition=models.Q(('paper__in', ['a4', 'us-letter'])), name='cover_paper_is_known'), models.UniqueConstraint(condition=models.Q(('use', 'prescribed')), fields=('use',), name='cover_prescribed_once')],
            },
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='FaxSearch',
                    fields=[
                        ('fax', models.OneToOneField(db_column='rowid', db_constraint=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='search', serialize=False, to='faxes.fax', to_field='list_key')),
                        ('recipients', models.TextField()),
                        ('subject', models.TextField()),
                        ('note', models.TextField()),
                        ('files', models.TextField()),
                        ('sender', models.TextField()),
                        ('extension', models.TextField()),
                    ],
                ),
            ],
        ),
        migrations.RunPython(make_search_table, drop_search_table),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=255)),
                ('size', models.PositiveBigIntegerField()),
                ('content_type', models.CharField(max_length=50)),
                ('sha256', models.CharField(max_length=64)),
                ('pages', models.PositiveSmallIntegerField(null=True)),
                ('line_seconds_min', models.PositiveIntegerField(null=True)),
                ('line_seconds_max', models.PositiveIntegerField(null=True)),
                ('converted_from', models.CharField(blank=True, max_length=50)),
                ('stored_as', models.CharField(blank=True, max_length=100)),
                ('is_cover', models.BooleanField(default=False)),
                ('carrier', models.CharField(choices=[('portal', 'The portal'), ('browser', "The sender's browser")], default='portal', max_length=10)),
                ('fax', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='documents', to='faxes.fax')),
            ],
            options={
                'ordering': ['position'],
            },
        ),
        migrations.CreateModel(
            name='CoverPage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('attention', models.CharField(blank=True, max_length=200)),
                ('sender_name', models.CharField(blank=True, max_length=200)),
                ('message', models.TextField(blank=True)),
                ('template', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to='faxes.covertemplate')),
                ('fax', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='cover', to='faxes.fax')),
            ],
        ),
        migrations.CreateModel(
            name='FaxEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField()),
                ('kind', models.CharField(max_length=50)),
                ('at', models.DateTimeField()),
                ('data', models.JSONField(default=dict)),
                ('hash', models.CharField(max_length=64)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('fax', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='faxes.fax')),
            ],
            options={
                'ordering': ['position'],
            },
        ),
        migrations.CreateModel(
            name='FaxTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='template name')),
                ('is_shared', models.BooleanField(default=False)),
                ('extension', models.CharField(blank=True, max_length=50)),
                ('recipients_typed', models.TextField(blank=True)),
                ('subject', models.CharField(blank=True, max_length=200)),
                ('note', models.TextField(blank=True, max_length=2000)),
                ('used_at', models.DateTimeField(null=True)),
                ('cover', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to='faxes.covertemplate')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='fax_templates', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Handover',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('batch', models.PositiveSmallIntegerField()),
                ('state', models.CharField(choices=[('planned', 'Waiting'), ('creating', 'Handing over'), ('uploading', 'Uploading'), ('complete', 'Handed to VoipNow'), ('refused', 'Failed'), ('abandoned', 'Stopped'), ('uncertain', 'Needs your decision'), ('confirmed', 'Confirmed'), ('left_open', 'Left open')], default='planned', max_length=20)),
                ('reason', models.CharField(blank=True, max_length=50)),
                ('server_message', models.TextField(blank=True)),
                ('wire_form', models.CharField(blank=True, choices=[('presigned', 'presigned'), ('one_request', 'one_request')], max_length=20)),
                ('voipnow_id', models.CharField(blank=True, max_length=100)),
                ('voipnow_uid', models.CharField(blank=True, max_length=200)),
                ('due_at', models.DateTimeField()),
                ('queue_position', models.BigIntegerField(default=0)),
                ('browser_until', models.DateTimeField(null=True)),
                ('failures_in_a_row', models.PositiveIntegerField(default=0)),
                ('counter', models.PositiveIntegerField(default=0)),
                ('lease', models.UUIDField(null=True)),
                ('lease_until', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('fax', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='handovers', to='faxes.fax')),
            ],
            options={
                'ordering': ['batch', 'id'],
            },
        ),
        migrations.CreateModel(
            name='LegalHold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=300)),
                ('placed_at', models.DateTimeField()),
                ('fax', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='legal_hold', to='faxes.fax')),
                ('placed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Recipient',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('typed', models.CharField(max_length=200)),
                ('dialled', models.CharField(max_length=50)),
                ('name', models.CharField(blank=True, max_length=100)),
                ('canonical', models.CharField(max_length=50)),
                ('batch', models.PositiveSmallIntegerField()),
                ('fax', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recipients', to='faxes.fax')),
            ],
            options={
                'ordering': ['position'],
            },
        ),
        migrations.CreateModel(
            name='SendingPause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('paused_at', models.DateTimeField()),
                ('resumed_at', models.DateTimeField(null=True)),
                ('paused_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('resumed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('putting', 'Uploading'), ('stored', 'Uploaded'), ('refused', 'Refused'), ('unknown', 'Unknown')], default='waiting', max_length=20)),
                ('reason', models.CharField(blank=True, max_length=50)),
                ('sealed_target', models.TextField(blank=True, editable=False)),
                ('target_expires_at', models.DateTimeField(null=True)),
                ('bytes_sent', models.PositiveBigIntegerField(default=0)),
                ('stored_at', models.DateTimeField(null=True)),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='uploads', to='faxes.document')),
                ('handover', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='uploads', to='faxes.handover')),
            ],
            options={
                'ordering': ['document__position'],
            },
        ),
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('opened_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
                ('browser_until', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, choices=[('done', 'done'), ('not_done', 'not_done'), ('unknown', 'unknown')], max_length=20)),
                ('reason', models.CharField(blank=True, max_length=50)),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('server_message', models.TextField(blank=True)),
                ('handover', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attempts', to='faxes.handover')),
                ('upload', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='attempts', to='faxes.upload')),
            ],
            options={
                'verbose_name_plural': 'attempts',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Alert',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('no_worker', 'No worker has been running for a minute.'), ('nothing_moves', 'Faxes are due, but none has been attempted for five minutes.'), ('account_closed', "A sender's account is closed, so its faxes are waiting.")], max_length=20)),
                ('raised_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('notified_at', models.DateTimeField(null=True)),
                ('end_notified_at', models.DateTimeField(null=True)),
                ('notifying_until', models.DateTimeField(null=True)),
                ('sender', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None), ('sender', None)), fields=('kind',), name='alert_once'), models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('kind', 'sender'), name='alert_once_for_each_sender'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'account_closed'), ('sender__isnull', False)), models.Q(models.Q(('kind', 'account_closed'), _negated=True), ('sender', None)), _connector='OR'), name='alert_names_a_sender_or_needs_none')],
            },
        ),
        migrations.CreateModel(
            name='BlockedNumber',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('phone', models.CharField(max_length=50)),
                ('is_prefix', models.BooleanField(default=False)),
                ('typed', models.CharField(max_length=200)),
                ('reason', models.CharField(max_length=300)),
                ('blocked_at', models.DateTimeField()),
                ('blocked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('phone', 'is_prefix'), name='blocked_number_once'), models.CheckConstraint(condition=models.Q(models.Q(('phone', ''), _negated=True), models.Q(('reason', ''), _negated=True)), name='blocked_number_has_its_reason'), models.CheckConstraint(condition=models.Q(('is_prefix', False), ('phone__startswith', '+'), _connector='OR'), name='blocked_prefix_has_a_country')],
            },
        ),
        migrations.AddIndex(
            model_name='fax',
            index=models.Index(fields=['sender', '-list_key'], name='fax_of_sender'),
        ),
        migrations.AddIndex(
            model_name='fax',
            index=models.Index(fields=['sender', 'state', '-list_key'], name='fax_of_sender_by_state'),
        ),
        migrations.AddIndex(
            model_name='fax',
            index=models.Index(fields=['state', 'notified_at'], name='fax_needing_notification'),
        ),
        migrations.AddIndex(
            model_name='fax',
            index=models.Index(fields=['state', '-list_key'], name='fax_by_state'),
        ),
        migrations.AddIndex(
            model_name='fax',
            index=models.Index(fields=['extension', '-list_key'], name='fax_by_extension'),
        ),
        migrations.AddIndex(
            model_name='fax',
            index=models.Index(fields=['carrier', '-list_key'], name='fax_by_carrier'),
        ),
        migrations.AddIndex(
            model_name='fax',
            index=models.Index(fields=['content_hash', '-submitted_at'], name='fax_by_content_hash'),
        ),
        migrations.AddIndex(
            model_name='fax',
            index=models.Index(condition=models.Q(('resend_of__isnull', False)), fields=['resend_of'], name='fax_resend_of'),
        ),
        migrations.AddIndex(
            model_name='fax',
            index=models.Index(fields=['documents_removed_at', 'settled_at'], name='fax_with_documents'),
        ),
        migrations.AddIndex(
            model_name='fax',
            index=models.Index(fields=['settled_at'], name='fax_by_settled_at'),
        ),
        migrations.AddConstraint(
            model_name='fax',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'scheduled', 'waiting', 'handing_over', 'handed_over', 'partly_handed_over', 'failed', 'uncertain', 'confirmed', 'left_open', 'cancelling', 'cancelled'])), name='fax_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='fax',
            constraint=models.CheckConstraint(condition=models.Q(('carrier__in', ['portal', 'browser'])), name='fax_carrier_is_known'),
        ),
        migrations.AddConstraint(
            model_name='fax',
            constraint=models.UniqueConstraint(fields=('sender', 'submission_key'), name='fax_once_for_each_submission_key'),
        ),
        migrations.AddConstraint(
            model_name='fax',
            constraint=models.UniqueConstraint(fields=('list_key',), name='fax_list_key_once'),
        ),
        migrations.AddConstraint(
            model_name='fax',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'draft'), ('submitted_at', None)), models.Q(models.Q(('state', 'draft'), _negated=True), ('deadline_at__isnull', False), ('due_at__isnull', False), ('submitted_at__isnull', False), models.Q(('fingerprint', ''), _negated=True)), _connector='OR'), name='fax_is_a_draft_or_was_submitted'),
        ),
        migrations.AddConstraint(
            model_name='fax',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('list_key', None), ('submitted_at', None)), models.Q(('list_key__isnull', False), ('submitted_at__isnull', False)), _connector='OR'), name='fax_has_a_list_key_once_submitted'),
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(fields=['stored_as'], name='document_by_stored_file'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.UniqueConstraint(fields=('fax', 'position'), name='document_position_once'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.UniqueConstraint(fields=('fax', 'sha256'), name='document_once'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.UniqueConstraint(condition=models.Q(('is_cover', True)), fields=('fax',), name='document_is_cover_once'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('carrier', 'portal'), models.Q(('carrier', 'browser'), ('stored_as', '')), _connector='OR'), name='document_of_browser_is_not_stored'),
        ),
        migrations.AddConstraint(
            model_name='faxevent',
            constraint=models.UniqueConstraint(fields=('fax', 'position'), name='event_position_once'),
        ),
        migrations.AddConstraint(
            model_name='faxtemplate',
            constraint=models.UniqueConstraint(models.F('owner'), django.db.models.functions.text.Lower('name'), name='fax_template_once_by_name'),
        ),
        migrations.AddConstraint(
            model_name='faxtemplate',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='fax_template_has_a_name'),
        ),
        migrations.AddIndex(
            model_name='handover',
            index=models.Index(fields=['state', 'queue_position', 'id'], name='handover_queue'),
        ),
        migrations.AddIndex(
            model_name='handover',
            index=models.Index(fields=['voipnow_id'], name='handover_voipnow_id'),
        ),
        migrations.AddIndex(
            model_name='handover',
            index=models.Index(fields=['reason', 'state', 'fax'], name='handover_by_reason'),
        ),
        migrations.AddConstraint(
            model_name='handover',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['planned', 'creating', 'uploading', 'complete', 'refused', 'abandoned', 'uncertain', 'confirmed', 'left_open'])), name='handover_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='handover',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'abandoned'), _negated=True), fields=('fax', 'batch'), name='handover_one_for_each_batch'),
        ),
        migrations.AddConstraint(
            model_name='handover',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'confirmed'), _negated=True), ('decided_by__isnull', False), _connector='OR'), name='handover_is_confirmed_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='handover',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lease', None), ('lease_until', None)), models.Q(('lease__isnull', False), ('lease_until__isnull', False)), _connector='OR'), name='handover_lease_has_an_end'),
        ),
        migrations.AddIndex(
            model_name='recipient',
            index=models.Index(fields=['canonical', 'fax'], name='recipient_by_phone'),
        ),
        migrations.AddConstraint(
            model_name='recipient',
            constraint=models.UniqueConstraint(fields=('fax', 'position'), name='recipient_position_once'),
        ),
        migrations.AddConstraint(
            model_name='recipient',
            constraint=models.UniqueConstraint(fields=('fax', 'dialled'), name='recipient_once'),
        ),
        migrations.AddConstraint(
            model_name='sendingpause',
            constraint=models.UniqueConstraint(models.Value(1), condition=models.Q(('resumed_at', None)), name='pause_one_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='upload',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'putting', 'stored', 'refused', 'unknown'])), name='upload_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='upload',
            constraint=models.UniqueConstraint(fields=('handover', 'document'), name='upload_once'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('outcome', '')), models.Q(('closed_at__isnull', False), ('outcome__in', ['done', 'not_done', 'unknown'])), _connector='OR'), name='attempt_is_open_or_has_an_outcome'),
        ),
    ]
