"""A browser at the desk that sends the forms of its pages with their tokens."""

import re
from html import unescape

from fastapi.testclient import TestClient
from httpx2 import Response

from tests.integration.web.conftest import House

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def csrf_of(page: str) -> str:
    """Return the token of the first form of a page."""
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found, page
    return unescape(found[1])


class Browser:
    """A browser of the staff; redirects are shown, not followed."""

    def __init__(self, house: House, agent: str = FIREFOX) -> None:
        self.house = house
        self.client = TestClient(house.app, follow_redirects=False, headers={"user-agent": agent})

    def sign_in(self, login: str, password: str) -> Response:
        """Send the sign-in form."""
        return self.client.post("/desk/login", data={"login": login, "password": password})

    def get(self, path: str) -> Response:
        """Open a page."""
        return self.client.get(path)

    def send(self, path: str, at: str = "/desk/me", **values: object) -> Response:
        """Send a form with the token of the page it stands on (`at`)."""
        token = csrf_of(self.client.get(at).text)
        return self.client.post(path, data={"csrf": token, **values})
