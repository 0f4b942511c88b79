"""The way to an OIDC provider, the same for customers and for the staff."""

from fastapi.responses import RedirectResponse

from helpdesk import oidc_logins


def to_provider(url: str, browser: str, *, cookie: str, path: str, secure: bool) -> RedirectResponse:
    """Send the browser to the provider with the cookie by which it is known when it comes back.

    Args:
        url: the provider's page.
        browser: the secret that binds the sign-in to this browser.
        cookie: the cookie's name.
        path: below which pages the browser shows it.
        secure: whether it goes over TLS only.
    """
    # The provider need not know from where somebody comes.
    response = RedirectResponse(url, status_code=303, headers={"Referrer-Policy": "no-referrer"})
    age = int(oidc_logins.LASTS.total_seconds())
    response.set_cookie(cookie, browser, max_age=age, path=path, httponly=True, samesite="lax", secure=secure)
    return response
