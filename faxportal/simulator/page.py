"""The page that shows a person what arrived."""

from aiohttp import web


def routes() -> list[web.RouteDef]:
    return []
