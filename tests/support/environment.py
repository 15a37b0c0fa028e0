"""A pytest plugin: the environment that tests run in, set before Django reads its settings.

A test that needs other values starts a process of its own.
"""

import os

VARIABLES = {
    "FAXPORTAL_SECRET_KEY": "a secret key for tests, which protects nothing at all",
    "FAXPORTAL_CREDENTIAL_KEYS": "dGVzdHMgb25seTogdGhpcnR5LXR3byBieXRlcyBsb24=",
    "FAXPORTAL_RECORD_KEY": "dGVzdHMgb25seTogcmVjb3JkcyBhcmUgY2hhaW5lZC4=",
    "FAXPORTAL_HOSTS": "localhost,127.0.0.1,testserver",
    "FAXPORTAL_VOIPNOW_SERVERS": "http://127.0.0.1:9",
    "FAXPORTAL_STORAGE_ORIGINS": "http://127.0.0.1:9",
    "FAXPORTAL_ALLOW_HTTP": "1",
}

os.environ.update(VARIABLES)
