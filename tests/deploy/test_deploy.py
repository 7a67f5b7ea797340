"""The files under deploy/ fit the program: commands, settings, ports, volumes and metrics are those that it has."""

from __future__ import annotations

import argparse
import json
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from prometheus_client.parser import text_string_to_metric_families
from ruamel.yaml import YAML
from scrapy.utils.project import get_project_settings

from snapshot_crawler.commands import portal
from snapshot_crawler.commands.jobs import WORDS, Command
from snapshot_crawler.jobs.office import read_and_check
from snapshot_crawler.portal import USUAL
from tests.crash.site import NewsSite
from tests.jobs.test_listen import listening
from tests.jobs.test_rounds import table
from tests.jobs.world import MovableClock, World

PROJECT = Path(__file__).resolve().parents[2]
DEPLOY = PROJECT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
CONTAINERFILE = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
PORT, PORTAL_PORT = 9410, 8080
OURS = "snapshot-crawler:latest"


def documents(path: Path) -> list[dict[str, Any]]:
    return list(YAML(typ="safe").load_all(path.read_text(encoding="utf-8")))


MANIFESTS = {path.stem: documents(path) for path in sorted((DEPLOY / "kubernetes").glob("*.yaml"))}


COMPOSE_FILE = DEPLOY / "compose" / "compose.yaml"
COMPOSE = documents(COMPOSE_FILE)[0]


def our_services() -> dict[str, dict[str, Any]]:
    """The services of the compose file that run our image."""
    return {name: each for name, each in COMPOSE["services"].items() if each["image"] == OURS}


