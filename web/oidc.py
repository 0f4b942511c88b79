"""The operator's OIDC provider: where a browser is sent, and what the provider's answer proves."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from web.errors import ProviderRefused, ProviderUnavailable

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures that are believed; none made with a shared secret, and never `none`."""
LEEWAY = 30
"""Seconds by which the two clocks may differ."""
KEPT = 3600.0
"""Seconds for which what the provider publishes of itself is kept."""
KEYS_AGAIN = 60.0
"""Least seconds between two looks at the provider's keys, so that made-up tokens cannot send us there all the time."""
SECONDS = 10.0
"""How long one answer of the provider is awaited."""


@dataclass(frozen=True)
class Registration:
    """How we are registered at the provider.

    Attributes:
        issuer: the provider's address, exactly as its tokens name it.
        client_id: our name there.
        client_secret: our secret there; hidden in `repr`.
        scopes: what we ask for, separated by blanks.
        claim: the claim that holds the PUE identifier, or the login of the staff; empty when accounts are found by
            subject only.
        redirect_uri: where the provider sends browsers back.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    scopes: str
    claim: str
    redirect_uri: str


@dataclass(frozen=True)
class Vouched:
    """Whom the provider vouches for.

    Attributes:
        subject: who it is there (`sub`).
        named: what the registration's claim says; None without one.
    """

    subject: str
    named: str | None


class Provider:
    """A client of the provider. Building it connects nowhere."""

    def __init__(self, registration: Registration) -> None:
        self._registration = registration
        self._metadata: tuple[float, Mapping[str, Any]] | None = None
        self._keys: tuple[float, KeySet] | None = None

    async def authorization_url(self, state: str, nonce: str, code_verifier: str) -> str:
        """Return where the browser signs in (authorization code flow with PKCE); raises ProviderUnavailable."""
        endpoint = _address(await self._about(), "authorization_endpoint")
        async with self._client() as client:
            url, _state = client.create_authorization_url(
                endpoint, state=state, nonce=nonce, code_verifier=code_verifier
            )
        return str(url)

    async def origin(self) -> str:
        """Return the origin of the page where one signs in; raises ProviderUnavailable."""
        place = urlsplit(_address(await self._about(), "authorization_endpoint"))
        return f"{place.scheme}://{place.netloc}"

    async def vouched(self, code: str, *, nonce: str, code_verifier: str, issuer: str | None = None) -> Vouched:
        """Exchange a code for the identity behind it.

        Args:
            code: what the browser brought back.
            nonce: the one that this sign-in was begun with.
            code_verifier: likewise.
            issuer: the issuer that the answer names (RFC 9207), if it names one.

        Raises:
            ProviderUnavailable: the provider is down, slow, or says nonsense.
            ProviderRefused: the code is no good, or the token does not prove what it must.
        """
        if issuer is not None and issuer != self._registration.issuer:
            raise ProviderRefused("issuer of the answer")
        token = await self._exchange(code, code_verifier)
        claims = await self._claims(token, nonce)
        named = claims.get(self._registration.claim) if self._registration.claim else None
        return Vouched(str(claims["sub"]), named if isinstance(named, str) else None)

    def _client(self) -> AsyncOAuth2Client:
        known = self._registration
        return AsyncOAuth2Client(
            client_id=known.client_id,
            client_secret=known.client_secret,
            scope=known.scopes,
            redirect_uri=known.redirect_uri,
            code_challenge_method="S256",
            timeout=SECONDS,
            trust_env=False,
        )

    async def _exchange(self, code: str, code_verifier: str) -> str:
        endpoint = _address(await self._about(), "token_endpoint")
        try:
            async with self._client() as client:
                answer = await client.fetch_token(endpoint, code=code, code_verifier=code_verifier)
        except AuthlibBaseError as problem:
            raise ProviderRefused(problem.error) from problem
        except (httpx2.HTTPError, ValueError) as problem:
            raise ProviderUnavailable(type(problem).__name__) from problem
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise ProviderRefused("no ID token")
        return token

    async def _claims(self, token: str, nonce: str) -> Mapping[str, Any]:
        """Return the claims of a token that was made by the provider, for us, now, and for this sign-in."""
        known = self._registration
        try:
            decoded = await self._decoded(token)
            jwt.JWTClaimsRegistry(
                leeway=LEEWAY,
                iss={"essential": True, "value": known.issuer},
                aud={"essential": True, "value": known.client_id},
                sub={"essential": True},
                exp={"essential": True},
                iat={"essential": True},
                nonce={"essential": True, "value": nonce},
            ).validate(decoded.claims)
        except (JoseError, ValueError, TypeError) as problem:
            raise ProviderRefused(type(problem).__name__) from problem
        # A token for several parties says in `azp` whose it is (OpenID Connect Core, 3.1.3.7).
        if decoded.claims.get("azp", known.client_id) != known.client_id:
            raise ProviderRefused("azp")
        return decoded.claims

    async def _decoded(self, token: str) -> jwt.Token:
        try:
            return jwt.decode(token, await self._key_set(), algorithms=list(ALGORITHMS))
        except (JoseError, ValueError):
            # The provider may have changed its keys since.
            if self._keys is None or time.monotonic() - self._keys[0] < KEYS_AGAIN:
                raise
            self._keys = None
            return jwt.decode(token, await self._key_set(), algorithms=list(ALGORITHMS))

    async def _key_set(self) -> KeySet:
        if self._keys is None or time.monotonic() - self._keys[0] > KEPT:
            found = await _get(_address(await self._about(), "jwks_uri"))
            try:
                self._keys = time.monotonic(), KeySet.import_key_set({"keys": _asymmetric(found)})
            except (JoseError, ValueError, TypeError, KeyError) as problem:
                raise ProviderUnavailable("keys") from problem
        return self._keys[1]

    async def _about(self) -> Mapping[str, Any]:
        """Return what the provider publishes of itself; another issuer's papers are not taken."""
        if self._metadata is None or time.monotonic() - self._metadata[0] > KEPT:
            found = await _get(self._registration.issuer.rstrip("/") + "/.well-known/openid-configuration")
            if found.get("issuer") != self._registration.issuer:
                raise ProviderUnavailable("another issuer")
            self._metadata = time.monotonic(), found
        return self._metadata[1]


async def _get(url: str) -> Mapping[str, Any]:
    try:
        async with httpx2.AsyncClient(timeout=SECONDS, trust_env=False) as client:
            response = await client.get(url)
            response.raise_for_status()
            found = response.json()
    except (httpx2.HTTPError, ValueError) as problem:
        raise ProviderUnavailable(type(problem).__name__) from problem
    if not isinstance(found, dict):
        raise ProviderUnavailable("no object")
    return found


def _address(metadata: Mapping[str, Any], name: str) -> str:
    found = metadata.get(name)
    if not isinstance(found, str) or urlsplit(found).scheme not in {"http", "https"}:
        raise ProviderUnavailable(name)
    return found


def _asymmetric(found: Mapping[str, Any]) -> list[Any]:
    return [key for key in found["keys"] if key.get("kty") != "oct" and key.get("use", "sig") == "sig"]
