"""The values for Kubernetes say the same as jupyterhub_config.py, and the manifests fit to them and to our programs. No cluster is run here."""

import re
import types
from pathlib import Path

import pytest
import yaml
from traitlets.config import Config, PyFileConfigLoader

from leerlijn import dienst, gradebook
from leerlijn.dienst_mappen import shard_of

from .conftest import ROOT

MAP = ROOT / "grading/hub/kubernetes"
CURSUS = "jeugdzorg-a"


@pytest.fixture(scope="module")
def values():
    return yaml.safe_load((MAP / "values.yaml").read_text("utf-8"))


@pytest.fixture(scope="module")
def dingen():
    return {(d["kind"], d["metadata"]["name"]): d for d in yaml.safe_load_all((MAP / "leerlijn.yaml").read_text("utf-8"))}


@pytest.fixture
def gewoon(tmp_path, monkeypatch):
    """The configuration of one machine, for the same course and people."""
    cursus = {"docenten": ["docent-a"], "cursisten": ["deelnemer-1", "deelnemer-2"], "project": str(tmp_path), "cursusmap": str(tmp_path), "poort": 8800}
    data = {"als_root": True, "cursussen": {CURSUS: cursus}, "uitwisseling": str(tmp_path / "u"), "dienst": {"gegevens": str(tmp_path / "g"), "inleveren": str(tmp_path / "i"), "delen": 2}}
    (tmp_path / "instelling.yaml").write_text(yaml.safe_dump(data))
    monkeypatch.setenv("LEERLIJN_INSTELLING", str(tmp_path / "instelling.yaml"))
    return PyFileConfigLoader(str(ROOT / "grading/hub/jupyterhub_config.py")).load_config()


def test_the_same_roles_groups_and_services(values, gewoon):
    hub = values["hub"]
    # `eigen-`: a server of one's own, which these values do not give.
    rollen = {r["name"]: {k: v for k, v in r.items() if k != "name"} for r in gewoon.JupyterHub.load_roles if "eigen" not in r["name"]}
    assert hub["loadRoles"] == {n: r for n, r in rollen.items() if n in hub["loadRoles"]}
    assert not set(rollen) - set(hub["loadRoles"]) - {"server"}
    groepen = {g: w for g, w in gewoon.JupyterHub.load_groups.items() if not g.startswith("eigen-")}
    assert hub["config"]["JupyterHub"]["load_groups"] == groepen
    diensten = {s["name"]: s for s in gewoon.JupyterHub.services if "url" in s}
    assert set(hub["services"]) == set(diensten) and all(s["oauth_no_confirm"] and "admin" not in s for s in hub["services"].values())
    assert hub["config"]["JupyterHub"]["redirect_to_server"] is gewoon.JupyterHub.redirect_to_server is False


def test_the_embedded_configuration_sends_people_to_the_same_page(values, gewoon):
    c = Config()
    for naam, code in values["hub"]["extraConfig"].items():
        exec(compile(code, naam, "exec"), {"c": c})
    wie = [types.SimpleNamespace(name=n, groups=[types.SimpleNamespace(name=g)]) for n in ("anna", "bram", "lid7", "é@x") for g in (f"formgrade-{CURSUS}", f"nbgrader-{CURSUS}", "x")]
    for user in [None, *wie]:
        handler = types.SimpleNamespace(current_user=user, base_url="/", settings={"login_url": "/hub/login"})
        assert c.JupyterHub.default_url(handler) == gewoon.JupyterHub.default_url(handler)
    assert {shard_of(f"lid{i}", 2) for i in range(9)} == {0, 1}


