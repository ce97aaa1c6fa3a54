"""Who may act: stand-ins, absent agents, the first administrateur and the last."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest

from aggregates.agents import Agent, AgentEnregistre
from application.services import Services
from application.verification import Invariants
from kernel.attentes import Role
from kernel.instants import jour_de
from kernel.refus import Refus
from tests.application.bureau import SQLITE_SUFFIT, Atelier, de, envoyer, un_dossier
from tests.application.test_gestes import acte

ACTE = {"acte": "arrêté 2026-3 (exemple fictif)"}
EN_MEME_TEMPS = 8


def s_absenter(s: Services, agent: str, suppleant: str, acteur: str = "admin") -> None:
    """Have somebody stand in for an agent, today."""
    jour = jour_de(s.maintenant())
    envoyer(s, "absence declarer", de(acteur), agent=agent, suppleant=suppleant, du=jour, au=jour, **ACTE)


def refuse(code: str, s: Services, nom: str, acteur: str | None, **champs: Any) -> None:
    with pytest.raises(Refus) as refus:
        envoyer(s, nom, de(acteur), **champs)
    assert refus.value.code == code


def nommer(s: Services, agent: str, role: str) -> None:
    envoyer(s, "agent enregistrer", de("admin"), identifiant=agent, roles=role)


def test_le_suppleant_agit_avec_le_role_de_l_absent_et_l_entete_le_dit(atelier: Atelier) -> None:
    s = atelier.services
    nommer(s, "zoe", "auditeur")
    recu = un_dossier(s)
    refuse("role_manquant", s, "dossier declarer-complet", "zoe", dossier=recu.ref)
    s_absenter(s, "ines", "zoe")
    envoyer(s, "dossier declarer-complet", de("zoe"), dossier=recu.ref)
    assert s.store.inscriptions(recu.id)[-1].entete.habilitation == "instructeur (supplée ines)"
    assert not list(Invariants(s, s.store.derniere_position()).constats())


@SQLITE_SUFFIT
def test_le_suppleant_envoie_sous_son_propre_nom(atelier: Atelier) -> None:
    """An id of the absent agent is free for whoever stands in; each finds his own receipt."""
    s, appel = atelier.services, de("ines")
    nommer(s, "zoe", "auditeur")
    le_sien, un, autre = replace(appel, acteur="zoe"), un_dossier(s), un_dossier(s)
    recus = [envoyer(s, "dossier declarer-complet", appel, dossier=un.ref)]
    s_absenter(s, "ines", "zoe")
    recus.append(envoyer(s, "dossier declarer-complet", le_sien, dossier=autre.ref))
    assert [(recu.id, recu.deja_fait) for recu in recus] == [(un.id, False), (autre.id, False)]
    for qui, ref, recu in zip((appel, le_sien), (un.ref, autre.ref), recus, strict=True):
        assert envoyer(s, "dossier declarer-complet", qui, dossier=ref) == replace(recu, deja_fait=True)


@SQLITE_SUFFIT
def test_un_absent_n_agit_plus_jusqu_a_ce_qu_il_revienne(atelier: Atelier) -> None:
    s = atelier.services
    nommer(s, "zoe", "auditeur")
    recu = un_dossier(s)
    s_absenter(s, "ines", "zoe")
    refuse("absent", s, "dossier declarer-complet", "ines", dossier=recu.ref)
    envoyer(s, "absence terminer", de("ines"))
    refuse("role_manquant", s, "dossier declarer-complet", "zoe", dossier=recu.ref)
    envoyer(s, "dossier declarer-complet", de("ines"), dossier=recu.ref)
    refuse("geste_impossible", s, "absence terminer", "ines")


@SQLITE_SUFFIT
@pytest.mark.parametrize("fin", ["habilitation retirer", "absence revoquer"])
def test_une_suppleance_finit_avec_l_habilitation_qu_elle_porte_ou_quand_on_la_revoque(
    atelier: Atelier, fin: str
) -> None:
    """The stand-in of a former ordonnateur signed a bordereau once, for as long as the absence was declared."""
    s = atelier.services
    nommer(s, "zoe", "auditeur")
    recu = un_dossier(s)
    s_absenter(s, "ines", "zoe")
    champs = {"role": "instructeur"} if fin == "habilitation retirer" else {"du": jour_de(s.maintenant())}
    envoyer(s, fin, de("admin"), agent="ines", **champs, **ACTE)
    refuse("role_manquant", s, "dossier declarer-complet", "zoe", dossier=recu.ref)


@SQLITE_SUFFIT
def test_un_suppleant_ne_transmet_rien_de_ce_qu_il_supplee(atelier: Atelier) -> None:
    """A responsable had herself made administrateur by the stand-in she had given to one."""
    s = atelier.services
    nommer(s, "zoe", "auditeur")
    refuse("role_manquant", s, "absence declarer", "rene", agent="admin", suppleant="zoe",
           du=jour_de(s.maintenant()), au=jour_de(s.maintenant()), **ACTE)  # fmt: skip
    s_absenter(s, "admin", "zoe")
    for nom, champs in {
        "habilitation accorder": {"agent": "rene", "role": "administrateur", **ACTE},
        "agent enregistrer": {"identifiant": "paul", "roles": "ordonnateur"},
        "absence declarer": {"agent": "ines", "suppleant": "rene", "du": "2026-01-05", "au": "2026-01-05", **ACTE},
    }.items():
        refuse("role_manquant", s, nom, "zoe", **champs)
    s_absenter(s, "ines", "aline", acteur="rene")
    nouveau = jour_de(s.maintenant())
    envoyer(s, "absence revoquer", de("zoe"), agent="ines", du=nouveau, **ACTE)  # takes power away: it may


@SQLITE_SUFFIT
def test_quatre_yeux_comptent_qui_agit_et_qui_est_supplee(atelier: Atelier) -> None:
    s = atelier.services
    nommer(s, "zoe", "auditeur")
    nommer(s, "paul", "instructeur,responsable")
    ref, autre = un_dossier(s).ref, un_dossier(s).ref
    for dossier in (ref, autre):
        acte(s, "declarer-complet", dossier)
    envoyer(s, "dossier proposer", de("paul"), dossier=ref)
    s_absenter(s, "paul", "zoe")
    refuse("quatre_yeux", s, "dossier viser", "zoe", dossier=ref)
    envoyer(s, "dossier proposer", de("zoe"), dossier=autre)
    envoyer(s, "absence terminer", de("paul"))
    refuse("quatre_yeux", s, "dossier viser", "paul", dossier=autre)
    envoyer(s, "dossier viser", de("rene"), dossier=autre)


@SQLITE_SUFFIT
def test_le_dernier_administrateur_ne_part_pas(atelier: Atelier) -> None:
    s = atelier.services
    refuse("dernier_administrateur", s, "habilitation retirer", "admin", agent="admin", role="administrateur", **ACTE)
    nommer(s, "adele", "administrateur")
    envoyer(s, "habilitation retirer", de("admin"), agent="admin", role="administrateur", **ACTE)
    refuse("dernier_administrateur", s, "habilitation retirer", "adele", agent="adele", role="administrateur", **ACTE)


def ensemble(nombre: int, faire: Any) -> list[str]:
    """Call it so many times at once; return the codes of the refusals."""
    barriere = Barrier(nombre)

    def un(rang: int) -> str | None:
        barriere.wait()
        try:
            faire(rang)
        except Refus as refus:
            return refus.code
        return None

    with ThreadPoolExecutor(nombre) as fils:
        return [code for code in fils.map(un, range(nombre)) if code]


def administrateurs(s: Services) -> int:
    return sum(Role.ADMINISTRATEUR in a.roles(s.maintenant()) for a in s.store.ayant(Agent, AgentEnregistre))


def test_huit_premiers_administrateurs_a_la_fois_n_en_font_qu_un(vide: Atelier) -> None:
    s = vide.services
    codes = ensemble(
        EN_MEME_TEMPS,
        lambda rang: envoyer(s, "agent enregistrer", de(None), identifiant=f"adm-{rang}", roles="administrateur"),
    )
    assert codes == ["acteur_manquant"] * (EN_MEME_TEMPS - 1)
    assert administrateurs(s) == 1


def test_deux_administrateurs_qui_partent_a_la_fois_n_en_laissent_pas_zero(atelier: Atelier) -> None:
    s, agents = atelier.services, ("admin", "adele")
    nommer(s, "adele", "administrateur")
    partir = {"role": "administrateur", **ACTE}
    codes = ensemble(2, lambda rang: envoyer(s, "habilitation retirer", de(agents[rang]), agent=agents[rang], **partir))
    assert codes == ["dernier_administrateur"]
    assert administrateurs(s) == 1


@SQLITE_SUFFIT
def test_une_absence_a_venir_ne_change_rien_aujourd_hui(atelier: Atelier) -> None:
    s = atelier.services
    demain = jour_de(s.maintenant()) + timedelta(days=1)
    envoyer(s, "absence declarer", de("admin"), agent="ines", suppleant="rene", du=demain, au=demain, **ACTE)
    un_dossier(s)
    envoyer(s, "absence revoquer", de("admin"), agent="ines", du=demain, **ACTE)
