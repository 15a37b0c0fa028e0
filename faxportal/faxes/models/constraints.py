"""Constraints that several models share."""

from django.db.models import CheckConstraint, Q, TextChoices


def known_states(states: type[TextChoices], *, name: str) -> CheckConstraint:
    """A database constraint: `state` is one of these states."""
    return CheckConstraint(condition=Q(state__in=states.values), name=name)
