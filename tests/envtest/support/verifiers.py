# SPDX-License-Identifier: Apache-2.0
"""Independent judges of a chain: each raises when it does not accept one."""

import re
import ssl
import subprocess
from pathlib import Path


def run(*command: object, **options: object) -> str:
    """Output of a program that must succeed."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout + done.stderr


def openssl(folder: Path, host: str) -> None:
    run("openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-verify_hostname", host,
        "-CAfile", folder / "ca.crt", "-untrusted", folder / "tls.crt", folder / "tls.crt")


def gnutls(folder: Path, host: str) -> None:
    chain = folder / "gnutls.pem"
    chain.write_bytes((folder / "tls.crt").read_bytes())
    said = run("certtool", "--verify", "--load-ca-certificate", folder / "ca.crt", "--infile", chain,
               "--verify-hostname", host, "--verify-purpose", "1.3.6.1.5.5.7.3.1")
    assert "Chain verification output: Verified" in said, said


def split(pem: str) -> list[str]:
    end = "-----END CERTIFICATE-----\n"
    return [block + end for block in pem.split(end)[:-1]]


def nss(folder: Path, host: str) -> None:
    database = folder / "nss"
    database.mkdir(exist_ok=True)
    run("certutil", "-N", "-d", f"sql:{database}", "--empty-password")
    run("certutil", "-A", "-d", f"sql:{database}", "-n", "root", "-t", "C,,", "-a", "-i", folder / "ca.crt")
    files = []
    for index, block in enumerate(split((folder / "tls.crt").read_text())):
        file = folder / f"link{index}.pem"
        file.write_text(block)
        files += ["-a", file]
    said = run("vfychain", "-d", f"sql:{database}", "-pp", "-u", "1", *files)
    assert "Chain is good" in said, said


JAVA = Path(__file__).with_name("VerifyChain.java")


def java(folder: Path, host: str) -> None:
    run("java", JAVA, folder / "tls.crt", folder / "ca.crt", host)


def go(folder: Path, host: str) -> None:
    build = Path(__file__).resolve().parent.parent / "tools/build"
    programs = subprocess.run([build, "verifychain"], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    run(f"{programs}/verifychain", folder / "tls.crt", folder / "ca.crt", host)


def pairs(folder: Path, secrets: dict[str, dict[str, bytes]]) -> set[str]:
    """The serial numbers of many pairs of one CA, each of which fits together and verifies."""
    certificates = []
    for name, data in secrets.items():
        for key, value in data.items():
            (folder / f"{name}.{key}").write_bytes(value)
        certificates.append(folder / f"{name}.tls.crt")
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificates[-1], folder / f"{name}.tls.key")
    one = certificates[0]
    run("openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", one.with_suffix("").with_suffix(".ca.crt"),
        "-untrusted", one, *certificates)
    return {serial(file) for file in certificates}


def serial(certificate: Path) -> str:
    """The serial number of the first certificate of a file."""
    return re.match("serial=([0-9A-F]+)", run("openssl", "x509", "-noout", "-serial", "-in", certificate))[1]
