"""Every address of the portal.

All addresses are in one list, so that one search leads from an address in a browser to its view.
The module of a view is in the folder of the view's feature.
"""

from __future__ import annotations

from allauth.account import views as account_views
from django.urls import path, re_path

from faxportal.web.admin import (
    audit_views,
    block_list_views,
    cover_views,
    overview_views,
    sending_views,
)
from faxportal.web.compose import (
    compose_views,
    draft_views,
    fax_template_views,
    recipient_views,
    recipients_file_views,
)
from faxportal.web.contacts import (
    contact_export_views,
    contact_views,
    duplicate_views,
    group_views,
    import_views,
)
from faxportal.web.faxes import (
    action_views,
    browser_upload_views,
    decision_views,
    evidence_views,
    export_views,
    fax_views,
    legal_hold_views,
    preview_views,
    review_views,
    save_number_views,
)
from faxportal.web.people import connection_views, password_reset_views, time_zone_views
from faxportal.web.site import error_views, health_views

urlpatterns = [
    # A new fax
    path("", compose_views.compose, name="compose"),
    path("drafts/", draft_views.drafts, name="drafts"),
    path("drafts/<uuid:key>/", draft_views.save_draft, name="save_draft"),
    path("drafts/<uuid:key>/documents/", draft_views.attach, name="attach"),
    path("drafts/<uuid:key>/documents/order/", draft_views.arrange, name="arrange"),
    path("drafts/<uuid:key>/time/", draft_views.time_on_the_line, name="time_on_the_line"),
    path("recipients/read/", recipient_views.read, name="read_recipients"),
    path("recipients/file/", recipients_file_views.recipients_file, name="recipients_file"),
    path("recipients/suggestions/", recipient_views.suggestions, name="suggestions"),
    # Faxes
    path("faxes/", fax_views.faxes, name="faxes"),
    path("faxes/export.csv", export_views.faxes_export, name="faxes_export"),
    path("faxes/decisions/", decision_views.decisions, name="decisions"),
    path("faxes/<uuid:uuid>/", fax_views.fax, name="fax"),
    path("faxes/<uuid:uuid>/documents/<int:pk>/", fax_views.document, name="document"),
    path("faxes/<uuid:uuid>/documents/<int:pk>/preview/", preview_views.preview, name="preview"),
    path(
        "faxes/<uuid:uuid>/documents/<int:pk>/pages/<int:number>.png",
        preview_views.page_image,
        name="page_image",
    ),
    path("faxes/<uuid:uuid>/cancel/", action_views.cancel, name="cancel"),
    path("faxes/<uuid:uuid>/confirm/", action_views.confirm_scheduled, name="confirm_scheduled"),
    path("faxes/<uuid:uuid>/again/", action_views.again, name="again"),
    path("faxes/<uuid:uuid>/forward/", action_views.forward, name="forward"),
    path("faxes/<uuid:uuid>/batches/<int:number>/", action_views.decide, name="decide"),
    path("faxes/<uuid:uuid>/evidence.pdf", evidence_views.evidence_pdf, name="evidence_pdf"),
    path("faxes/<uuid:uuid>/evidence.json", evidence_views.evidence_json, name="evidence_json"),
    path("faxes/<uuid:uuid>/save-number/", save_number_views.save_number, name="save_number"),
    path("faxes/<uuid:uuid>/hold/", legal_hold_views.hold, name="hold"),
    path("faxes/<uuid:uuid>/hold/lift/", legal_hold_views.lift, name="lift_hold"),
    # Files that the sender's browser uploads
    path("faxes/<uuid:uuid>/direct/targets/", browser_upload_views.targets, name="direct_targets"),
    path("faxes/<uuid:uuid>/direct/files/", browser_upload_views.bring, name="direct_files"),
    path(
        "faxes/<uuid:uuid>/direct/documents/<int:pk>/attempts/",
        browser_upload_views.start_attempt,
        name="direct_attempt",
    ),
    path(
        "faxes/<uuid:uuid>/direct/documents/<int:pk>/file/",
        browser_upload_views.hand_over,
        name="direct_file",
    ),
    path(
        "faxes/<uuid:uuid>/direct/attempts/<int:pk>/alive/",
        browser_upload_views.alive,
        name="direct_alive",
    ),
    path(
        "faxes/<uuid:uuid>/direct/attempts/<int:pk>/",
        browser_upload_views.finish_attempt,
        name="direct_report",
    ),
    # The address book
    path("contacts/", contact_views.contacts, name="contacts"),
    path("contacts/new/", contact_views.add_contact, name="add_contact"),
    path("contacts/<int:pk>/", contact_views.contact, name="contact"),
    path("contacts/<int:pk>/remove/", contact_views.remove_contact, name="remove_contact"),
    path("contacts/fax/", contact_views.fax_to, name="fax_to"),
    path("contacts/export.csv", contact_export_views.export, name="contacts_export"),
    path("contacts/import/", import_views.import_file, name="import_contacts"),
    path("contacts/import/check/", import_views.check_import, name="check_import"),
    path("contacts/duplicates/", duplicate_views.duplicates, name="contact_duplicates"),
    path("contacts/groups/", group_views.groups, name="contact_groups"),
    path("contacts/groups/<int:pk>/", group_views.group, name="contact_group"),
    path("contacts/groups/<int:pk>/members/", group_views.members, name="group_members"),
    path("contacts/groups/<int:pk>/remove/", group_views.remove_group, name="remove_group"),
    # For reviewers and admins
    path("review/", review_views.review, name="review"),
    path("review/export.csv", export_views.review_export, name="review_export"),
    path("overview/", overview_views.overview, name="overview"),
    path("sending/", sending_views.sending, name="sending"),
    path("sending/pause/", sending_views.pause, name="pause"),
    path("sending/resume/", sending_views.resume, name="resume"),
    path("sending/block-list/", block_list_views.block_list, name="block_list"),
    path("sending/block-list/<int:pk>/", block_list_views.unblock_number, name="unblock_number"),
    path("audit/", audit_views.audit, name="audit"),
    path("audit/export.csv", audit_views.export, name="audit_export"),
    # Templates of faxes
    path("templates/", fax_template_views.fax_templates, name="fax_templates"),
    path("templates/<int:pk>/", fax_template_views.fax_template, name="fax_template"),
    path("templates/<int:pk>/use/", fax_template_views.use_fax_template, name="use_fax_template"),
    # Cover pages
    path("covers/", cover_views.covers, name="covers"),
    path("covers/new/", cover_views.new_cover, name="new_cover"),
    path("covers/<int:pk>/", cover_views.cover, name="cover"),
    path("covers/<int:pk>/remove/", cover_views.remove_cover, name="remove_cover"),
    path("covers/<int:pk>/sample.png", cover_views.cover_sample, name="cover_sample"),
    # A person's own settings
    path("connection/", connection_views.connection, name="connection"),
    path("connection/extensions/", connection_views.extensions, name="extensions"),
    path("connection/extensions/<int:pk>/", connection_views.extension, name="extension"),
    path("accounts/time-zone/", time_zone_views.time_zone, name="time_zone"),
    # allauth's pages: only those that the portal means to have
    path("accounts/login/", account_views.login, name="account_login"),
    path("accounts/logout/", account_views.logout, name="account_logout"),
    path("accounts/inactive/", account_views.account_inactive, name="account_inactive"),
    path("accounts/reauthenticate/", account_views.reauthenticate, name="account_reauthenticate"),
    path(
        "accounts/password/change/",
        account_views.password_change,
        name="account_change_password",
    ),
    path(
        "accounts/password/reset/",
        password_reset_views.reset_password,
        name="account_reset_password",
    ),
    path(
        "accounts/password/reset/done/",
        account_views.password_reset_done,
        name="account_reset_password_done",
    ),
    re_path(
        r"^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account_views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "accounts/password/reset/key/done/",
        account_views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    # allauth asks for the addresses of these, which the portal does not have
    path("accounts/signup/", error_views.no_page, name="account_signup"),
    path("accounts/email/", error_views.no_page, name="account_email"),
    path("accounts/password/set/", error_views.no_page, name="account_set_password"),
    # Health
    path("healthz", health_views.alive, name="alive"),
    path("readyz", health_views.ready, name="ready"),
]

handler400 = error_views.bad_request
handler403 = error_views.forbidden
handler404 = error_views.not_found
handler500 = error_views.server_error
