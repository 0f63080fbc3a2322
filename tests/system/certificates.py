"""Certificates for a test, made by openssl(1)."""

import subprocess


def run(place, *arguments):
    subprocess.run(["openssl", *arguments], cwd=place.path, check=True,
                   capture_output=True, timeout=30)


def make(place, name, *, ca=None, alt=None, days=2):
    """NAME.pem and NAME.key, of an authority `ca`, or an authority itself."""
    new = ["req", "-x509", "-newkey", "ec", "-pkeyopt",
           "ec_paramgen_curve:prime256v1", "-nodes", "-days", str(days),
           "-keyout", f"{name}.key", "-out", f"{name}.pem",
           "-subj", f"/CN={name}"]
    if ca:
        new += ["-CA", f"{ca}.pem", "-CAkey", f"{ca}.key",
                "-addext", "basicConstraints=CA:FALSE"]
    if alt:
        new += ["-addext", f"subjectAltName={alt}"]
    run(place, *new)


def make_all(place):
    """A server's, and clients': of one authority, of another, too old."""
    make(place, "ca")
    make(place, "stranger")
    make(place, "server", ca="ca", alt="IP:127.0.0.1,DNS:localhost")
    make(place, "client", ca="ca", alt="DNS:Web1.example.org")
    make(place, "other", ca="ca", alt="DNS:web1.example.com")
    make(place, "foreign", ca="stranger", alt="DNS:web1.example.org")
    run(place, "req", "-newkey", "ec", "-pkeyopt",
        "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "expired.key",
        "-out", "expired.csr", "-subj", "/CN=web1.example.org")
    run(place, "x509", "-req", "-in", "expired.csr", "-CA", "ca.pem",
        "-CAkey", "ca.key", "-days", "-1", "-out", "expired.pem")
