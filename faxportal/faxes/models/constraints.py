"""Lists of states as database constraints."""

from django.db.models import CheckConstraint, Q, TextChoices


def known_states(states: type[TextChoices], *, name: str) -> CheckConstraint:
    """A constraint that lets `state` be one of the list only."""
    return CheckConstraint(condition=Q(state__in=states.values), name=name)
