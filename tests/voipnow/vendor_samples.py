"""JSON samples, as the vendor's documentation prints them."""

import json
from typing import Any

from faxportal.voipnow.api_types import CreateFax, FileToSend
from faxportal.voipnow.responses import Response

CREATED = """{
"id": 262,
"uid": "ba123e75751d52b84f6527062fd20bd1",
"files": [
{
"redirect": true,
"heUri": "https://api.hubgets.com/at/file/action?id=31mMULR90JvqyO&ver=31n3mJOAMcMtWM&nm=document.pdf&cl=OTHER&vw=main",
"redirectUri": "https://storage.example.com/bucket/file?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=...&X-Amz-Signature=...",
"redirectHeaders": {
"x-amz-meta-he-int-faxout": 1,
"x-amz-meta-app-faxid": 262
},
"contentType": "application/pdf",
"contentLength": 1048576
}
]
}"""

REQUEST = (
    '{"recipients":["7778888","1234567890"],"files":[{"uploadIdentifier":"doc001",'
    '"name":"document.pdf","size":1048576,"contentType":"application/pdf"}]}'
)

PRESENCE = """{"entry":[{"status":"0","extension":"0003*001",
"registration":[{"agent":"...","registration":"-1","expire":"..."}]}],
"totalResults":1,"itemsPerPage":20}"""

ERROR = '{"error":{"code":"error_code","message":"Human readable error message."}}'

INVALID_CLIENT = '{"error":"invalid_client"}'

TOKEN = '{"access_token":"1|abc~def-_","expires_in":7200,"token_type":"Bearer"}'

ONE_REQUEST = '{"id":"262","uid":"ba123e75751d52b84f6527062fd20bd1","recipients":["7778888"]}'


def answer(content: Any, status: int = 200, **headers: str) -> Response:
    """An answer whose body is `content`: a text as it is, anything else as JSON."""
    text = content if isinstance(content, str) else json.dumps(content)
    return Response(
        status=status,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        body=text.encode(),
    )


def fax_of(*files: tuple[str, int]) -> CreateFax:
    """A create request with files of these upload identifiers and sizes."""
    return CreateFax(
        recipients=("7778888", "1234567890"),
        files=tuple(
            FileToSend(
                upload_identifier=identifier,
                name="document.pdf",
                size=size,
                content_type="application/pdf",
            )
            for identifier, size in files
        ),
    )


def created_file(**changes: Any) -> dict[str, Any]:
    """A file of 5 bytes in the answer to a create request. A change to None removes a field."""
    item: dict[str, Any] = {
        "redirect": True,
        "heUri": "https://api.hubgets.com/at/file/action?id=1",
        "redirectUri": "https://storage.example.com/bucket/file?X-Amz-Signature=secret",
        "redirectHeaders": {"x-amz-meta-app-faxid": 262},
        "contentType": "application/pdf",
        "contentLength": 5,
        **changes,
    }
    return {name: value for name, value in item.items() if value is not None}


def created(*files: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The answer to a create request with these files, which `created_file` made."""
    return {"id": 262, "uid": "ba12", "files": list(files), **changes}
