"""Vote on one line or on all those that remain; adjourn."""

from aggregates.deliberation.etat import EtatDeliberation, EtatLigne
from aggregates.deliberation.scrutin.calcul import Bulletin, Depouillement, Voix, depouiller
from aggregates.deliberation.scrutin.faits import LignesAjournees, Pouvoir, ScrutinTenu
from aggregates.seance.presences import Feuille
from kernel.instants import Instant
from kernel.refus import DejaFait, Refus


class AmendementInvalide(Refus):
    """An amendment sets the amount of one line, above zero and at most what was asked."""

    code = "amendement_invalide"


class Vote(EtatDeliberation):
    """What the assembly decides of each line."""

    def voter(self, bulletin: Bulletin, feuille: Feuille, au: Instant | None, ligne: int | None) -> None:
        """Record a scrutin on one line, or on all those not voted yet; the same again is silent.

        Raises:
            DejaFait: the line, or every line, was decided otherwise.
            GesteImpossible: lines are not on the agenda yet, or this one left it.
            AmendementInvalide, LigneInconnue: the amendment or the line.
            QuorumNonAtteint, BulletinInvalide: from the count of the scrutin.
        """
        cibles = self._cibles("voter", ligne)
        if not cibles:
            dernier = self._dernier_vote(ligne)
            if isinstance(dernier, ScrutinTenu) and dernier.bulletin == bulletin:
                return
            raise DejaFait("Le vote a déjà eu lieu, avec un autre résultat.", fait=ScrutinTenu.topic)
        if bulletin.amendement_centimes is not None:
            _exiger_amendement(bulletin.amendement_centimes, cibles, seule=ligne is not None)
        self.survient(_fait(bulletin, feuille, depouiller(bulletin, feuille, au), cibles))

    def ajourner(self, ligne: int | None) -> None:
        """Take one line, or all those not voted yet, off the agenda; refuse with DejaFait or GesteImpossible."""
        cibles = self._cibles("voter", ligne)
        if cibles:
            self.survient(LignesAjournees(lignes=tuple(x.rapport.ligne for x in cibles)))
        elif not isinstance(self._dernier_vote(ligne), LignesAjournees):
            raise DejaFait("Le vote a déjà eu lieu : une ligne votée ne s’ajourne plus.", fait=ScrutinTenu.topic)

    def _cibles(self, geste: str, numero: int | None) -> list[EtatLigne]:
        self.exiger_preparee()
        if self.a_inscrire:
            raise self.impossible(geste, "les dossiers ne sont pas encore tous inscrits à l’ordre du jour")
        if numero is None:
            if not any(ligne.inscrite for ligne in self.lignes.values()):
                raise self.impossible(geste, "aucun dossier n’est inscrit à l’ordre du jour")
            return self.a_voter
        ligne = self.ligne(numero)
        if not ligne.inscrite:
            raise self.impossible(geste, f"la ligne {numero} n’est pas à l’ordre du jour ({ligne.refus})")
        return [ligne] if ligne.resultat is None else []

    def _dernier_vote(self, numero: int | None) -> object:
        version = max(self.votes) if numero is None else self.ligne(numero).vote
        return self.votes[version]


def _exiger_amendement(centimes: int, cibles: list[EtatLigne], *, seule: bool) -> None:
    demande = cibles[0].rapport.montant_demande_centimes
    if not seule:
        raise AmendementInvalide(
            "Un amendement fixe le montant d’une ligne : donnez --ligne.", amendement_centimes=centimes
        )
    if centimes <= 0 or (demande is not None and centimes > demande):
        raise AmendementInvalide(
            "Le montant amendé doit être supérieur à zéro et au plus égal au montant demandé.",
            amendement_centimes=centimes,
            demande_centimes=demande,
        )


def _fait(bulletin: Bulletin, feuille: Feuille, compte: Depouillement, cibles: list[EtatLigne]) -> ScrutinTenu:
    return ScrutinTenu(
        lignes=tuple(x.rapport.ligne for x in cibles),
        vote_le=feuille.jour,
        bulletin=bulletin,
        presents=compte.presents,
        pouvoirs=tuple(Pouvoir(membre=membre, pouvoir_a=a) for membre, a in compte.pouvoirs),
        preside_par=feuille.preside_par,
        en_exercice=compte.quorum.en_exercice,
        requis=compte.quorum.requis,
        pour=compte.comptes[Voix.POUR],
        contre=compte.comptes[Voix.CONTRE],
        abstentions=compte.comptes[Voix.ABSTENTION],
        nppv=compte.comptes[Voix.NPPV],
        voix_preponderante=compte.voix_preponderante,
        adopte=compte.adopte,
    )
