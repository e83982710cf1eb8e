"""Where a request comes from, as a keyed hash: enough to count by, nothing to know somebody by."""

import hashlib
import hmac
from ipaddress import IPv6Address, ip_address

from flask import g, request

from ideas.http.secret_key import read_secret_key

HOUSEHOLD = 64  # bits of an IPv6 address that one household or office has: the rest it changes at will


def find_source() -> str:
    """Return the hash of the client's address; proxies that are not declared are clients."""
    if "source" not in g:
        key = read_secret_key().encode()
        g.source = hmac.new(key, f"source {network_of(request.remote_addr)}".encode(), hashlib.sha256).hexdigest()
    return str(g.source)


def network_of(address: str | None) -> str:
    """Return what an address is counted as: itself, or the network of an IPv6 address.

    >>> network_of("2001:db8:1:2::99"), network_of("::ffff:192.0.2.7"), network_of("192.0.2.7"), network_of(None)
    ('2001:db8:1:2::', '192.0.2.7', '192.0.2.7', '')
    """
    try:
        found = ip_address((address or "").partition("%")[0])
    except ValueError:
        return address or ""
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or IPv6Address(int(found) >> HOUSEHOLD << HOUSEHOLD))
