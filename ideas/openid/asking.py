"""Asking a provider something: five seconds, a megabyte, and no address but those that it published."""

from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from requests import RequestException, Response

from ideas.domain.errors import ProviderFailed
from ideas.openid.providers import Provider

SECONDS = 5
MOST = 1_000_000


class ProviderClient(OAuth2Session):
    """What asks one provider, as its client."""

    def __init__(self, provider: Provider, redirect_uri: str = "") -> None:
        challenge = {"code_challenge_method": "S256"} if provider.pkce else {}
        super().__init__(
            provider.client_id,
            provider.client_secret,
            token_endpoint_auth_method=provider.token_auth,
            scope=provider.scopes,
            redirect_uri=redirect_uri,
            # The library takes a token for dead a minute before its end: those of ProConnect live one minute.
            leeway=0,
            **challenge,
        )
        self.provider = provider

    def request(self, method: str, url: str, **given: Any) -> Response:
        """Ask within the bounds; raises `ProviderFailed` for whatever goes wrong on the way."""
        given |= {"timeout": SECONDS, "allow_redirects": False, "stream": True}
        try:
            response = super().request(method, url, **given)
            # Read here, so that no more than this is ever read; the library looks for it there.
            response._content = response.raw.read(MOST + 1, decode_content=True)  # noqa: SLF001
        except (RequestException, AuthlibBaseError, OSError) as error:
            raise ProviderFailed(self.provider.label, type(error).__name__) from error
        if len(response.content) > MOST or response.is_redirect or response.status_code >= 500:
            raise ProviderFailed(self.provider.label, f"it answered {response.status_code}")
        return response

    def read_json(self, address: str) -> dict[str, Any]:
        """Return what an address that is open to all says."""
        response = self.request("GET", address, withhold_token=True)
        try:
            found = response.json()
        except ValueError as error:
            raise ProviderFailed(self.provider.label, "it answered something else than JSON") from error
        if response.status_code != 200 or not isinstance(found, dict):
            raise ProviderFailed(self.provider.label, f"it answered {response.status_code}")
        return found