def pods() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Every pod template with its only container."""
    for document in [each for file in MANIFESTS.values() for each in file]:
        spec = document.get("spec", {})
        spec = spec.get("jobTemplate", {}).get("spec", spec)
        if "template" in spec:
            (container,) = spec["template"]["spec"]["containers"]
            yield spec["template"], container


def our_pods() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    return ((template, container) for template, container in pods() if container["image"] == OURS)


def commands() -> list[list[str]]:
    """Every command line of `scrapy` in the files, without that word."""
    found = [container["args"] for _, container in our_pods()]
    found += [service["command"] for service in our_services().values()]
    found.append(json.loads(re.findall(r"^CMD (\[.*\])$", CONTAINERFILE, re.MULTILINE)[0]))
    for unit in UNITS:
        for line in re.findall(r"^ExecStart=(.*)$", unit.read_text(encoding="utf-8"), re.MULTILINE):
            program, *words = shlex.split(line)
            assert program.endswith("/.venv/bin/scrapy")
            found.append(words)
    return found


# --- Commands
def test_every_command_is_one_that_the_program_has() -> None:
    settings = get_project_settings()
    for words in commands():
        parser = argparse.ArgumentParser(exit_on_error=False)
        command = portal.Command() if words[0] == "portal" else Command()
        command.settings = settings
        command.add_options(parser)
        options, rest = parser.parse_known_args(words)
        assert rest == ["portal"] or (rest[0] == "jobs" and rest[1] in WORDS and len(rest) == 2), words
        assert {pair.partition("=")[0] for pair in options.set} <= set(settings), words
        assert any(pair.startswith("DATA_DIR=/") for pair in options.set), words
        ports = (
            [USUAL, f"0.0.0.0:{PORTAL_PORT}"] if rest == ["portal"] else [None, f"127.0.0.1:{PORT}", f"0.0.0.0:{PORT}"]
        )
        assert options.listen in ports
    assert {words[1] for words in commands() if words[0] == "jobs"} == {"start", "due"}


# --- systemd
@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze here: apt-get install systemd")
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    scrapy = Path(sys.executable).with_name("scrapy")
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8").replace("/srv/crawler/.venv/bin/scrapy", str(scrapy))
        (tmp_path / unit.name).write_text(text.replace("file:///srv/crawler/docs", f"file://{PROJECT}/docs"))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / unit.name) for unit in UNITS)],
        capture_output=True,
        text=True,
        timeout=60,
        env={"SYSTEMD_UNIT_PATH": f"{tmp_path}:", "PATH": "/usr/bin:/bin"},
        check=False,
    )
    ours = [line for line in done.stderr.splitlines() if "snapshot-crawler" in line]
    assert done.returncode == 0 and not ours, done.stderr


def test_units_leave_the_runs_the_time_to_end() -> None:
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8")
        if unit.suffix == ".service":
            assert "KillMode=mixed" in text and int(re.findall(r"TimeoutStopSec=(\d+)", text)[0]) > 30
        assert "0.0.0.0" not in text


# --- Container
def test_the_container_copies_what_is_there() -> None:
    for line in re.findall(r"^COPY (.*) \S+$", CONTAINERFILE, re.MULTILINE):
        for name in line.split():
            assert (PROJECT / name).exists(), name
    [extras] = re.findall(r"^ARG EXTRAS=(.*)$", CONTAINERFILE, re.MULTILINE)
    known = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert set(extras.split(",")) <= set(known)
    assert f"EXPOSE {PORT}\n" in CONTAINERFILE and f"http://127.0.0.1:{PORT}/health" in CONTAINERFILE


# --- Kubernetes
def test_every_document_has_what_kubectl_asks_for_first() -> None:
    kinds = {
        "ConfigMap": "v1",
        "PersistentVolumeClaim": "v1",
        "Service": "v1",
        "Deployment": "apps/v1",
        "StatefulSet": "apps/v1",
        "CronJob": "batch/v1",
    }
    found = [document for file in MANIFESTS.values() for document in file]
    assert {document["kind"]: document["apiVersion"] for document in found} == kinds
    for document in found:
        assert re.fullmatch(r"[a-z0-9-]+", document["metadata"]["name"])
    names = [(document["kind"], document["metadata"]["name"]) for document in found]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("file", list(MANIFESTS))
def test_kubernetes_own_schemas_find_nothing_wrong(file: str) -> None:
    validator = pytest.importorskip("kubernetes_validate", reason="kubernetes-validate is not installed")
    for document in MANIFESTS[file]:
        validator.validate(document, validator.latest_version(), strict=True)
    wrong = {**MANIFESTS[file][0], "speck": {}}
    with pytest.raises(Exception, match="speck"):
        validator.validate(wrong, validator.latest_version(), strict=True)


def test_pods_mount_what_the_manifests_have() -> None:
    there = {(each["kind"], each["metadata"]["name"]) for file in MANIFESTS.values() for each in file}
    for template, container in our_pods():
        spec = template["spec"]
        volumes = {volume["name"]: volume for volume in spec["volumes"]}
        assert {mount["name"] for mount in container["volumeMounts"]} == set(volumes)
        for volume in volumes.values():
            if claim := volume.get("persistentVolumeClaim"):
                assert ("PersistentVolumeClaim", claim["claimName"]) in there
        mounts = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
        assert f"DATA_DIR={mounts['data']}" in container["args"]
        if "portal" in container["args"]:
            assert f"LIBRARY_ALSO={mounts['machines']}/*" in container["args"]
        else:
            assert ("ConfigMap", volumes["jobs"]["configMap"]["name"]) in there
            assert f"JOBS_FILE={mounts['jobs']}/jobs.toml" in container["args"]
        assert spec["securityContext"]["runAsNonRoot"] and container["securityContext"]["readOnlyRootFilesystem"]
        assert f"--uid {spec['securityContext']['runAsUser']} " in CONTAINERFILE
        assert spec["terminationGracePeriodSeconds"] > 30


def test_the_service_leads_to_the_daemon() -> None:
    deployment, service = MANIFESTS["daemon"]
    template = deployment["spec"]["template"]
    labels = template["metadata"]["labels"]
    assert deployment["spec"]["selector"]["matchLabels"].items() <= labels.items()
    assert service["spec"]["selector"].items() <= labels.items()
    (port,) = template["spec"]["containers"][0]["ports"]
    assert (port["name"], port["containerPort"]) == (service["spec"]["ports"][0]["targetPort"], PORT)


def test_the_services_of_several_crawlers_lead_to_their_pods() -> None:
    shared = MANIFESTS["shared"]
    sets = [each for each in shared if each["kind"] in ("StatefulSet", "Deployment")]
    services = {each["metadata"]["name"]: each["spec"] for each in shared if each["kind"] == "Service"}
    for each in sets:
        labels = each["spec"]["template"]["metadata"]["labels"]
        assert each["spec"]["selector"]["matchLabels"] == labels
        service = services[each["spec"].get("serviceName") or each["metadata"]["name"]]
        assert service["selector"] == labels
        [container] = each["spec"]["template"]["spec"]["containers"]
        assert {port["targetPort"] for port in service["ports"]} == {port["name"] for port in container["ports"]}
    for _, container in our_pods():
        for url in (pair for pair in container["args"] if pair.startswith("DATABASE_URL=")):
            address = urlsplit(url.partition("=")[2])
            [database] = [each for each in sets if each["metadata"]["name"] == address.hostname]
            [container] = database["spec"]["template"]["spec"]["containers"]
            given = {each["name"]: each.get("value") for each in container["env"]}
            assert (given["POSTGRES_USER"], f"/{given['POSTGRES_DB']}") == (address.username, address.path)


def test_crawlers_have_a_data_dir_each_and_the_portal_sees_them_all() -> None:
    [crawler] = [each for each in our_pods() if each[0]["metadata"]["labels"]["part"] == "shared"]
    [portal] = [each for each in our_pods() if each[0]["metadata"]["labels"]["part"] == "portal"]
    [data] = [each for each in crawler[1]["volumeMounts"] if each["name"] == "data"]
    assert data["subPathExpr"] == "$(POD_NAME)" and "POD_NAME" in {each["name"] for each in crawler[1]["env"]}
    claims = {each["name"]: each.get("persistentVolumeClaim") for each in portal[0]["spec"]["volumes"]}
    assert claims["machines"] in [each.get("persistentVolumeClaim") for each in crawler[0]["spec"]["volumes"]]
    [machines] = [each for each in portal[1]["volumeMounts"] if each["name"] == "machines"]
    assert machines["readOnly"]


# --- Compose
def test_composes_own_schema_finds_nothing_wrong() -> None:
    compose = pytest.importorskip("compose_spec", reason="compose-spec is not installed")
    compose.PyCompose.from_json(json.dumps(COMPOSE)).validate()
    text = COMPOSE_FILE.read_text(encoding="utf-8").replace("service_healthy", "service_fine")
    with pytest.raises(ValueError, match="service_fine"):
        compose.PyCompose.from_json(json.dumps(YAML(typ="safe").load(text)))


def test_composes_crawlers_have_a_volume_each_and_the_portal_sees_them_all() -> None:
    mounts = {
        name: dict(volume.split(":")[:2][::-1] for volume in service["volumes"])
        for name, service in COMPOSE["services"].items()
    }
    crawlers = [name for name in our_services() if name.startswith("crawler-")]
    data = [mounts[name]["/data"] for name in [*crawlers, "portal"]]
    assert len(set(data)) == len(data) and set(data) <= set(COMPOSE["volumes"])
    assert {mounts["portal"][f"/machines/{name}"] for name in crawlers} == {mounts[name]["/data"] for name in crawlers}
    assert all(volume.endswith(":ro") for volume in COMPOSE["services"]["portal"]["volumes"] if "machines" in volume)
    for name in crawlers:
        assert (COMPOSE_FILE.parent / mounts[name]["/etc/snapshot-crawler/jobs.toml"]).is_file()
    for service in our_services().values():
        assert int(service["stop_grace_period"].removesuffix("s")) > 30 and service["read_only"]
        [url] = [pair.partition("=")[2] for pair in service["command"] if pair.startswith("DATABASE_URL=")]
        address = urlsplit(url)
        given = COMPOSE["services"][address.hostname]["environment"]
        assert (given["POSTGRES_USER"], f"/{given['POSTGRES_DB']}") == (address.username, address.path)
        assert service["environment"]["PGPASSWORD"] == given["POSTGRES_PASSWORD"]
    [variable] = set(re.findall(r"\$\{(\w+)", COMPOSE_FILE.read_text(encoding="utf-8")))
    assert f"\n{variable}=\n" in (COMPOSE_FILE.parent / ".env.example").read_text(encoding="utf-8")


def test_nothing_but_the_portal_can_be_reached_and_that_from_this_machine_alone() -> None:
    published = {name: each["ports"] for name, each in COMPOSE["services"].items() if "ports" in each}
    assert published == {"portal": [f"127.0.0.1:{PORTAL_PORT}:{PORTAL_PORT}"]}
    assert f"127.0.0.1:{PORTAL_PORT}/" in COMPOSE["services"]["portal"]["healthcheck"]["test"][-1]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (MANIFESTS["common"][0]["data"]["jobs.toml"], ["people"]),
        ((DEPLOY / "compose" / "jobs.toml").read_text(encoding="utf-8"), ["people", "many"]),
    ],
)
def test_the_example_job_files_have_no_mistake(text: str, names: list[str], tmp_path: Path) -> None:
    file = tmp_path / "jobs.toml"
    file.write_text(text, encoding="utf-8")
    settings = get_project_settings()
    settings.set("DATABASE_URL", "postgresql://crawler@database/crawler")
    jobs, findings = read_and_check(file, settings)
    assert list(jobs.jobs) == names and not findings.warnings


# --- Prometheus and Grafana
@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The labels of each metric that a daemon serves after a run."""
    world = World(tmp_path_factory.mktemp("served"))
    with NewsSite(articles=4, hidden_every=0) as site:
        channel = '[notify.ops]\nurl = "json://127.0.0.1:9/"\n'
        world.write(table(site, keys='every = "1h"') + channel)
        with listening(world, MovableClock()) as port:
            port.settle()
            status, body = port.ask("/metrics")
    assert status == 200
    samples = [s for family in text_string_to_metric_families(body.decode()) for s in family.samples]
    return {sample.name: set(sample.labels) for sample in samples}


