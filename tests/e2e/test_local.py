# SPDX-License-Identifier: Apache-2.0
"""The program over a folder of manifests, as on a deploy host: the demo, a restart, a loss, bad input."""

import json
import os
import subprocess
from pathlib import Path

import yaml

from estate import MANIFEST

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("STACKSEAL", str(ROOT / "build/dev/stackseal"))



def once(folder: Path) -> subprocess.CompletedProcess:
    """One run over folder/manifests and folder/state."""
    command = [PROGRAM, "local", "--manifests", folder / "manifests", "--state", folder / "state", "--once"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    with (folder / "stackseal.log").open("a") as log:  # where the end of the run looks for keys
        log.write(done.stdout + done.stderr)
    return done


def estate(folder: Path, text: str = MANIFEST) -> Path:
    (folder / "manifests").mkdir(exist_ok=True)
    (folder / "manifests/all.yaml").write_text(text)
    return folder / "state/secrets/default/api-tls"


def snapshot(folder: Path) -> dict:
    """Every file below a folder with its time of change and content."""
    return {path: (path.stat().st_mtime_ns, path.read_bytes())
            for path in sorted(folder.rglob("*")) if path.is_file() and path.name != ".lock"}


def test_demo_issues_and_verifies_a_control_plane(tmp_path: Path):
    done = subprocess.run([ROOT / "tests/e2e/demo.sh", PROGRAM, tmp_path / "state"], capture_output=True, text=True,
                          check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "22 of 22 ready" in done.stdout and "20 certificates verified" in done.stdout


def test_a_second_run_writes_nothing(tmp_path: Path):
    estate(tmp_path)
    assert once(tmp_path).returncode == 0
    before = snapshot(tmp_path / "state")
    again = once(tmp_path)
    assert again.returncode == 0 and "issued" not in again.stderr
    assert snapshot(tmp_path / "state") == before


def test_modes_keep_keys_to_the_owner(tmp_path: Path):
    secret = estate(tmp_path)
    once(tmp_path)
    assert (secret / "tls.key").stat().st_mode & 0o777 == 0o600
    assert secret.stat().st_mode & 0o777 == 0o700
    assert (secret / "..data").is_symlink()


def test_a_lost_secret_is_made_again_and_a_changed_spec_reissues(tmp_path: Path):
    secret = estate(tmp_path)
    once(tmp_path)
    first = (secret / "tls.crt").read_text()
    subprocess.run(["rm", "-r", secret], check=True)
    assert once(tmp_path).returncode == 0
    second = (secret / "tls.crt").read_text()
    assert second != first
    estate(tmp_path, MANIFEST.replace("[api.example.com]", "[api.example.com, b.example.com]"))
    done = once(tmp_path)
    assert done.returncode == 0 and "reason=RequestChanged" in done.stderr


def test_a_secret_dies_with_its_certificate_only_if_asked_to(tmp_path: Path):
    asked = MANIFEST.replace("{secretName: api-tls,", "{secretName: api-tls, deletionPolicy: Delete,")
    without = MANIFEST.split("---")[0]
    secret = estate(tmp_path, asked)
    once(tmp_path)
    estate(tmp_path, MANIFEST)
    once(tmp_path)
    estate(tmp_path, without)
    once(tmp_path)
    assert (secret / "tls.crt").exists(), "the policy was taken back before"
    estate(tmp_path, asked)
    once(tmp_path)
    estate(tmp_path, without)
    once(tmp_path)
    assert not secret.exists()


def test_bad_input_is_named_and_the_rest_goes_on(tmp_path: Path):
    secret = estate(tmp_path)
    (tmp_path / "manifests/bad.yaml").write_text(
        "apiVersion: stackseal.io/v1alpha1\nkind: Certificate\nmetadata: {name: bad}\nspec:\n"
        "  secretName: bad\n  dnsNames: [bad.example.com]\n  issuerRef: {name: root}\n  durations: 1h\n")
    done = once(tmp_path)
    assert done.returncode == 1
    assert "bad.yaml:8" in done.stderr and "durations" in done.stderr
    assert (secret / "tls.crt").exists()


def test_a_certificate_that_cannot_be_had_says_why(tmp_path: Path):
    estate(tmp_path, MANIFEST.replace("issuerRef: {name: root}", "issuerRef: {name: nobody}"))
    done = once(tmp_path)
    assert done.returncode == 1
    assert "IssuerNotFound: Issuer default/nobody does not exist" in done.stdout


def test_nothing_is_signed_with_a_clock_that_was_set_back(tmp_path: Path):
    secret = estate(tmp_path)
    assert once(tmp_path).returncode == 0
    first = (secret / "tls.crt").read_text()
    clock = tmp_path / "state/clock"
    clock.write_text("2999-01-01T00:00:00Z\n")
    estate(tmp_path, MANIFEST.replace("[api.example.com]", "[api.example.com, b.example.com]"))
    done = once(tmp_path)
    assert done.returncode == 1
    assert "ClockSkew: this machine's clock is over" in done.stdout and f"until {clock} is removed" in done.stdout
    assert "the latest time seen here, 2999-01-01T00:00:00Z" in done.stdout
    assert (secret / "tls.crt").read_text() == first and clock.read_text() == "2999-01-01T00:00:00Z\n"
    clock.unlink()
    assert once(tmp_path).returncode == 0
    assert (secret / "tls.crt").read_text() != first


def test_the_command_line_teaches():
    shown = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True, check=True).stdout
    assert "stackseal local --manifests DIR --state DIR --once" in shown
    wrong = subprocess.run([PROGRAM, "local"], capture_output=True, text=True, check=False)
    assert wrong.returncode == 2 and "--manifests" in wrong.stderr


def test_settings_from_a_file_are_read_strictly(tmp_path: Path):
    estate(tmp_path)
    settings = tmp_path / "settings.yaml"
    command = [PROGRAM, "local", "--manifests", tmp_path / "manifests", "--state", tmp_path / "state", "--once",
               "--config", settings]
    settings.write_text("log-level: warning\nworkers: 2\n")
    quiet = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert quiet.returncode == 0 and "issued" not in quiet.stderr
    settings.write_text("log-levels: warning\n")
    refused = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert refused.returncode != 0 and "log-levels" in refused.stderr


def test_inspect_shows_and_judges(tmp_path: Path):
    secret = estate(tmp_path)
    once(tmp_path)
    shown = subprocess.run([PROGRAM, "inspect", secret], capture_output=True, text=True, check=False)
    assert shown.returncode == 0 and "api.example.com" in shown.stdout and "PRIVATE" not in shown.stdout


def status(*flags: object) -> subprocess.CompletedProcess:
    return subprocess.run([PROGRAM, "status", *flags], capture_output=True, text=True, check=False, timeout=60)


def test_status_tells_what_is_good_and_what_is_not(tmp_path: Path):
    estate(tmp_path)
    once(tmp_path)
    state = tmp_path / "state"
    shown = status("--state", state)
    assert shown.returncode == 0, shown.stderr
    assert "2 of 2 good; next to expire: default/api in 89d" in shown.stdout and "\x1b" not in shown.stdout
    estate(tmp_path, MANIFEST.replace("issuerRef: {name: root}", "issuerRef: {name: nobody}"))
    once(tmp_path)
    failing = status("--state", state, "-o", "json", "--namespaces", "default")
    first = json.loads(failing.stdout)["items"][0]
    assert failing.returncode == 1 and not first["good"] and "nobody" in first["message"]
    assert status("--state", state, "-n", "elsewhere").returncode == 0
    assert yaml.safe_load(status("--state", state, "-o", "yaml").stdout)["bad"] == 1


def test_status_of_no_state_says_what_to_do(tmp_path: Path):
    empty = status("--state", tmp_path)
    assert empty.returncode == 2 and "--state" in empty.stderr
    absent = status("--state", tmp_path / "absent")
    assert absent.returncode == 2 and "absent" in absent.stderr
    both = status("--state", tmp_path, "--kubeconfig", "x")
    assert both.returncode == 2 and "--kubeconfig" in both.stderr


def test_bash_completes_commands_and_flags(tmp_path: Path):
    script = tmp_path / "completion"
    script.write_text(subprocess.run([PROGRAM, "completion", "bash"], capture_output=True, text=True, check=True).stdout)
    typed = "source {}; COMP_WORDS=(stackseal {}); COMP_CWORD={}; _stackseal; echo ${{COMPREPLY[*]}}"

    def completed(words: str) -> list[str]:
        line = typed.format(script, words, len(words.split()))
        return subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True).stdout.split()

    assert completed("st") == ["status"]
    assert completed("local --man") == ["--manifests"]
    assert subprocess.run([PROGRAM, "completion", "csh"], capture_output=True, check=False).returncode == 2
