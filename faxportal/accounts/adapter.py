from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """How allauth treats accounts here: an admin adds people, nobody adds themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