def rules() -> list[dict[str, Any]]:
    (file,) = documents(DEPLOY / "prometheus" / "alerts.yaml")
    return [rule for group in file["groups"] for rule in group["rules"]]


def dashboard() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DEPLOY / "grafana" / "dashboard.json").read_text(encoding="utf-8"))
    return found


def expressions() -> dict[str, str]:
    """Every expression of the rules and of the dashboard, by where it stands."""
    found = {rule["alert"]: rule["expr"] for rule in rules()}
    for panel in dashboard()["panels"]:
        found |= {f"{panel['title']} {target['refId']}": target["expr"] for target in panel["targets"]}
    for variable in dashboard()["templating"]["list"]:
        if variable["type"] == "query":
            found[variable["name"]] = variable["definition"]
    return found


METRIC = re.compile(r"snapshot_crawler_[a-z_]+")


@pytest.mark.parametrize("place", list(expressions()))
def test_every_metric_and_label_is_served(place: str, served: dict[str, set[str]]) -> None:
    text = expressions()[place]
    names = set(METRIC.findall(text))
    assert names and names <= set(served), names - set(served)
    for name in names:
        for inside in re.findall(rf"{name}\{{(.*?)\}}", text):
            assert set(re.findall(r"(\w+)=", inside)) <= served[name], name
    grouped = {label.strip() for part in re.findall(r"\b(?:by|on) \((.*?)\)", text) for label in part.split(",")}
    assert all(grouped <= served[name] for name in names)
    assert text.count("(") == text.count(")")


