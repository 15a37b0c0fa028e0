"""What keeps a form from being sent: sentences for people, by the form's field."""

from __future__ import annotations

#: Field → sentences; "" is the form as a whole.
Problems = dict[str, list[str]]


def joined(some: Problems, more: Problems) -> Problems:
    """The problems of both, field by field."""
    return {name: some.get(name, []) + more.get(name, []) for name in {**some, **more}}
