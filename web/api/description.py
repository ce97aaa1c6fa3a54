"""What the API is, for programs: its OpenAPI document."""

from typing import Any

from fastapi import APIRouter, Request

routes = APIRouter(include_in_schema=False)


@routes.get("/api/v1/openapi.json")
def description(request: Request) -> dict[str, Any]:
    """Return the OpenAPI document."""
    document: dict[str, Any] = request.app.openapi()
    return document