def test_alerts_name_labels_that_their_metrics_have(served: dict[str, set[str]]) -> None:
    for rule in rules():
        named = set(re.findall(r"\$labels\.(\w+)", " ".join(rule["annotations"].values())))
        assert all(named <= served[name] for name in METRIC.findall(rule["expr"])), rule["alert"]
        assert rule["labels"]["severity"] in ("critical", "warning", "info") and rule["annotations"]["summary"]


def test_every_metric_in_the_documentation_is_served_and_every_one_served_stands_there(
    served: dict[str, set[str]],
) -> None:
    documented = set(METRIC.findall((PROJECT / "docs" / "jobs.md").read_text(encoding="utf-8")))
    assert documented == set(served)


def test_prometheus_keeps_the_label_job_and_asks_the_daemons_port() -> None:
    (file,) = documents(DEPLOY / "prometheus" / "scrape.yaml")
    (scrape,) = file["scrape_configs"]
    assert scrape["honor_labels"] and scrape["static_configs"][0]["targets"] == [f"127.0.0.1:{PORT}"]
    assert all((DEPLOY / "prometheus" / name).exists() for name in file["rule_files"])


def test_panels_lie_beside_each_other() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in dashboard()["panels"]:
        place = panel["gridPos"]
        cells = {(x + place["x"], y + place["y"]) for x in range(place["w"]) for y in range(place["h"])}
        assert not cells & taken and all(x < 24 for x, _ in cells), panel["title"]
        taken |= cells
    numbers = [panel["id"] for panel in dashboard()["panels"]]
    assert len(set(numbers)) == len(numbers)
