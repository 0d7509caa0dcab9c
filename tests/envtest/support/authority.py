# SPDX-License-Identifier: Apache-2.0
"""Certificates that are not the product's: of API servers and of their clients, made by OpenSSL's command line."""

from pathlib import Path

from support import verifiers

_CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


class Authority:
    """A CA of its own in a folder of its own."""

    def __init__(self, folder: Path, name: str):
        """Makes it."""
        self._folder = folder / name
        self._folder.mkdir()
        self.certificate = self._folder / "ca.crt"
        verifiers.run("openssl", "req", "-x509", *_CURVE, "-keyout", self._folder / "ca.key", "-out", self.certificate,
                      "-subj", f"/CN={name}", "-days", "2", "-addext", "keyUsage=critical,keyCertSign")

    def issue(self, subject: str, *extensions: str) -> tuple[str, str]:
        """A certificate and its key, in PEM."""
        key, request, made = (self._folder / f"one.{end}" for end in ("key", "csr", "crt"))
        configured = self._folder / "extensions"
        configured.write_text("\n".join(extensions))
        verifiers.run("openssl", "req", "-new", *_CURVE, "-keyout", key, "-out", request, "-subj", subject)
        verifiers.run("openssl", "x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey",
                      self._folder / "ca.key", "-days", "1", "-extfile", configured, "-out", made)
        return made.read_text(), key.read_text()
