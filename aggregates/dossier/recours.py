"""Recours against what was decided, or against what silence made: filed, rejected by silence, answered, withdrawn, without object.

They stop nothing: they run beside the état, before the vote as after the closing. What the state keeps of each is dated, so
that any order of late recordings gives the same échéances; what was recorded of a silence that an answer had broken is
corrected by that answer.
"""

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from uuid import UUID

from aggregates.dossier.elements import FinDeRecours, MotifsDuRejet, Recours
from aggregates.dossier.etat import Etat, EtatDossier, FaitDossier
from aggregates.dossier.silence import echeance_du_silence, silence_rompu
from kernel.attentes import Attente, Cle, Delai, Nature, Role
from kernel.delais import Echeance
from kernel.faits import Entete, Jalon, Noms
from kernel.instants import Instant, debut_de, debut_de_jour, fin_de_jour, jour_de
from kernel.refus import Refus

GRACIEUX = "gracieux"
REJET_IMPLICITE, DECISION = "rejet_implicite", "decision"
_CONTRE = {REJET_IMPLICITE: "le rejet implicite", DECISION: "la décision"}
_PAR = {"demandeur": "le demandeur", "tiers": "un tiers"}
_SENS = {"accueilli": "accueilli", "rejete": "rejeté", "irrecevable": "déclaré irrecevable"}
_ISSUES = {**_SENS, "retire": "retiré par son auteur", "sans_objet": "devenu sans objet"}


class RecoursForme(FaitDossier, topic="dossier.recours_forme.v1"):
    """A recours was received. `delai`: the silence after which a gracieux is rejected; `interrompt`: the délai that it interrupts.

    A contentieux has neither; against an implicit refusal no délai runs, hence none is interrupted (CJA R421-3 1°).
    """

    rang: int
    nature: str
    par: str
    contre: str
    delai: Delai | None
    interrompt: Delai | None
    texte: UUID

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.recours[self.rang] = Recours(
            rang=self.rang,
            version=entete.version,
            nature=self.nature,
            par=self.par,
            contre=self.contre,
            le=jour_de(entete.effectif_le),
            depuis=debut_de(entete.effectif_le),
            delai=self.delai,
            interrompt=self.interrompt,
            texte=self.texte,
        )

    def phrase(self, noms: Noms) -> str:
        coupe = "" if self.interrompt is None else f" ; il interrompt le délai de recours ({self.interrompt.source})"
        qui, contre = _PAR.get(self.par, self.par), _CONTRE.get(self.contre, self.contre)
        return (
            f"Recours {self.nature} n° {self.rang} formé par {qui} contre {contre}{coupe} : {noms.texte(self.texte)}."
        )


class _FinDeRecours(FaitDossier):
    """A recours ended, otherwise than by silence."""

    rang: int

    @property
    @abstractmethod
    def issue(self) -> str:
        """Return how, a code."""

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        if (recours := agregat.recours.get(self.rang)) is not None:
            fin = FinDeRecours(entete.version, self.issue, jour_de(entete.effectif_le), getattr(self, "texte", None))
            agregat.recours[self.rang] = replace(recours, fin=fin)


class RecoursRepondu(_FinDeRecours, topic="dossier.recours_repondu.v1"):
    """A recours was answered: by the authority when it is gracieux, by the judge when it is contentieux."""

    sens: str
    texte: UUID

    @property
    def issue(self) -> str:
        return self.sens

    def phrase(self, noms: Noms) -> str:
        return f"Recours n° {self.rang} {_SENS.get(self.sens, self.sens)} : {noms.texte(self.texte)}."


class RecoursRetire(_FinDeRecours, topic="dossier.recours_retire.v1"):
    """Who filed a recours withdrew it."""

    texte: UUID

    @property
    def issue(self) -> str:
        return "retire"

    def phrase(self, noms: Noms) -> str:
        return f"Recours n° {self.rang} retiré par son auteur : {noms.texte(self.texte)}."


class RecoursSansObjet(_FinDeRecours, topic="dossier.recours_sans_objet.v1"):
    """What a recours attacked was replaced by an award: nothing is left to decide of it."""

    @property
    def issue(self) -> str:
        return "sans_objet"

    def phrase(self, noms: Noms) -> str:
        return (
            f"Recours n° {self.rang} devenu sans objet : l’aide attribuée remplace le rejet implicite qu’il attaquait."
        )


