"""The rehearsal clock: from échéance to échéance, on the real engine."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from temporalio.client import Client

from application.commandes import FichierRecu
from kernel.instants import debut_de_jour
from kernel.refus import Refus
from tests.moteur import DEBUT, REMISE, Moteur, ouvrir_moteur
from workers.horloge import RepetitionBloquee

pytestmark = pytest.mark.temporal


async def test_l_horloge_s_arrete_a_chaque_echeance(repetition: Moteur) -> None:
    silencieux = repetition.deposer()
    incomplet = repetition.deposer(pieces=("budget", "rib"))
    horloge = repetition.horloge()
    await horloge.avancer(DEBUT + timedelta(days=2))
    repetition.faire(
        "dossier demander-pieces", dossier=incomplet.ref, pieces="statuts,attestation_cer", delai="15 jours"
    )
    repetition.faire("dossier enregistrer-remise", dossier=incomplet.ref, **REMISE)
    pas: list[str] = []
    arrets = await horloge.avancer(debut_de_jour(date(2026, 6, 1)), au_pas=lambda i: pas.append(f"{i:%m-%d}"))
    assert arrets == len(pas) == 3
    dossier = repetition.dossier(silencieux.id)
    assert list(dossier.rejets_implicites.values()) == [date(2026, 3, 5)]
    # 15 days of suspension, counted from the demande to the end of its délai
    assert repetition.topics(incomplet.id)[-2:] == ["pieces_non_produites", "rejet_implicite_ne"]
    assert next(iter(repetition.dossier(incomplet.id).rejets_implicites.values())) > date(2026, 3, 15)
    assert repetition.services.maintenant() == debut_de_jour(date(2026, 6, 1))
    assert set(repetition.services.store.enregistreur.compter_par_pilote()) == {"workflow"}
    assert (await repetition.reconciliation().passer(seuil_s=0, filet_s=0)).sain


async def test_une_production_anticipee_change_la_suite(repetition: Moteur) -> None:
    recu = repetition.deposer(pieces=("budget", "rib", "statuts"))
    horloge = repetition.horloge()
    await horloge.avancer(DEBUT + timedelta(days=2))
    repetition.faire("dossier demander-pieces", dossier=recu.ref, pieces="attestation_cer", delai="30 jours")
    repetition.faire("dossier enregistrer-remise", dossier=recu.ref, **REMISE)
    await horloge.avancer(DEBUT + timedelta(days=10))
    repetition.faire(
        "dossier recevoir-piece", dossier=recu.ref, code="attestation_cer", fichier=FichierRecu("a.txt", b"a")
    )
    await horloge.avancer(DEBUT + timedelta(days=90))
    assert "pieces_non_produites" not in repetition.topics(recu.id)
    assert "rejet_implicite_ne" in repetition.topics(recu.id)


async def test_sans_travailleur_la_repetition_dit_ce_qui_la_bloque(
    temporal_client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.horloge.PATIENCE", 50)
    async with ouvrir_moteur(temporal_client, tmp_path, repetition=True, travailleurs=False) as moteur:
        recu = moteur.deposer()
        with pytest.raises(RepetitionBloquee, match=str(recu.id)):
            await moteur.horloge().avancer(DEBUT + timedelta(days=1))


async def test_l_horloge_d_un_store_reel_ne_se_regle_pas(moteur: Moteur) -> None:
    with pytest.raises(Refus) as refus:
        await moteur.horloge().avancer(moteur.services.maintenant() + timedelta(days=1))
    assert refus.value.code == "store_reel"
