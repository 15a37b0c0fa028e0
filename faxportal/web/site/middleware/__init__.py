"""Middleware. The settings list it in the order in which a request passes through it."""