class RecoursRejeteParSilence(FaitDossier, topic="dossier.recours_rejete_par_silence.v1"):
    """Silence on a recours gracieux lasted: it is rejected, and the délai that it had interrupted starts anew (CRPA L411-7)."""

    rang: int
    ne_le: date
    source: str

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        recours = agregat.recours.get(self.rang)
        echeance = None if recours is None else terme(recours)
        if recours is not None and echeance is not None and echeance.dernier_jour == self.ne_le:
            agregat.recours[self.rang] = replace(
                recours, rejete_par_silence=entete.version
            )  # else its date was corrected

    def phrase(self, noms: Noms) -> str:
        return f"Recours n° {self.rang} rejeté par le silence gardé jusqu’au {self.ne_le:%d/%m/%Y} ({self.source})."


class MotifsDuRejetDemandes(FaitDossier, topic="dossier.motifs_du_rejet_demandes.v1"):
    """The motives of an implicit refusal were asked for (CRPA L232-4)."""

    delai: Delai

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.motifs_du_rejet = MotifsDuRejet(Jalon.de(entete), jour_de(entete.effectif_le), self.delai)

    def phrase(self, noms: Noms) -> str:
        return f"Motifs du rejet implicite demandés : à communiquer dans un délai de {self.delai.duree} ({self.delai.source})."


class MotifsDuRejetCommuniques(FaitDossier, topic="dossier.motifs_du_rejet_communiques.v1"):
    """The motives of an implicit refusal were told to who asked for them."""

    texte: UUID

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        if agregat.motifs_du_rejet is not None:
            dits = (jour_de(entete.effectif_le), self.texte)
            agregat.motifs_du_rejet = replace(agregat.motifs_du_rejet, communiques=dits)

    def phrase(self, noms: Noms) -> str:
        return f"Motifs du rejet implicite communiqués : {noms.texte(self.texte)}."


class RecoursInconnu(Refus, code="recours_inconnu"):
    """The dossier has no recours of that number."""


class RienAAttaquer(Refus, code="rien_a_attaquer"):
    """Nothing was decided yet, and no silence lasted long enough: there is nothing that a recours could be against."""


def terme(recours: Recours) -> Echeance | None:
    """Return when silence on it is a rejection; None for a contentieux: a judge does not answer by silence."""
    return None if recours.delai is None else recours.delai.echoir(recours.le)


def rejete_par_silence_le(recours: Recours) -> date | None:
    """Return the day at whose end silence rejected it, None when it did not, or is not recorded to have."""
    echeance = terme(recours)
    if recours.rejete_par_silence is None or echeance is None or _rompu(recours, echeance.dernier_jour):
        return None
    return echeance.dernier_jour


def issue_du_recours(recours: Recours) -> str | None:
    """Return how it ended, a code; None while it runs. An answer given after the silence replaces the rejection."""
    if recours.fin is not None:
        return recours.fin.issue
    return None if rejete_par_silence_le(recours) is None else "rejete_par_silence"


def recours_en_cours(dossier: EtatDossier) -> list[Recours]:
    """Return those that run: neither ended nor rejected by silence."""
    return [recours for recours in dossier.recours.values() if issue_du_recours(recours) is None]


def rejet_implicite_du(dossier: EtatDossier) -> date | None:
    """Return the day at whose end silence made a refusal by law, whether or not its fact is recorded; None when it did not."""
    echeance = echeance_du_silence(dossier)
    if echeance is None or silence_rompu(dossier, echeance.dernier_jour):
        return None
    return echeance.dernier_jour


def _rompu(recours: Recours, dernier_jour: date) -> bool:
    return recours.fin is not None and recours.fin.le <= dernier_jour


def _remplace_le(dossier: EtatDossier, recours: Recours) -> date | None:
    """Return since when an award replaced the implicit refusal that it attacks, and it is without object; None when it is not."""
    decision, echeance = dossier.decision, terme(recours)
    if recours.contre != REJET_IMPLICITE or recours.fin is not None or decision is None or not decision.favorable:
        return None
    if echeance is not None and echeance.dernier_jour < decision.vote_le:  # silence had rejected it before
        return None
    return max(decision.vote_le, recours.le)


