"""The paths that few requests take: each is walked once, by a request or two that examples/nqe/README.md names.

They are the same days in every play of the year; what each day does comes after the clock was moved to it.
"""

import asyncio
from datetime import date

from application import avis_par_lien
from application.consultations.historique import historique
from application.consultations.moment import Moment
from application.numeros import id_de
from application.saisie_yaml import lire_fichier_yaml
from application.teleservice.correspondance import CorrespondanceDeDemarche
from application.teleservice.passe import PasseDImport
from scenarios import institution as qui
from scenarios.campagne_nqe import CampagneNqe
from scenarios.demandes import AILLEURS, COMITE, DESEQUILIBREE, DOUBLE, TARDIVE, TELESERVICE
from scenarios.jeu import EXEMPLES, lire_fichier, texte
from scenarios.teleservice import NUMERO, DemarcheJouee

FUSIONNEE, INTERET, DATE_FAUSSE, RECOURS, MASQUEE = 18, 22, 24, 31, 35
"""Of the forty: who merged, in whose request an agent has an interest, whose pièce was dated wrong, who files a recours,
whose texts are masked. The dérogation is of `CampagneNqe`."""
VERSION_4 = """
  visas:
    valeur:
      - {role: responsable, rappels: ["5 jours"], escalade: ordonnateur}
      - {role: ordonnateur, a_partir_de_centimes: 1000000}
    depuis: 2026-03-23
    source: "exemple fictif"
    verifie_le: 2026-03-23
  avis:
    - {code: ville, libelle: "Ville", source: "exemple fictif", delai: "3 semaines", repute_rendu: true}
    - code: comite
      libelle: "Comité technique d’exemple"
      source: "exemple fictif"
      delai: "15 jours"
      experts: 3
      minimum: 2
      rappels: ["7 jours"]
"""
"""What the version of March adds to the règlement: two levels of visa, and who may be asked for an avis."""


