"""Whom we believe of those we ask over TLS: read once a process, since to read them costs more than most questions."""

import ssl
from functools import cache

import httpx


@cache
def autorites() -> ssl.SSLContext:
    """Return what each client would read for itself: `SSL_CERT_FILE`, `SSL_CERT_DIR`, else those of certifi."""
    return httpx.create_ssl_context()