class VoiesDeRecours(EtatDossier):
    """Register recours, and what comes of them."""

    def enregistrer_recours(
        self, nature: str, par: str, contre: str, texte: UUID, delai: Delai, interrompt: Delai
    ) -> None:
        """Register a recours, or refuse with RienAAttaquer or AvantLeJalon (filed before what it attacks); the same is silent.

        Args:
            nature: gracieux or contentieux.
            par: demandeur or tiers.
            contre: rejet_implicite or decision.
            texte: what it says.
            delai: the silence after which a gracieux is rejected.
            interrompt: the délai of recours contentieux, which a gracieux against a decision interrupts.
        """
        if any((r.nature, r.par, r.contre, r.texte) == (nature, par, contre, texte) for r in self.recours.values()):
            return self.redire(RecoursForme, nature=nature, par=par, contre=contre, texte=texte)
        self._exiger_attaquable(contre)
        gracieux = nature == GRACIEUX
        self.survient(
            RecoursForme(
                rang=max(self.recours, default=0) + 1,
                nature=nature,
                par=par,
                contre=contre,
                delai=delai if gracieux else None,
                interrompt=interrompt if gracieux and contre == DECISION else None,
                texte=texte,
            )
        )

    def repondre_recours(self, rang: int, sens: str, texte: UUID) -> None:
        """Record the answer, or refuse with RecoursInconnu, DejaFait or AvantLeJalon; repeating it is silent."""
        self._finir(RecoursRepondu(rang=rang, sens=sens, texte=texte))

    def retirer_recours(self, rang: int, texte: UUID) -> None:
        """Record that its author withdrew it, or refuse with RecoursInconnu, DejaFait or AvantLeJalon; repeating it is silent."""
        self._finir(RecoursRetire(rang=rang, texte=texte))

    def constater_recours_sans_objet(self, rang: int) -> None:
        """Record that an award replaced what it attacked, or refuse with GesteImpossible; silent once it ended."""
        recours = self.recours.get(rang)
        le = None if recours is None else _remplace_le(self, recours)
        if recours is not None and recours.fin is not None:
            return
        if recours is None or le is None:
            raise self.impossible("constater-recours-sans-objet", "ce que le recours attaque n’est pas remplacé")
        self.survient(RecoursSansObjet(rang=rang), effectif_le=le, corrige=recours.rejete_par_silence)

    def constater_rejet_du_recours(self, rang: int, au: Instant) -> None:
        """Record that silence rejected it, or refuse with GesteImpossible before its term; silent once done, or answered before."""
        recours = self.recours.get(rang)
        echeance = None if recours is None else terme(recours)
        if recours is None or recours.delai is None or echeance is None or echeance.dernier_instant > au:
            raise self.impossible("constater-rejet-du-recours", "le silence gardé sur ce recours n’a pas assez duré")
        if recours.rejete_par_silence is not None or _rompu(recours, echeance.dernier_jour):
            return
        ne_le = echeance.dernier_jour
        self.survient(RecoursRejeteParSilence(rang=rang, ne_le=ne_le, source=recours.delai.source), effectif_le=ne_le)

    def demander_motifs_du_rejet(self, delai: Delai) -> None:
        """Record that the motives of the implicit refusal are asked for, or refuse with RienAAttaquer or AvantLeJalon.

        Repeating it is silent.
        """
        if self.motifs_du_rejet is not None:
            return self.redire(MotifsDuRejetDemandes)
        self._exiger_attaquable(REJET_IMPLICITE)
        self.survient(MotifsDuRejetDemandes(delai=delai))

    def communiquer_motifs_du_rejet(self, texte: UUID) -> None:
        """Record that they were told, or refuse with GesteImpossible (nobody asked) or DejaFait; repeating it is silent."""
        demandes = self.motifs_du_rejet
        if demandes is None:
            raise self.impossible("communiquer-motifs-du-rejet", "personne n’a demandé les motifs d’un rejet implicite")
        if demandes.communiques is not None:
            if demandes.communiques[1] == texte:
                return self.redire(MotifsDuRejetCommuniques)
            raise MotifsDuRejetCommuniques.deja("Les motifs du rejet implicite sont déjà communiqués, autrement.")
        self.exiger_apres("la demande des motifs", demandes.jalon)
        self.survient(MotifsDuRejetCommuniques(texte=texte))

    def _finir(self, fait: RecoursRepondu | RecoursRetire) -> None:
        """Record how a recours ended; what the silence did meanwhile is corrected when this had come before its term."""
        recours = self.recours.get(fait.rang)
        if recours is None:
            raise RecoursInconnu(f"Le dossier {self.ref} n’a pas de recours n° {fait.rang}.", recours=fait.rang)
        fin = recours.fin
        if fin is not None:
            if (fin.issue, fin.texte) == (fait.issue, fait.texte):
                return self.redire(type(fait), rang=fait.rang)
            raise type(fait).deja(f"Le recours n° {fait.rang} est déjà {_ISSUES.get(fin.issue, fin.issue)}.")
        self.exiger_apres("le recours", recours.depuis)
        echeance = terme(recours)
        avant = echeance is not None and self.jour <= echeance.dernier_jour
        self.survient(fait, corrige=recours.rejete_par_silence if avant else None)

    def _exiger_attaquable(self, contre: str) -> None:
        """Refuse what is filed against nothing, or before it."""
        if contre == REJET_IMPLICITE:
            ne_le = rejet_implicite_du(self)
            if ne_le is None or fin_de_jour(ne_le) > self.contexte.maintenant:
                raise RienAAttaquer(
                    f"Aucun rejet implicite n’est né du silence sur le dossier {self.ref}.", contre=contre
                )
            self.exiger_apres("la naissance du rejet implicite", ne_le)
        elif self.decision is not None:
            self.exiger_apres("la décision", self.decision.vote_le)
        elif self.etat not in {Etat.DECIDE, Etat.CLOS} or self.issue == "retire":
            raise RienAAttaquer(f"Le dossier {self.ref} n’a pas encore de décision.", contre=contre)
        else:
            self.exiger_apres("la décision", self.decide_le or self.jalon)


