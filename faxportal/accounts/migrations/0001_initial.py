"""People, their connections to VoipNow and the extensions they send from."""

import django.contrib.auth.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('time_zone', models.CharField(blank=True, max_length=64)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'user',
                'verbose_name_plural': 'users',
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Connection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('server', models.URLField(verbose_name='server')),
                ('sign_in_with', models.CharField(choices=[('app_key', 'App key and secret'), ('access_token', 'Access token'), ('session_cookie', 'Session cookie')], max_length=20)),
                ('encrypted_secrets', models.TextField(editable=False)),
                ('encrypted_token', models.TextField(blank=True, editable=False)),
                ('token_renew_at', models.DateTimeField(editable=False, null=True)),
                ('token_lease', models.UUIDField(editable=False, null=True)),
                ('token_lease_until', models.DateTimeField(editable=False, null=True)),
                ('voipnow_user', models.CharField(default='@me', max_length=100, verbose_name='VoipNow user')),
                ('hand_over_by', models.CharField(choices=[('automatic', 'Automatic'), ('presigned', 'Pre-signed uploads'), ('one_request', 'One request')], default='automatic', max_length=20)),
                ('proven_form', models.CharField(blank=True, choices=[('presigned', 'presigned'), ('one_request', 'one_request')], editable=False, max_length=20)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='connection', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Extension',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=50, verbose_name='extension number')),
                ('label', models.CharField(blank=True, max_length=100, verbose_name='label')),
                ('is_default', models.BooleanField(default=False)),
                ('connection', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='extensions', to='accounts.connection')),
            ],
            options={
                'ordering': ['-is_default', 'number'],
            },
        ),
        migrations.AddConstraint(
            model_name='connection',
            constraint=models.CheckConstraint(condition=models.Q(('sign_in_with__in', ['app_key', 'access_token', 'session_cookie'])), name='connection_sign_in_with_is_known'),
        ),
        migrations.AddConstraint(
            model_name='connection',
            constraint=models.CheckConstraint(condition=models.Q(('hand_over_by__in', ['automatic', 'presigned', 'one_request'])), name='connection_hand_over_by_is_known'),
        ),
        migrations.AddConstraint(
            model_name='extension',
            constraint=models.UniqueConstraint(fields=('connection', 'number'), name='extension_once'),
        ),
        migrations.AddConstraint(
            model_name='extension',
            constraint=models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('connection',), name='extension_one_default'),
        ),
    ]