def test_manifests_fit_the_values_and_our_programs(values, dingen):
    for naam, s in values["hub"]["services"].items():
        dep, svc = dingen["Deployment", naam], dingen["Service", naam]
        pod = dep["spec"]["template"]
        (bak,) = pod["spec"]["containers"]
        poort = svc["spec"]["ports"][0]["targetPort"]
        assert s["url"] == f"http://{naam}:{poort}" and bak["ports"] == [{"containerPort": poort}]
        assert svc["spec"]["selector"].items() <= pod["metadata"]["labels"].items() and dep["spec"]["selector"]["matchLabels"] == pod["metadata"]["labels"]
        env = {e["name"]: e.get("value", e.get("valueFrom")) for e in bak["env"]}
        assert env["JUPYTERHUB_API_TOKEN"]["secretKeyRef"] == {"name": "hub", "key": f"hub.services.{naam}.apiToken"}
        assert env["JUPYTERHUB_SERVICE_PREFIX"] == f"/services/{naam}/" and env["JUPYTERHUB_CLIENT_ID"] == f"service-{naam}" and str(poort) in env["JUPYTERHUB_SERVICE_URL"]
        if naam.startswith("leren-"):
            assert bak["command"][:4] == ["python", "-P", "-m", "leerlijn.dienst_wacht"]
            args = dienst.parser().parse_args(bak["command"][4:])
            assert (args.cursus, args.delen, f"leren-{args.cursus}-{args.deel}") == (CURSUS, 2, naam)
            # Nobody else makes the folder of hand-ins, and intake refuses one in which a group may write: what fsGroup does to a disk that it looks through each time.
            (map_,) = pod["spec"]["initContainers"]
            assert map_["command"] == ["mkdir", "-p", "-m", "0750", str(args.inleveren)] and pod["spec"]["securityContext"]["fsGroupChangePolicy"] == "OnRootMismatch"
            assert {m["mountPath"] for m in map_["volumeMounts"]} == {str(args.inleveren.parent)} and map_["image"] == bak["image"]
            assert "LEERLIJN_CIJFERBOEK" not in env and not any(v["name"] == "project" for v in pod["spec"]["volumes"])  # no keys and no grades there
        else:
            assert env["LEERLIJN_DIENSTEN"].endswith(f"/inleveren/{CURSUS}") and env["LEERLIJN_CIJFERBOEK"].startswith("postgresql://")


def test_the_teacher_gets_the_same_pages_as_on_one_machine(dingen, gewoon):
    """The same options but for where things are; the Dutch dashboard found; and all that nbgrader_config.py reads on the disk that is mounted."""
    (dienst,) = [s for s in gewoon.JupyterHub.services if s["name"] == CURSUS]
    (bak,) = dingen["Deployment", CURSUS]["spec"]["template"]["spec"]["containers"]

    def opties(opdracht):
        return {o for o in opdracht if o.startswith("--") and not o.startswith(("--ServerApp.root_dir", "--ip", "--allow-root"))}

    assert opties(bak["command"]) == opties(dienst["command"])
    env = {e["name"]: e.get("value") for e in bak["env"]}
    assert {"JUPYTER_PATH", "JUPYTER_CONFIG_PATH", "PYTHONSAFEPATH", "LEERLIJN_UITWISSELING", "LEERLIJN_DIENSTEN"} <= set(env) & set(dienst["environment"])
    assert env["JUPYTER_PATH"].endswith("/site-packages/leerlijn/share/jupyter") and f"python{beeld_python()}/" in env["JUPYTER_PATH"]
    (grading,) = [Path(o.partition("=")[2]) for o in bak["command"] if "root_dir" in o]
    assert str(grading.parent) in {m["mountPath"] for m in bak["volumeMounts"]} and grading.name == "grading"  # modules/cursus.yaml stands beside it
    assert bak["workingDir"] == str(grading) and env["JUPYTER_CONFIG_PATH"].endswith(f":{grading}")


def beeld_python():
    return re.search(r"^FROM python:([\d.]+)", (MAP / "Dockerfile").read_text("utf-8"), re.M)[1]


def test_the_gradebook_address_is_one_that_we_take(dingen, monkeypatch, tmp_path):
    env = {e["name"]: e.get("value") for e in dingen["Deployment", CURSUS]["spec"]["template"]["spec"]["containers"][0]["env"]}
    monkeypatch.setenv("LEERLIJN_CIJFERBOEK", env["LEERLIJN_CIJFERBOEK"].replace("$(CIJFERS_WACHTWOORD)", "abc"))
    assert gradebook.url(tmp_path) == f"postgresql+psycopg://leerlijn:abc@leerlijn-cijfers-{CURSUS}/cijfers_a"
    db = {e["name"]: e.get("value") for e in dingen["StatefulSet", f"leerlijn-cijfers-{CURSUS}"]["spec"]["template"]["spec"]["containers"][0]["env"]}
    assert (db["POSTGRES_USER"], db["POSTGRES_DB"]) == ("leerlijn", "cijfers_a") and "UTF8" in db["POSTGRES_INITDB_ARGS"]


