"""Every address of the portal."""

from __future__ import annotations

from django.urls import include, path

from faxportal.web.views import (
    audit,
    compose,
    connection,
    decisions,
    direct,
    drafts,
    errors,
    evidence,
    export,
    faxes,
    health,
    holds,
    overview,
    preview,
    review,
    sending,
    templates,
    time_zone,
)

urlpatterns = [
    path("", compose.compose, name="compose"),
    path("drafts/", drafts.drafts, name="drafts"),
    path("drafts/<uuid:key>/", drafts.save_draft, name="save_draft"),
    path("faxes/", faxes.faxes, name="faxes"),
    path("faxes/export.csv", export.faxes_export, name="faxes_export"),
    path("faxes/<uuid:uuid>/", faxes.fax, name="fax"),
    path("faxes/<uuid:uuid>/documents/<int:pk>/", faxes.document, name="document"),
    path("faxes/<uuid:uuid>/documents/<int:pk>/preview/", preview.preview, name="preview"),
    path(
        "faxes/<uuid:uuid>/documents/<int:pk>/pages/<int:number>.png",
        preview.page_image,
        name="page_image",
    ),
    path("faxes/<uuid:uuid>/cancel/", decisions.cancel, name="cancel"),
    path("faxes/<uuid:uuid>/again/", decisions.again, name="again"),
    path("faxes/<uuid:uuid>/forward/", decisions.forward, name="forward"),
    path("faxes/<uuid:uuid>/groups/<int:number>/", decisions.decide, name="decide"),
    path("faxes/<uuid:uuid>/evidence.pdf", evidence.evidence_pdf, name="evidence_pdf"),
    path("faxes/<uuid:uuid>/evidence.json", evidence.evidence_json, name="evidence_json"),
    path("faxes/<uuid:uuid>/hold/", holds.hold, name="hold"),
    path("faxes/<uuid:uuid>/hold/lift/", holds.lift, name="lift_hold"),
    path("faxes/<uuid:uuid>/direct/targets/", direct.targets, name="direct_targets"),
    path("faxes/<uuid:uuid>/direct/files/", direct.bring, name="direct_files"),
    path("faxes/<uuid:uuid>/direct/documents/<int:pk>/try/", direct.begin_try, name="direct_try"),
    path("faxes/<uuid:uuid>/direct/documents/<int:pk>/file/", direct.hand_over, name="direct_file"),
    path("faxes/<uuid:uuid>/direct/tries/<int:pk>/alive/", direct.alive, name="direct_alive"),
    path("faxes/<uuid:uuid>/direct/tries/<int:pk>/", direct.end_try, name="direct_report"),
    path("review/", review.review, name="review"),
    path("review/export.csv", export.review_export, name="review_export"),
    path("overview/", overview.overview, name="overview"),
    path("sending/", sending.sending, name="sending"),
    path("sending/pause/", sending.pause, name="pause"),
    path("sending/resume/", sending.resume, name="resume"),
    path("audit/", audit.audit, name="audit"),
    path("audit/export.csv", audit.export, name="audit_export"),
    path("templates/", templates.fax_templates, name="fax_templates"),
    path("templates/<int:pk>/", templates.fax_template, name="fax_template"),
    path("templates/<int:pk>/use/", templates.use_fax_template, name="use_fax_template"),
    path("connection/", connection.connection, name="connection"),
    path("connection/extensions/", connection.extensions, name="extensions"),
    path("connection/extensions/<int:pk>/", connection.extension, name="extension"),
    path("accounts/time-zone/", time_zone.time_zone, name="time_zone"),
    path("accounts/", include("allauth.urls")),
    path("healthz", health.alive, name="alive"),
    path("readyz", health.ready, name="ready"),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
