# SPDX-License-Identifier: Apache-2.0
"""The Dockerfile as far as it can be judged without building it: its sources suffice, its words agree with the chart."""

import re
import shutil
import subprocess
from pathlib import Path

import yaml

import dockerfile
from conftest import Image
from dockerfile import BUILD, FINAL, ROOT, rests


def copied() -> list[tuple[list[str], str]]:
    """(sources, target) of what the build stage takes from the repository."""
    words = [rest.split() for rest in rests(BUILD, "COPY")]
    return [(sources, target) for *sources, target in words]


def chart() -> dict:
    return yaml.safe_load((ROOT / "helm/stackseal/Chart.yaml").read_text())


def test_the_sources_suffice_to_configure_the_build(tmp_path: Path):
    for sources, target in copied():
        for source in sources:
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, tmp_path / target)
            else:
                (tmp_path / target).mkdir(exist_ok=True)
                shutil.copy2(ROOT / source, tmp_path / target)
    [_, build, make] = rests(BUILD, "RUN")
    assert build == "./dev build release stackseal"
    subprocess.run(["cmake", "--preset", build.split()[2]], cwd=tmp_path, check=True, capture_output=True)
    script, *_ = make.split()
    told = subprocess.run([tmp_path / script, "--help"], check=True, capture_output=True, text=True).stdout
    assert all(flag in told for flag in re.findall("--[a-z]+", make))
    assert subprocess.run([tmp_path / "tools/setup", "build"], check=True, capture_output=True).stderr == b""


def test_the_image_begins_with_nothing_and_takes_only_the_root_file_system():
    assert rests(BUILD, "FROM") == ["debian:12 AS build"] and rests(FINAL, "FROM") == ["scratch"]
    assert rests(FINAL, "COPY") == ["--from=build /rootfs /"]
    assert "--tree /rootfs" in rests(BUILD, "RUN")[-1]
    assert not {one.name for one in FINAL} & {"RUN", "ADD", "CMD", "EXPOSE", "VOLUME", "ENV"}


def test_it_runs_the_program_as_the_user_that_it_knows(image: Image):
    uid, gid = dockerfile.user()
    assert dockerfile.entrypoint() in image.files()
    assert image.read("/etc/passwd").decode().startswith(f"stackseal:x:{uid}:{gid}:")
    assert image.read("/etc/group").decode() == f"stackseal:x:{gid}:\n"


def test_its_labels_agree_with_the_chart_and_the_build():
    labels = dockerfile.labels()
    assert labels["version"] == chart()["appVersion"]
    assert f"project(stackseal VERSION {labels['version']} " in (ROOT / "CMakeLists.txt").read_text()
    assert (labels["title"].lower(), labels["description"]) == (chart()["name"], chart()["description"])
    assert labels["licenses"] == chart()["annotations"]["artifacthub.io/license"]
    assert labels["revision"] == "${REVISION}" and rests(FINAL, "ARG") == ["REVISION=unknown"]
