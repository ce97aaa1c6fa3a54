"""Signing in by the identity provider of the institution (OpenID Connect, ProConnect's rules): codes, signed answers, two factors."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from adapters.autorites import autorites
from adapters.horloge import HorlogeReelle
from application.site import FRAICHEUR, AuthentificationRefusee, DemandeOidc, FournisseurInjoignable, IdentiteOidc
from kernel.refus import SaisieInvalide

_HASARD: Final = 32
"""Bytes of a state, a nonce, a verifier: 43 signs, the provider wanting 32 at least."""
_DELAI_S: Final = 10.0
_ECART: Final = timedelta(seconds=60)
"""By how much its clock may differ from ours."""
_ICI: Final = frozenset({"127.0.0.1", "localhost"})


@dataclass
class FournisseurOidc:
    """Implements `application.site.Fournisseur`. Nothing is asked of the provider before somebody signs in."""

    emetteur: str
    client: str
    secret: str
    siret: str | None = None
    """The only establishment whose people are let in; None: the provider knows no other."""
    acr: tuple[str, ...] = ()
    """What the provider says of who gave two factors."""
    algorithme: str = "RS256"
    _horloge: HorlogeReelle = field(default_factory=HorlogeReelle)
    _verrou: Lock = field(default_factory=Lock)
    _decouverte: dict[str, Any] | None = None
    _cles: KeySet | None = None

    def __post_init__(self) -> None:
        lue = urlsplit(self.emetteur)
        if lue.scheme != "https" and not (lue.scheme == "http" and lue.hostname in _ICI):
            raise SaisieInvalide("DILIGENCE_OIDC_EMETTEUR doit être une adresse https.", emetteur=self.emetteur)

    @property
    def origine(self) -> str:
        """Return where it is: a page may send there."""
        lue = urlsplit(self.emetteur)
        return f"{lue.scheme}://{lue.netloc}"

    def demander(self, retour: str, *, forcee: bool, deux_facteurs: bool) -> DemandeOidc:
        """Begin a signing in: `forcee` asks for the password again, `deux_facteurs` for a second factor."""
        etat, nonce, verificateur = (secrets.token_urlsafe(_HASARD) for _ in range(3))
        connus = self._connaitre()
        demande = {
            "response_type": "code",
            "client_id": self.client,
            "redirect_uri": retour,
            "scope": "openid email siret" if self.siret else "openid email",
            "state": etat,
            "nonce": nonce,
        }
        acr: dict[str, Any] = {"essential": True, "values": list(self.acr)} if deux_facteurs else {"essential": False}
        demande["claims"] = json.dumps({"id_token": {"acr": acr, "amr": {"essential": False}}})
        if forcee:
            demande["prompt"] = "login"
        if "S256" in connus.get("code_challenge_methods_supported", ()):  # a parameter it does not know is an error
            defi = base64.urlsafe_b64encode(hashlib.sha256(verificateur.encode()).digest()).rstrip(b"=").decode()
            demande |= {"code_challenge": defi, "code_challenge_method": "S256"}
        url = f"{connus['authorization_endpoint']}?{urlencode(demande)}"
        return DemandeOidc(url, etat, nonce, verificateur, forcee=forcee)

    def recevoir(self, demande: DemandeOidc, code: str, retour: str) -> IdentiteOidc:
        """Exchange a code, and return who it says; refuse with AuthentificationRefusee what is not signed, or not ours."""
        connus = self._connaitre()
        echange = {"grant_type": "authorization_code", "code": code, "redirect_uri": retour}
        echange |= {"client_id": self.client, "client_secret": self.secret}
        if "S256" in connus.get("code_challenge_methods_supported", ()):
            echange["code_verifier"] = demande.verificateur
        jetons = self._json(self._envoyer("POST", connus["token_endpoint"], data=echange))
        acces = {"Authorization": f"Bearer {jetons.get('access_token', '')}"}
        qui = self._lire(
            str(jetons.get("id_token", "")), {"nonce": {"essential": True, "value": demande.nonce}}, delai=True
        )
        signee = self._envoyer("GET", connus["userinfo_endpoint"], headers=acces)
        details = self._lire(signee.text, {"sub": {"essential": True, "value": qui["sub"]}}, delai=False)
        if self.siret and details.get("siret") != self.siret:
            raise AuthentificationRefusee("l’établissement n’est pas celui de l’institution")
        return IdentiteOidc(
            sujet=f"{self.emetteur}|{qui['sub']}",
            courriel=str(details.get("email", "")),
            deux_facteurs=qui.get("acr") in self.acr,
            prouvee=self._est_prouvee(qui, demande),
            jeton=str(jetons["id_token"]),
        )

    def adieu(self, jeton: str, retour: str) -> str | None:
        """Return where who leaves is sent, to leave the provider too; None when it has no such page."""
        fin = self._connaitre().get("end_session_endpoint")
        dits = {"id_token_hint": jeton, "state": secrets.token_urlsafe(_HASARD), "post_logout_redirect_uri": retour}
        return f"{fin}?{urlencode(dits)}" if fin else None

    def _est_prouvee(self, qui: dict[str, Any], demande: DemandeOidc) -> bool:
        """Tell whether the person just gave what proves who it is: a provider may remember it since this morning."""
        quand = qui.get("auth_time")
        if not isinstance(quand, int):
            return demande.forcee
        return self._horloge.maintenant().timestamp() - quand <= FRAICHEUR.total_seconds()

    def _lire(self, signe: str, exigences: dict[str, Any], *, delai: bool) -> dict[str, Any]:
        """Return the claims of a signed answer that is for us, from our provider, and of now."""
        communes: dict[str, Any] = {
            "iss": {"essential": True, "value": self.emetteur},
            "aud": {"essential": True, "value": self.client},
            "sub": {"essential": True},
            "exp": {"essential": delai},
        }
        try:
            try:
                lu = jwt.decode(signe.strip(), self._trousseau(), algorithms=[self.algorithme])
            except (JoseError, ValueError):  # its keys turn: asked once more
                lu = jwt.decode(signe.strip(), self._trousseau(neuf=True), algorithms=[self.algorithme])
            maintenant = int(self._horloge.maintenant().timestamp())
            registre = jwt.JWTClaimsRegistry(maintenant, int(_ECART.total_seconds()), **communes | exigences)
            registre.validate(lu.claims)
        except (JoseError, ValueError) as erreur:
            raise AuthentificationRefusee(f"sa réponse n’est pas recevable ({type(erreur).__name__})") from erreur
        return dict(lu.claims)

    def _connaitre(self) -> dict[str, Any]:
        with self._verrou:
            if self._decouverte is None:
                adresse = f"{self.emetteur.rstrip('/')}/.well-known/openid-configuration"
                lue = self._json(self._envoyer("GET", adresse))
                if lue.get("issuer") != self.emetteur:
                    raise AuthentificationRefusee("il ne se nomme pas comme on le connaît")
                self._decouverte = lue
            return self._decouverte

    def _trousseau(self, *, neuf: bool = False) -> KeySet:
        if self._cles is None or neuf:
            lues: Any = self._json(self._envoyer("GET", self._connaitre()["jwks_uri"]))
            self._cles = KeySet.import_key_set(lues)
        return self._cles

    def _envoyer(self, methode: str, adresse: str, **dits: Any) -> httpx.Response:
        try:
            reponse = httpx.request(
                methode, adresse, timeout=_DELAI_S, follow_redirects=False, verify=autorites(), **dits
            )
        except httpx.HTTPError as erreur:
            raise FournisseurInjoignable from erreur
        if reponse.is_server_error:
            raise FournisseurInjoignable
        if not reponse.is_success:
            raise AuthentificationRefusee(f"il a répondu {reponse.status_code}")
        return reponse

    def _json(self, reponse: httpx.Response) -> dict[str, Any]:
        try:
            lu = reponse.json()
        except ValueError as erreur:
            raise FournisseurInjoignable from erreur
        if not isinstance(lu, dict):
            raise FournisseurInjoignable
        return lu