def attentes(dossier: EtatDossier) -> Iterator[Attente]:
    """Yield what each recours awaits, and the motives that somebody asked for."""
    for recours in dossier.recours.values():
        yield from _attentes_du(dossier, recours)
    demandes = dossier.motifs_du_rejet
    attribuee = dossier.decision is not None and dossier.decision.favorable
    if demandes is not None and demandes.communiques is None and not attribuee:
        yield Attente(
            Cle("motifs_du_rejet", "", demandes.jalon.version),
            de=Role.INSTRUCTEUR,
            depuis=demandes.jalon.depuis,
            echeance=demandes.delai.echoir(demandes.le).dernier_instant,
            gestes=dossier.a_faire("communiquer-motifs-du-rejet"),
            nature=demandes.delai.nature,
            fondement=demandes.delai.fondement,
        )


def _attentes_du(dossier: EtatDossier, recours: Recours) -> Iterator[Attente]:
    objet, remplace = str(recours.rang), _remplace_le(dossier, recours)
    if remplace is not None:
        jalon = Jalon(recours.version, debut_de_jour(remplace))
        fondement = "l’aide attribuée remplace le rejet implicite"
        yield Attente.du_moteur(
            "recours_sans_objet", jalon, "constater_recours_sans_objet", fondement, objet=objet, nature=Nature.LOI
        )
        return
    echeance = terme(recours)
    if issue_du_recours(recours) is None:
        yield Attente(
            Cle("recours", objet, recours.version),
            de=Role.RESPONSABLE,
            depuis=recours.depuis,
            echeance=None if echeance is None else echeance.dernier_instant,
            automatisme=None if echeance is None else "constater_rejet_du_recours",
            gestes=dossier.a_faire("repondre-recours", "retirer-recours"),
            nature=Nature.USAGE if recours.delai is None else recours.delai.nature,
            fondement="décision du juge" if recours.delai is None else recours.delai.fondement,
        )
    elif (
        echeance is not None and recours.rejete_par_silence is None and not _rompu(recours, echeance.dernier_jour)
    ):  # answered after its term, before the engine could say so
        yield Attente.du_moteur(
            "rejet_du_recours",
            Jalon(recours.version, echeance.dernier_instant),
            "constater_rejet_du_recours",
            recours.delai.fondement if recours.delai else "",
            objet=objet,
            nature=Nature.LOI,
        )