class Chemins:
    """What happens to them, day after day."""

    def __init__(self, campagne: CampagneNqe) -> None:
        self.jeu, self.campagne = campagne.jeu, campagne

    async def faire(self, geste: str, acteur: str, numero: int, **options: object) -> None:
        """Have an agent do a geste on a request."""
        await self.jeu.faire(geste, acteur, dossier=self.campagne.refs[numero], **options)

    def montrer(self, numero: int, chemin: str) -> None:
        """Tell that a request shows that path."""
        self.jeu.a_voir[chemin] = self.campagne.refs[numero]

    async def le_23_mars(self) -> None:
        """A new version of the règlement, for what is filed from now on."""
        ecrite = lire_fichier(EXEMPLES / "nqe" / "campagne.yaml").contenu.decode()
        fichier = texte("campagne.yaml", ecrite.replace("version: 3", "version: 4") + VERSION_4)
        revision = {"campagne": "NQE-2026", "fichier": fichier, "portee": "deposes"}
        await self.jeu.faire("campagne reviser", qui.ADMIN, **revision)

    async def le_27_mars(self) -> None:
        """Requests are filed: one again, one whose budget does not add up, one for another authority, one elsewhere."""
        await self.campagne.deposer(COMITE, DESEQUILIBREE, AILLEURS)
        await self.campagne.deposer(DOUBLE)  # once the first is known
        selon = lire_fichier_yaml(CorrespondanceDeDemarche, lire_fichier(EXEMPLES / "demarche-numerique" / "nqe.yaml"))
        reperes = self.jeu.site.reperes
        passe = PasseDImport(self.jeu.services, DemarcheJouee(), reperes, selon, qui.INSTRUCTRICE)
        await asyncio.to_thread(passe.faire)
        vu = reperes.vu(selon.demarche, NUMERO)
        self.campagne.refs[TELESERVICE] = (vu and vu.ref) or ""
        await self.jeu.repos()
        await self.faire("dossier accuser-reception", qui.INSTRUCTRICE, TELESERVICE)
        await self.jeu.repos()
        self.montrer(COMITE, "reglement_revise")
        self.montrer(DOUBLE, "en_double")
        self.montrer(DESEQUILIBREE, "desequilibree")
        self.montrer(TELESERVICE, "teleservice")

    async def le_30_mars(self) -> None:
        """Three experts are asked; a request goes to who may decide it; an applicant merged."""
        await self.campagne.completer(COMITE)
        await self.faire("dossier demander-avis", qui.INSTRUCTRICE, COMITE, aupres_de="comite")
        for rang in (1, 2, 3):
            lettre = {"aupres_de": f"comite-{rang}", "courriel": f"expert{rang}@exemple.invalid"}
            await self.faire("dossier envoyer-demande-avis", qui.INSTRUCTRICE, COMITE, **lettre)
        autorite = "Commune d’exemple (fictive)"
        await self.faire("dossier transmettre-ailleurs", qui.INSTRUCTRICE, AILLEURS, autorite=autorite)
        lettre = {"autorite": autorite, "destinataire": "demandeur"}
        await self.faire("dossier envoyer-transmission", qui.INSTRUCTRICE, AILLEURS, **lettre)
        fusion = {
            "transmission": "universelle",
            "acte": "traité de fusion d’exemple",
            "siret": "00000048900005",
            "denomination": "Les Réunies (exemple)",
        }
        await self.faire("dossier constater-succession", qui.INSTRUCTRICE, FUSIONNEE, **fusion)
        await self.jeu.repos()
        self.montrer(AILLEURS, "transmise")
        self.montrer(FUSIONNEE, "succession")

    async def le_2_avril(self) -> None:
        """A request comes too late; an expert answers by the link it was given; an interest is declared, a date corrected."""
        await self.campagne.deposer(TARDIVE)
        await asyncio.to_thread(self._repondre_par_lien)
        motif = "membre du bureau de l’association (exemple fictif)"
        await self.faire("dossier declarer-interet", qui.INSTRUCTEUR, INTERET, motif=motif)
        vraie = {"vraie_date": date(2026, 3, 27), "motif": "le tampon du courrier dit le 27 (exemple fictif)"}
        fait = self._dernier_fait(DATE_FAUSSE, "dossier.piece_recue.v1")
        await self.faire("dossier corriger-date", qui.INSTRUCTRICE, DATE_FAUSSE, fait=fait, **vraie)
        self.montrer(TARDIVE, "tardive")
        self.montrer(COMITE, "lien_d_avis")
        self.montrer(INTERET, "interet")
        self.montrer(DATE_FAUSSE, "date_corrigee")

    def _repondre_par_lien(self) -> None:
        """Give the first expert a link that shows the budget alone, through which it answers."""
        liens, ref = self.jeu.site.liens_d_avis, self.campagne.refs[COMITE]
        budget = self._dernier_fait(COMITE, "dossier.piece_recue.v1")
        secret = avis_par_lien.donner(self.jeu.services, liens, ref, "comite-1", (budget,), qui.INSTRUCTRICE)
        reponse = {"sens": "favorable", "texte": "avis favorable (exemple fictif)"}
        avis_par_lien.rendre(self.jeu.services, liens, secret, reponse)

    def _dernier_fait(self, numero: int, topic: str) -> int:
        """Return the number of the last fact of that kind in the history of a request."""
        lus = historique(self.jeu.services, id_de("dossier", self.campagne.refs[numero]), Moment())
        return max(int(lu["version"]) for lu in lus if lu["fait"] == topic)

    async def le_9_avril(self) -> None:
        """A recours against a silence; a budget is explained, and its request proposed: nobody will approve it in time."""
        recours = {"nature": "gracieux", "par": "demandeur", "contre": "rejet_implicite"}
        await self.faire("dossier enregistrer-recours", qui.INSTRUCTRICE, RECOURS, texte="exemple fictif", **recours)
        explique = {"sens": "leve", "justification": "l’écart est couvert par un emprunt (exemple fictif)"}
        motif = "budget_desequilibre"
        await self.faire("dossier repondre-motif", qui.INSTRUCTRICE, DESEQUILIBREE, motif=motif, **explique)
        await self.campagne.completer(DESEQUILIBREE)
        await self.campagne.proposer(DESEQUILIBREE)
        self.montrer(RECOURS, "recours")
        self.montrer(DESEQUILIBREE, "visa_ouvert")

    async def le_14_avril(self) -> None:
        """Who gave up asks to be forgotten: how long it is kept is not known, so it is masked."""
        motif = "demande d’effacement (exemple fictif)"
        await self.faire("dossier masquer", qui.ADMIN, MASQUEE, motif=motif)
        self.montrer(MASQUEE, "masquee")

    async def le_20_avril(self) -> None:
        """The second expert answers late: two of three are enough. Who approves will be away."""
        avis = {"aupres_de": "comite-2", "sens": "reserve", "texte": "réserves sur le calendrier (exemple fictif)"}
        await self.faire("dossier rendre-avis", qui.INSTRUCTRICE, COMITE, **avis)
        await self.campagne.proposer(COMITE)
        absence = {"suppleant": qui.INSTRUCTEUR, "acte": "arrêté d’exemple"}
        jour = date(2026, 4, 22)
        await self.jeu.faire("absence declarer", qui.ADMIN, agent=qui.RESPONSABLE, du=jour, au=jour, **absence)
        self.montrer(COMITE, "avis_d_experts")

    async def le_22_avril(self) -> None:
        """Of two levels of visa, the first is given by who stands in."""
        await self.faire("dossier viser", qui.INSTRUCTEUR, COMITE)
        self.montrer(COMITE, "visas")

    async def la_veille(self) -> None:
        """In the whole year: what was still awaited is done, in time for the sitting."""
        for numero in (COMITE, DESEQUILIBREE):
            await self.faire("dossier viser", qui.ORDONNATEUR, numero)
        retenu = {"motif": "tardif", "sens": "retenu", "justification": "envoyée le lendemain de la date limite"}
        await self.faire("dossier repondre-motif", qui.INSTRUCTRICE, TARDIVE, **retenu)
        await self.campagne.coder_financeurs(TARDIVE)
        await self.campagne.rejeter(TARDIVE, motif="demande tardive (exemple fictif)")
        await self.campagne.viser(TARDIVE)
        await self.campagne.retirer(DOUBLE)
        await self.campagne.retirer(TELESERVICE)
