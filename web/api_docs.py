"""The documentation of the API as a page: Swagger UI from this server, started without inline script."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from web.headers import POLICY
from web.pages import page

router = APIRouter(include_in_schema=False)


@router.get("/api/docs")
def documentation(request: Request) -> HTMLResponse:
    """Show the API with forms to try it."""
    response = page(request, "api_docs.html")
    # Swagger UI draws its icons as data addresses in its style sheet.
    response.headers["Content-Security-Policy"] = POLICY.replace("img-src 'self'", "img-src 'self' data:")
    return response
