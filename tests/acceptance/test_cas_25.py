"""Case 25 of the domain file, on the real engine: erasure asked, archives, contrôle; and a wrong past date corrected."""

from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from aggregates.dossier.silence import echeance_du_silence
from application import oubli
from application.consultations.historique import historique
from application.consultations.moment import Moment
from application.masquage import MASQUE
from application.noms import OUBLIE
from application.services import Services
from kernel.instants import debut_de_jour, jour_de
from kernel.refus import Refus
from tests.application.bureau import de
from tests.application.seance import CONTRE, Region, installer_region
from tests.moteur import PIECES, deposer, faire, ouvrir_store
from tests.web.fabrique import Site, devant_le_store
from tests.web.formulaires import Personne

MOTIF = "Mme Exemple demande l’effacement de ce qui la nomme"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with ouvrir_store(tmp_path, repetition=True) as (services, base):
        faire(services, "agent enregistrer", "admin", identifiant="aude", roles="auditeur")
        with devant_le_store(services, base) as application:
            yield Site(application, services, {})


def oublier(services: Services, ref: str) -> tuple[str, ...]:
    return oubli.oublier(services, ref, MOTIF, de("admin"), pilote="cli").faits


def refus_d_oublier(services: Services, ref: str) -> tuple[str, str]:
    avant = services.store.derniere_position()
    with pytest.raises(Refus) as refus:
        oublier(services, ref)
    assert services.store.derniere_position() == avant
    return refus.value.code, refus.value.message


def passer(region: Region, jours: int) -> None:
    region.services.store.enregistreur.regler_horloge(region.services.maintenant() + timedelta(days=jours))
    region.moteur()


def test_cas_25_une_demande_d_effacement_attend_la_dua_le_recours_et_le_controle(site: Site) -> None:
    services, region = site.services, installer_region(site.services)
    (ref,) = region.instruire(1)
    assert refus_d_oublier(services, ref)[0] == "conservation_en_cours"
    region.ouvrir_credits()
    region.tenir_seance()
    rapport = region.preparer([ref])
    region.voter(rapport, CONTRE)
    region.rendre_executoire(rapport)
    region.moteur()
    faire(services, "dossier clore", "ines", dossier=ref)
    recours: dict[str, Any] = {
        "nature": "gracieux",
        "par": "demandeur",
        "contre": "decision",
        "texte": "Mme Exemple conteste",
    }
    faire(services, "dossier enregistrer-recours", "ines", dossier=ref, **recours)
    assert "un recours court" in refus_d_oublier(services, ref)[1]
    faire(services, "dossier repondre-recours", "rene", dossier=ref, recours=1, sens="rejete", texte=MOTIF)
    code, message = refus_d_oublier(services, ref)
    assert (code, "n’est pas connue" in message) == ("dua_inconnue", True)
    faire(
        services, "campagne fixer-dua", "admin", campagne="NQE-2026", duree="1 an", source="tableau de gestion fictif"
    )
    assert "18/06/2027" in refus_d_oublier(services, ref)[1]

    assert "Mme Exemple" in lire(site, ref)
    faire(services, "dossier masquer", "admin", dossier=ref, motif=MOTIF)
    assert "Mme Exemple" not in lire(site, ref)
    assert MASQUE in lire(site, ref)
    assert "masquées, à la demande d’une personne" in lire(site, ref)
    assert site.client_de("ines").get(f"/dossiers/{ref}/pieces/statuts").status_code == 403
    assert "Mme Exemple" in str(historique(services, region.dossier(ref).id, Moment())), "sealed, not lost"

    passer(region, 300)
    faire(services, "dossier enregistrer-recours", "ines", dossier=ref, **{**recours, "texte": "Elle insiste"})
    faire(
        services, "dossier ouvrir-controle", "rene", dossier=ref, objet="chambre régionale des comptes (exemple fictif)"
    )
    assert "Mme Exemple" in lire(site, ref, "aude"), "who controls reads what is sealed"
    passer(region, 80)
    assert "délai d’un recours contentieux" in refus_d_oublier(services, ref)[1], (
        "rejected by silence, it may go to court"
    )
    passer(region, 60)
    assert "contrôle" in refus_d_oublier(services, ref)[1]
    faire(services, "dossier terminer-controle", "rene", dossier=ref, suite="aucune observation")
    assert refus_d_oublier(services, ref)[0] == "conservation_en_cours"
    passer(region, 367)

    faits = len(services.store.inscriptions(region.dossier(ref).id))
    assert oublier(services, ref) == ("dossier.oubli_decide.v1",)
    lus = services.store.inscriptions(region.dossier(ref).id)
    assert len(lus) == faits + 2, "the event log is untouched"
    phrases = str(historique(services, region.dossier(ref).id, Moment()))
    assert OUBLIE in phrases
    assert "conteste" not in phrases


def lire(site: Site, ref: str, agent: str = "rene") -> str:
    return unescape(site.client_de(agent).get(f"/dossiers/{ref}").text)


def test_cas_25_une_date_passee_fausse_se_corrige_sans_recrire_l_histoire(site: Site) -> None:
    """A dépôt entered at the wrong day: its refusal by silence was born too late; both dates are told ever after."""
    services, region = site.services, installer_region(site.services)
    services.store.enregistreur.regler_horloge(debut_de_jour(date(2026, 1, 28)) + timedelta(hours=9))
    ref = deposer(services, pieces=PIECES, le=date(2026, 1, 26), lot=None).ref
    region.moteur()
    alors = services.maintenant()
    passer(region, 80)
    assert list(region.dossier(ref).rejets_implicites.values()) == [date(2026, 3, 26)]
    ines = Personne(site.client_de("ines"), en_navigateur=True)
    saisie = {"fait": "1", "vraie_date": "12/01/2026", "motif": "le cachet de la poste dit le 12"}
    assert ines.faire(f"/dossiers/{ref}/gestes/corriger-date", saisie).status_code == 303
    region.moteur()
    dossier = region.dossier(ref)
    silence = echeance_du_silence(dossier)
    assert (dossier.depose_le, silence and silence.dernier_jour) == (date(2026, 1, 12), date(2026, 3, 12))
    assert list(dossier.rejets_implicites.values()) == [date(2026, 3, 12)]
    page = lire(site, ref)
    assert "Date du fait n° 1 corrigée : 12/01/2026 au lieu de 26/01/2026" in page.replace("\u00a0", " ")
    assert services.store.inscriptions(dossier.id)[0].entete.effectif_le == date(2026, 1, 26)
    su_alors = services.store.charger_a(type(dossier), dossier.id, au=None, connu_au=alors)
    assert su_alors.depose_le == date(2026, 1, 26), "what was known then stays what was known"
    assert jour_de(services.maintenant()) == date(2026, 4, 18)
