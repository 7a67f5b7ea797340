"""Certificates: verified, refused for good, and excepted host by host."""

from __future__ import annotations

import datetime
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from snapshot_crawler.download.handler import CertificateRefusedError
from tests.hostile.crawl import crawl
from tests.hostile.fetch import fetch
from tests.server import Server

NOW = datetime.datetime.now(datetime.UTC)


def certificate(folder: Path, host: str, *, days: int = 1) -> Path:
    """A key and a self-signed certificate for host, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - datetime.timedelta(days=2))
        .not_valid_after(NOW + datetime.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / f"{host}.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


def serve(pem: Path) -> Server:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem)
    server = Server(tls=context)
    server.page("/robots.txt", "", content_type="text/plain")
    server.page("/a", "<article>A page by TLS</article>")
    return server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with serve(certificate(tmp_path, "localhost")) as running:
        yield running


def test_a_certificate_that_nobody_vouches_for_is_refused(server: Server) -> None:
    with pytest.raises(CertificateRefusedError, match="self-signed"):
        fetch(server, f"https://localhost:{server.port}/a")
    assert server.requests == []


def test_a_certificate_that_is_vouched_for_is_taken(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "localhost.pem"))
    got = fetch(server, f"https://localhost:{server.port}/a")
    assert got.status == 200
    assert got.certificate


def test_a_certificate_for_another_host_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pem = certificate(tmp_path, "another.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with serve(pem) as server, pytest.raises(CertificateRefusedError, match="localhost"):
        fetch(server, f"https://localhost:{server.port}/a")


def test_an_expired_certificate_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pem = certificate(tmp_path, "localhost", days=-1)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with serve(pem) as server, pytest.raises(CertificateRefusedError, match="expired"):
        fetch(server, f"https://localhost:{server.port}/a")


def test_an_exception_is_for_one_host(server: Server) -> None:
    url = f"https://localhost:{server.port}/a"
    assert fetch(server, url, TLS_UNVERIFIED_HOSTS="other.example,LocalHost").status == 200
    with pytest.raises(CertificateRefusedError):
        fetch(server, url, TLS_UNVERIFIED_HOSTS="other.example,host,*")


def test_a_crawl_refuses_once_and_says_the_way_out(server: Server) -> None:
    outcome = crawl(f"https://localhost:{server.port}/a", server=server, RETRY_TIMES=2)
    assert outcome.items == []
    assert outcome.rejected == {"certificate": 1}
    assert outcome.log.count("TLS_UNVERIFIED_HOSTS can name the host") == 1
    allowed = crawl(f"https://localhost:{server.port}/a", server=server, TLS_UNVERIFIED_HOSTS="localhost")
    assert allowed.urls == ["/a"]
