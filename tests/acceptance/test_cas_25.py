"""Case 25 of the domain file, on the real engine: erasure asked, archives, contrôle; and a wrong past date corrected."""

from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest

from aggregates.dossier.silence import echeance_du_silence
from application import oubli
from application.masquage import MASQUE
from application.noms import OUBLIE
from kernel.instants import jour_de
from kernel.refus import Refus
from tests.acceptance.vie import Vie
from tests.application.bureau import de
from tests.application.seance import CONTRE, JOUR, NOTIFIE
from tests.moteur import PIECES, un_depot
from tests.web.fabrique import Site, devant_le_store
from tests.web.formulaires import Personne

pytestmark = pytest.mark.temporal
MOTIF = "Mme Exemple demande l’effacement de ce qui la nomme"


@pytest.fixture
def site(vie: Vie) -> Iterator[Site]:
    """What the agents of that Région see."""
    vie.faire("agent enregistrer", "admin", identifiant="aude", roles="auditeur")
    with devant_le_store(vie.services, vie.moteur.base) as application:
        yield Site(application, vie.services, {})


def oublier(vie: Vie, ref: str) -> tuple[str, ...]:
    return oubli.oublier(vie.services, ref, MOTIF, de("admin"), pilote="cli").faits


def refus_d_oublier(vie: Vie, ref: str) -> tuple[str, str]:
    avant = vie.services.store.derniere_position()
    with pytest.raises(Refus) as refus:
        oublier(vie, ref)
    assert vie.services.store.derniere_position() == avant
    return refus.value.code, refus.value.message


def lire(site: Site, ref: str, agent: str = "rene") -> str:
    return unescape(site.client_de(agent).get(f"/dossiers/{ref}").text)


async def rejeter(vie: Vie) -> str:
    """Bring a request to its rejet by the assembly, and close it."""
    ref = await vie.deposer()
    vie.faire("dossier declarer-complet", dossier=ref)
    vie.faire("dossier proposer", dossier=ref)
    vie.faire("dossier viser", "rene", dossier=ref)
    assert refus_d_oublier(vie, ref)[0] == "conservation_en_cours"
    vie.region.ouvrir_credits()
    rapport = await vie.voter(await vie.tenir_seance(JOUR), [ref], CONTRE)
    await vie.rendre_executoire(rapport)
    sans_voies = NOTIFIE | {"voies_de_recours": "non"}  # no délai runs: a recours of next year still interrupts it
    vie.faire("dossier enregistrer-notification", dossier=ref, **sans_voies)
    vie.faire("dossier clore", dossier=ref)
    return ref


async def test_cas_25_une_demande_d_effacement_attend_la_dua_le_recours_et_le_controle(vie: Vie, site: Site) -> None:
    ref = await rejeter(vie)
    recours: dict[str, Any] = {"nature": "gracieux", "par": "demandeur", "contre": "decision"}
    vie.faire("dossier enregistrer-recours", dossier=ref, texte="Mme Exemple conteste", **recours)
    assert "un recours court" in refus_d_oublier(vie, ref)[1]
    vie.faire("dossier repondre-recours", "rene", dossier=ref, recours=1, sens="rejete", texte=MOTIF)
    code, message = refus_d_oublier(vie, ref)
    assert (code, "n’est pas connue" in message) == ("dua_inconnue", True)
    dua = {"duree": "1 an", "source": "tableau de gestion fictif"}
    vie.faire("campagne fixer-dua", "admin", campagne="NQE-2026", **dua)
    assert "18/06/2027" in refus_d_oublier(vie, ref)[1]

    assert "Mme Exemple" in lire(site, ref)
    vie.faire("dossier masquer", "admin", dossier=ref, motif=MOTIF)
    assert "Mme Exemple" not in lire(site, ref)
    assert MASQUE in lire(site, ref)
    assert "masquées, à la demande d’une personne" in lire(site, ref)
    assert site.client_de("ines").get(f"/dossiers/{ref}/pieces/statuts").status_code == 403
    assert "Mme Exemple" in " ".join(vie.phrases(ref)), "sealed, not lost"

    await passer(vie, 300)
    vie.faire("dossier enregistrer-recours", dossier=ref, texte="Elle insiste", **recours)
    crc = "chambre régionale des comptes (exemple fictif)"
    vie.faire("dossier ouvrir-controle", "rene", dossier=ref, objet=crc)
    assert "Mme Exemple" in lire(site, ref, "aude"), "who controls reads what is sealed"
    await passer(vie, 80)
    assert "délai d’un recours contentieux" in refus_d_oublier(vie, ref)[1], "rejected by silence, it may go to court"
    await passer(vie, 60)
    assert "contrôle" in refus_d_oublier(vie, ref)[1]
    vie.faire("dossier terminer-controle", "rene", dossier=ref, suite="aucune observation")
    assert refus_d_oublier(vie, ref)[0] == "conservation_en_cours"
    await passer(vie, 367)

    faits = [i.fait for i in vie.services.store.inscriptions(vie.dossier(ref).id)]
    assert oublier(vie, ref) == ("dossier.oubli_decide.v1",)
    lus = [i.fait for i in vie.services.store.inscriptions(vie.dossier(ref).id)]
    assert (lus[: len(faits)], len(lus)) == (faits, len(faits) + 2), "the event log is untouched"
    phrases = " ".join(vie.phrases(ref))
    assert OUBLIE in phrases
    assert "conteste" not in phrases


async def passer(vie: Vie, jours: int) -> None:
    await vie.aller(jour_de(vie.services.maintenant()) + timedelta(days=jours))


async def test_cas_25_une_date_passee_fausse_se_corrige_sans_recrire_l_histoire(vie: Vie, site: Site) -> None:
    """A dépôt entered at the wrong day: its refusal by silence was born too late; both dates are told ever after."""
    await vie.aller(date(2026, 1, 28))
    ref = await vie.deposer(**un_depot(PIECES), le=date(2026, 1, 26))
    alors = vie.services.maintenant()
    await vie.aller(date(2026, 4, 18))
    assert list(vie.dossier(ref).rejets_implicites.values()) == [date(2026, 3, 26)]
    ines = Personne(site.client_de("ines"), en_navigateur=True)
    saisie = {"fait": "1", "vraie_date": "12/01/2026", "motif": "le cachet de la poste dit le 12"}
    assert ines.faire(f"/dossiers/{ref}/gestes/corriger-date", saisie).status_code == 303
    await vie.repos()
    dossier = vie.dossier(ref)
    silence = echeance_du_silence(dossier)
    assert (dossier.depose_le, silence and silence.dernier_jour) == (date(2026, 1, 12), date(2026, 3, 12))
    assert list(dossier.rejets_implicites.values()) == [date(2026, 3, 12)]
    page = lire(site, ref)
    assert "Date du fait n° 1 corrigée : 12/01/2026 au lieu de 26/01/2026" in page.replace("\u00a0", " ")
    assert vie.services.store.inscriptions(dossier.id)[0].entete.effectif_le == date(2026, 1, 26)
    su_alors = vie.services.store.charger_a(type(dossier), dossier.id, au=None, connu_au=alors)
    assert su_alors.depose_le == date(2026, 1, 26), "what was known then stays what was known"
    assert vie.pilotes() == {"workflow"}
