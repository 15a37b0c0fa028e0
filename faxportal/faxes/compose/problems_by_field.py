"""The problems that keep a form from being sent: sentences for people, by field of the form."""

from __future__ import annotations

#: Field → sentences. The field "" stands for the form as a whole.
Problems = dict[str, list[str]]


def joined(some: Problems, more: Problems) -> Problems:
    """The problems in `some` and in `more`, merged field by field."""
    return {name: some.get(name, []) + more.get(name, []) for name in {**some, **more}}
