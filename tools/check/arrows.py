# SPDX-License-Identifier: Apache-2.0
"""Who may include whom. The table is the architecture (docs); this holds the tree against it."""
import pathlib
import re
import sys

import cxx
import tree

# A folder and those that it may include, besides itself; what these may include is allowed too.
ARROWS = {
    "controller/core": [],
    "controller/api": ["controller/core"],
    "controller/text": ["controller/core"],
    "controller/pki": ["controller/core"],
    "controller/ports": ["controller/api"],
    "controller/store": ["controller/ports"],
    "controller/http": ["controller/ports"],
    "controller/observe": ["controller/ports"],
    "controller/probe": ["controller/ports", "controller/pki"],
    "controller/acme": ["controller/ports", "controller/text", "controller/pki"],
    "controller/kube": ["controller/store", "controller/text", "controller/pki"],
    "controller/local": ["controller/store", "controller/text", "controller/pki"],
    "controller/runtime": ["controller/store", "controller/pki"],
    "reconcilers/issuance": ["controller/ports"],
    "reconcilers/certificate": ["reconcilers/issuance"],
    "reconcilers/issuer": ["reconcilers/issuance"],
    "reconcilers/tlspolicy": ["reconcilers/issuance", "catalogue"],
    "catalogue": ["controller/core"],
}
EVERYTHING = ["app"]  # may include every folder of the product

# Single files that may reach further than their folder.
EXCEPTIONS = [(re.compile(r"reconcilers/issuance/(perform|environment|signer_cache|secret_body)\.(hpp|cpp)"), "controller/pki")]

# Libraries and their homes.
LIBRARIES = [
    (re.compile(r"(cpprest|pplx|boost|websocketpp)/"), ["controller/http"]),
    (re.compile(r"(nlohmann|yaml-cpp)/"), ["controller/text"]),
    (re.compile(r"openssl/"), ["controller/pki", "controller/http", "controller/probe"]),
    (re.compile(r"(prometheus|spdlog|fmt)/|civetweb\.h$|CivetServer\.h$"), ["controller/observe"]),
    (re.compile(r"CLI/"), ["app"]),
]
# The operating system; everything else is plain C++.
SYSTEM = re.compile(r"(sys|netinet|arpa|net|linux)/\w+\.h$|"
                    r"(malloc|unistd|fcntl|signal|poll|dirent|netdb|pwd|grp|pthread|spawn|termios|strings)\.h$")
SYSTEM_HOMES = ["app", "controller/http", "controller/kube", "controller/local", "controller/observe",
                "controller/probe", "controller/runtime"]
# C++ and, for what it lacks, C: explicit_bzero, mkdtemp, and inet_pton, which only reads text.
STANDARD = re.compile(r"[a-z0-9_]+$|(string|stdlib)\.h$|arpa/inet\.h$")
# Headers that cost seconds to compile: never in a header of ours.
HEAVY = re.compile(r"(cpprest|pplx|boost|nlohmann|yaml-cpp|spdlog|fmt|CLI|prometheus)/|regex$")
# What decides stays free of the world: no port, no library, no system.
PURE = re.compile(r"(plan|decide)\w*\.(hpp|cpp)$")
IMPURE = re.compile(r"controller/(ports|pki|http|observe|kube|local|runtime|store|text|acme|probe)/")
MOST_CPPREST_FILES = 3


def folder_of(name):
    """The folder of the table that a file belongs to; files in sub-folders belong to their parents."""
    folder = str(pathlib.PurePosixPath(name).parent)
    known = [f for f in list(ARROWS) + EVERYTHING if folder == f or folder.startswith(f + "/")]
    return max(known, key=len, default=None)


def reachable(folder):
    seen, waiting = {folder}, [folder]
    while waiting:
        for target in ARROWS.get(waiting.pop(), []):
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    return seen


def may_include(name, folder, target):
    if folder in EVERYTHING or target in reachable(folder):
        return True
    return any(pattern.fullmatch(name) and target == home for pattern, home in EXCEPTIONS)


def judge_library(name, folder, path):
    """Why a <header> may not stand in a file, or None."""
    if HEAVY.match(path) and name.endswith(".hpp"):
        return f"<{path}> is too heavy for a header: include it in the .cpp only"
    for pattern, homes in LIBRARIES:
        if pattern.match(path):
            return None if folder in homes else f"<{path}> belongs to {' and '.join(homes)} only"
    if STANDARD.match(path):
        return None
    if SYSTEM.match(path):
        return None if folder in SYSTEM_HOMES else f"<{path}>: the system is not for {folder}"
    return f"<{path}>: unknown library; it needs a row in arrows.py"


def judge_own(name, folder, path):
    """Why an "include" may not stand in a file, or None."""
    target = folder_of(path)
    if target is None:
        return f'"{path}": not a file of the product, or not written from the root'
    if not may_include(name, folder, target):
        return f'"{path}": {folder} may not include {target}'
    return None


def circles(edges):
    """Each circle once, as a list of names."""
    found, done, path = [], set(), []

    def visit(node):
        if node in path:
            found.append(path[path.index(node):] + [node])
            return
        if node in done:
            return
        path.append(node)
        for target in sorted(edges.get(node, ())):
            visit(target)
        path.pop()
        done.add(node)

    for node in sorted(edges):
        visit(node)
    return found


def impurity(name, includes):
    """The chain by which a deciding file reaches the world, or None."""
    waiting, seen = [(name,)], {name}
    while waiting:
        chain = waiting.pop(0)
        for _, quoted, path in includes.get(chain[-1], []):
            dirty = IMPURE.match(path) if quoted else not STANDARD.match(path)
            if dirty:
                return " → ".join(chain + (path,))
            if quoted and path not in seen:
                seen.add(path)
                waiting.append(chain + (path,))
    return None


def check(texts):
    """All faults of a tree, given as a map from path to text."""
    faults = []
    includes = {name: list(cxx.includes(text)) for name, text in texts.items()}
    files, folders = {}, {}
    for name, found in includes.items():
        folder = folder_of(name)
        if folder is None:
            faults.append(f"{name}:1: no folder of the table in arrows.py")
            continue
        for line, quoted, path in found:
            why = judge_own(name, folder, path) if quoted else judge_library(name, folder, path)
            if why:
                faults.append(f"{name}:{line}: {why}")
            if quoted:
                files.setdefault(name, set()).add(path)
                if folder_of(path) not in (folder, None):
                    folders.setdefault(folder, set()).add(folder_of(path))
        if PURE.match(pathlib.PurePosixPath(name).name) and (chain := impurity(name, includes)):
            faults.append(f"{name}:1: a file that decides reaches the world: {chain}")
    for circle in circles(files) + circles(folders):
        faults.append(f"{circle[0]}:1: circle: {' → '.join(circle)}")
    faults += too_many_cpprest(includes)
    return faults, sum(map(len, includes.values()))


def too_many_cpprest(includes):
    users = [name for name, found in includes.items()
             if any(path.startswith(("cpprest/", "pplx/")) for _, _, path in found)]
    if len(users) <= MOST_CPPREST_FILES:
        return []
    return [f"{users[-1]}:1: {len(users)} files include cpprestsdk, at most {MOST_CPPREST_FILES} may: {', '.join(users)}"]


def main():
    names = tree.files(".hpp", ".cpp", under=tree.PRODUCT)
    faults, count = check({name: tree.read(name) for name in names})
    return tree.tell("arrows", f"{len(names)} files, {count} includes", faults)


if __name__ == "__main__":
    sys.exit(main())
