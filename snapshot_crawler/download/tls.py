"""TLS contexts: a host goes in; the context for its connections comes out. handler.py asks for each new connection.

Certificates are verified, except on the hosts that the operator names in TLS_UNVERIFIED_HOSTS.
"""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from snapshot_crawler.exceptions import ConfigurationError

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

VERSIONS = {
    "TLSv1.0": ssl.TLSVersion.TLSv1,
    "TLSv1.1": ssl.TLSVersion.TLSv1_1,
    "TLSv1.2": ssl.TLSVersion.TLSv1_2,
    "TLSv1.3": ssl.TLSVersion.TLSv1_3,
}


class Tls:
    """The contexts for verified and for unverified hosts, by Scrapy's own settings and TLS_UNVERIFIED_HOSTS.

    TLS_UNVERIFIED_HOSTS: host names; each stands for itself alone, not for its subdomains. A spider names the
    hosts of its site in custom_settings. Raises ConfigurationError for a version of TLS that does not exist.
    """

    def __init__(self, settings: BaseSettings) -> None:
        self._unverified_hosts = {
            host.strip().lower().rstrip(".") for host in settings.getlist("TLS_UNVERIFIED_HOSTS") if host.strip()
        }
        self._settings = settings
        self._verifies = settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES")
        self._contexts: dict[
            bool, ssl.SSLContext
        ] = {}  # by is_verified; made at the first use: it reads all certificates
        for name in ("DOWNLOAD_TLS_MIN_VERSION", "DOWNLOAD_TLS_MAX_VERSION"):
            version(settings, name)

    def for_host(self, host: str) -> ssl.SSLContext:
        """The context for a connection to host."""
        is_verified = self._verifies and host.lower().rstrip(".") not in self._unverified_hosts
        if is_verified not in self._contexts:
            self._contexts[is_verified] = context(self._settings, is_verified=is_verified)
        return self._contexts[is_verified]


def context(settings: BaseSettings, *, is_verified: bool) -> ssl.SSLContext:
    """One context. Raises ConfigurationError for a version of TLS that does not exist."""
    made = ssl.create_default_context()
    if not is_verified:
        made.check_hostname = False
        made.verify_mode = ssl.CERT_NONE
    made.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)  # old servers; Scrapy sets it too
    made.set_alpn_protocols(["http/1.1"])
    if ciphers := settings["DOWNLOADER_CLIENT_TLS_CIPHERS"]:
        made.set_ciphers(ciphers)
    if lowest := version(settings, "DOWNLOAD_TLS_MIN_VERSION"):
        made.minimum_version = lowest
    if highest := version(settings, "DOWNLOAD_TLS_MAX_VERSION"):
        made.maximum_version = highest
    return made


def version(settings: BaseSettings, name: str) -> ssl.TLSVersion | None:
    """The version of TLS that a setting names; None when it names none."""
    value = settings[name]
    if value is None:
        return None
    if value not in VERSIONS:
        raise ConfigurationError(f"{name} is {value!r}; choose one of {', '.join(VERSIONS)}")
    return VERSIONS[value]
