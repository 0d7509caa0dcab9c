# SPDX-License-Identifier: Apache-2.0
"""The image's list of materials in CycloneDX: the packages that its files are of, and which files these are."""

import hashlib
import json
import platform
from datetime import datetime, timezone
from urllib.parse import quote

import contents
import debian
from contents import Entry

PATH = "/usr/share/doc/stackseal/sbom.cdx.json"


def sbom(entries: list[Entry], version: str, when: int) -> bytes:
    """The document about these files, made at a time."""
    names = sorted({entry.package for entry in entries if entry.package})
    components = [_component(debian.package(name), entries) for name in names]
    program = next(entry for entry in entries if entry.path == contents.PROGRAM)
    document = {
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "metadata": {"timestamp": datetime.fromtimestamp(when, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
                     "component": _program(program, version)},
        "components": components,
        "dependencies": [{"ref": "stackseal", "dependsOn": [one["bom-ref"] for one in components]}],
    }
    return json.dumps(document, indent=2).encode() + b"\n"


def _program(entry: Entry, version: str) -> dict:
    digest = hashlib.sha256(entry.data).hexdigest()
    return {"type": "application", "bom-ref": "stackseal", "name": "stackseal", "version": version,
            "hashes": [{"alg": "SHA-256", "content": digest}], "licenses": [{"license": {"id": "Apache-2.0"}}]}


def _component(package: debian.Package, entries: list[Entry]) -> dict:
    """A package, with the places where its files lie."""
    url = _url(package)
    places = [{"location": entry.path} for entry in entries if entry.package == package.name]
    return {"type": "library", "bom-ref": url, "name": package.name, "version": package.version, "purl": url,
            "evidence": {"occurrences": places}}


def _url(package: debian.Package) -> str:
    """Its package URL; advisories of Debian are about source packages, hence `upstream`."""
    upstream = quote(f"{package.source}@{package.source_version}", safe="")
    name, version = quote(package.name, safe=""), quote(package.version, safe="")
    system = platform.freedesktop_os_release()
    distribution = f"{system['ID']}-{system.get('VERSION_ID', '')}"
    return f"pkg:deb/debian/{name}@{version}?arch={package.architecture}&distro={distribution}&upstream={upstream}"
