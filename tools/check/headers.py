# SPDX-License-Identifier: Apache-2.0
"""Each source file begins with its licence and a sentence on why it exists; each header compiles alone.

A header that its own .cpp includes first is compiled alone by every build; only the others are tried here.
"""
import concurrent.futures
import hashlib
import os
import pathlib
import re
import subprocess
import sys
import time

import cxx
import tree

LICENCE = "SPDX-License-Identifier: Apache-2.0"
SUFFIXES = (".hpp", ".cpp", ".py", ".sh", ".cmake", "CMakeLists.txt")
FLAGS = ["-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-Wno-missing-field-initializers",
         "-D_TURN_OFF_PLATFORM_STRING", "-DJSON_USE_IMPLICIT_CONVERSIONS=0", '-DSTACKSEAL_VERSION="0"',
         '-DSTACKSEAL_SOURCE_DIR="."', "-I."]
KEPT_DAYS = 30
# They only list the files beside them.
NO_SENTENCE = re.compile(r"tests/(unit|simulation|integration)/.*CMakeLists\.txt")


def is_source(name):
    if name.endswith(SUFFIXES):
        return True
    return "." not in pathlib.PurePosixPath(name).name and tree.read(name).startswith("#!")


def first_fault(text, sentence=True):
    """What is wrong with a file's first lines, or None."""
    lines = text.split("\n")
    if lines[0].startswith("#!"):
        lines = lines[1:]
    if not lines or not re.fullmatch(r"(//|#) " + LICENCE, lines[0]):
        return f"the first line is not the licence: {LICENCE}"
    if not sentence:
        return None
    words = []
    for line in lines[1:]:
        found = re.match(r'(?://|#|""")\s?(.*)', line) if not words else re.match(r"(?://|#|\s*)\s?(.*)", line)
        if not found or not found[1].strip():
            break
        words.append(found[1].strip())
        if re.search(r'[.:?!]("""|$)|\.$', found[1].strip()):
            return None
    return "no sentence after the licence says why the file exists"


def is_first_of_its_source(name):
    """Whether a .cpp of the same name includes the header before anything else."""
    source = name.removesuffix(".hpp") + ".cpp"
    if not (tree.ROOT / source).is_file():
        return False
    return next((path for _, _, path in cxx.includes(tree.read(source))), None) == name


def closure(name, seen=None):
    """The header and all of ours that it includes."""
    seen = set() if seen is None else seen
    if name in seen or not (tree.ROOT / name).is_file():
        return seen
    seen.add(name)
    for _, quoted, path in cxx.includes(tree.read(name)):
        if quoted:
            closure(path, seen)
    return seen


def cache_folder():
    home = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    folder = pathlib.Path(os.environ.get("STACKSEAL_CACHE") or pathlib.Path(home) / "stackseal") / "headers"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def key_of(name, compiler):
    digest = hashlib.sha256(repr((name, FLAGS, compiler)).encode())
    for one in sorted(closure(name)):
        digest.update(one.encode() + b"\0" + tree.read(one).encode() + b"\0")
    return digest.hexdigest()


def compile_alone(name, marker):
    """The compiler's first complaint, or None; a success is remembered."""
    if marker.exists():
        os.utime(marker)
        return None
    ran = subprocess.run(["g++", *FLAGS, "-x", "c++", "-include", name, "/dev/null"], cwd=tree.ROOT,
                         capture_output=True, text=True)
    if ran.returncode == 0:
        marker.touch()
        return None
    errors = [line for line in ran.stderr.split("\n") if "error" in line] or [ran.stderr.strip()]
    return errors[0]


def forget_old(folder):
    for marker in folder.iterdir():
        if time.time() - marker.stat().st_mtime > KEPT_DAYS * 86400:
            marker.unlink(missing_ok=True)


def main():
    sources = [name for name in tree.files() if is_source(name)]
    faults = [f"{name}:1: {fault}" for name in sources
              if (fault := first_fault(tree.read(name), not NO_SENTENCE.fullmatch(name)))]
    headers = [name for name in sources if name.endswith(".hpp")]
    tried = [name for name in headers if not is_first_of_its_source(name)]
    compiler = subprocess.run(["g++", "--version"], capture_output=True, text=True, check=True).stdout
    folder = cache_folder()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        answers = pool.map(lambda name: compile_alone(name, folder / key_of(name, compiler)), tried)
        faults += [f"{name}:1: does not compile alone: {answer}"
                   for name, answer in zip(tried, answers) if answer]
    forget_old(folder)
    return tree.tell("headers", f"{len(sources)} sources, {len(headers)} headers, {len(tried)} of them compiled alone here", faults)


if __name__ == "__main__":
    sys.exit(main())