def test_pods_have_no_more_than_they_need(dingen):
    schijven = {n for soort, n in dingen if soort == "PersistentVolumeClaim"}
    for (soort, naam), d in dingen.items():
        if soort not in ("Deployment", "StatefulSet"):
            continue
        spec = d["spec"]["template"]["spec"]
        assert spec["automountServiceAccountToken"] is False and spec["securityContext"]["runAsNonRoot"] and d["spec"]["replicas"] == 1
        assert {v["persistentVolumeClaim"]["claimName"] for v in spec["volumes"]} <= schijven
        for bak in [*spec["containers"], *spec.get("initContainers", [])]:
            assert bak["securityContext"] == {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}} and "limits" in bak["resources"]
        for bak in spec["containers"]:
            assert {m["name"] for m in bak["volumeMounts"]} == {v["name"] for v in spec["volumes"]}
    dicht = {m["name"] for m in dingen["Deployment", f"leren-{CURSUS}-0"]["spec"]["template"]["spec"]["containers"][0]["volumeMounts"] if m.get("readOnly")}
    assert dicht == {"cursus", "uitwisseling"}
    assert all({"Ingress", "Egress"} == set(d["spec"]["policyTypes"]) for (s, _), d in dingen.items() if s == "NetworkPolicy")


def test_nothing_that_was_handed_in_comes_into_the_image():
    """Whoever builds it has a project in use. Of grading/ only what it needs is copied, by name: the folder itself is closed to others there."""
    regels = re.findall(r"^COPY (.*)$", (MAP / "Dockerfile").read_text("utf-8"), re.M)
    uit_grading = [w for r in regels for w in r.split()[:-1] if w.startswith("grading")]
    assert {"grading/hub", "grading/beleid.yaml", "grading/nbgrader_config.py"} <= set(uit_grading) and all((ROOT / w).exists() and "/" in w.rstrip("/") for w in uit_grading)
    assert not {w.split("/")[1] for w in uit_grading} & {"sleutels", "source", "release", "submitted", "autograded", "feedback", "gedeeld", "gradebook.db", "nakijken.log"}
    assert not any(r.split()[0] == "." for r in regels)


def test_a_second_group_as_the_page_says_shares_nothing_with_the_first():
    """All that has the name of the group copied under another. A teacher runs code in a pod, and all pods have one account: a disk or a database
    that both pods have would show the hand-ins, keys or grades of the other group."""
    tekst = (MAP / "leerlijn.yaml").read_text("utf-8")
    groepen = [list(yaml.safe_load_all(tekst.replace(CURSUS, naam))) for naam in (CURSUS, "jeugdzorg-b")]

    def has(groep):
        """Disks, secrets and databases that pods of a group have; labels by which each database and its gate are chosen."""
        uit = set()
        for d in groep:
            if d["kind"] in ("Deployment", "StatefulSet"):
                spec = d["spec"]["template"]["spec"]
                uit |= {("disk", v["persistentVolumeClaim"]["claimName"]) for v in spec["volumes"]}
                for e in spec["containers"][0]["env"]:
                    uit |= {("secret", *sorted(e.get("valueFrom", {}).get("secretKeyRef", {}).items()))} - {("secret",)}
                    uit |= {("host", h) for h in re.findall(r"@([\w-]+)/", e.get("value", ""))}
            elif d["kind"] == "PersistentVolumeClaim":
                uit.add(("made", d["metadata"]["name"]))
            if "cijfers" in d["metadata"]["name"] and d["kind"] in ("Service", "StatefulSet", "NetworkPolicy"):
                kies = d["spec"].get("podSelector") or d["spec"]["selector"]
                uit.add((d["kind"], d["metadata"]["name"], *sorted(kies.get("matchLabels", kies).items())))
        return uit

    a, b = map(has, groepen)
    assert len(a) > 15 and not a & b, sorted(a & b)
    assert {naam for soort, naam, *_ in a if soort == "disk"} == {naam for soort, naam, *_ in a if soort == "made"}
