"""The headers that protect every answer: of a page, of a program, and of the server when it answers by itself."""

# Every script and style is a file of ours, so 'self' is stricter than a nonce and lets pages be cached.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}


def make_headers(*, is_secure: bool) -> dict[str, str]:
    """Return the headers; a site that is served over HTTPS asks never to be read otherwise, whatever the proxy says."""
    return HEADERS | HTTPS_ONLY if is_secure else HEADERS
