"""An identity provider of one's own, on a free port: it signs as ProConnect does, and lies when it is asked to."""

import asyncio
import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from adapters.horloge import HorlogeReelle
from adapters.serveur import servir

CLIENT, SECRET = "diligence-essai", "un secret d’essai"


@dataclass
class Emetteur:
    """What it says, and of whom; `menteries` change the claims it signs, by the name of the answer."""

    url: str = ""
    sujet: str = "sujet-1"
    courriel: str = "ines@exemple.fr"
    siret: str = "00000000000018"
    acr: str = "un"
    age_s: int | None = 0
    pkce: bool = True
    cle: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "une"}))
    signe_par: RSAKey | None = None
    menteries: dict[str, dict[str, Any]] = field(default_factory=dict)
    brut: dict[str, Response] = field(default_factory=dict)
    demandes: list[dict[str, str]] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def maintenant(self) -> int:
        return int(HorlogeReelle().maintenant().timestamp())

    def signer(self, nom: str, dit: dict[str, Any]) -> str:
        cle = self.signe_par or self.cle
        return jwt.encode({"alg": "RS256", "kid": "une"}, dit | self.menteries.get(nom, {}), cle)

    def application(self) -> FastAPI:
        """Return its pages."""
        app = FastAPI()

        @app.get("/.well-known/openid-configuration")
        def decouverte() -> dict[str, Any]:
            adresses = {
                f"{nom}_endpoint": f"{self.url}/{nom}" for nom in ("authorization", "token", "userinfo", "end_session")
            }
            pkce = {"code_challenge_methods_supported": ["S256"]} if self.pkce else {}
            return {"issuer": self.url, "jwks_uri": f"{self.url}/cles", **adresses, **pkce}

        @app.get("/cles")
        def cles() -> Any:
            return KeySet([self.cle]).as_dict(private=False)

        @app.get("/authorization")
        def authorization(request: Request) -> Response:
            demande = dict(request.query_params)
            self.demandes.append(demande)
            code = secrets.token_urlsafe(16)
            self.codes[code] = demande
            return RedirectResponse(f"{demande['redirect_uri']}?code={code}&state={demande['state']}")

        @app.post("/token")
        async def token(request: Request) -> Response:
            envoye = {cle: valeur[0] for cle, valeur in parse_qs((await request.body()).decode()).items()}
            demande = self.codes.pop(envoye.get("code", ""), None)
            if demande is None or not self._est_le_meme(envoye, demande):
                return JSONResponse({"error": "invalid_grant"}, 400)
            quand = {} if self.age_s is None else {"auth_time": self.maintenant() - self.age_s}
            dit = {"nonce": demande["nonce"], "exp": self.maintenant() + 60, "acr": self.acr, **quand, **self._qui()}
            return self.brut.get("token") or JSONResponse({"access_token": "acces", "id_token": self.signer("id", dit)})

        @app.get("/userinfo")
        def userinfo(request: Request) -> Response:
            assert request.headers["authorization"] == "Bearer acces"
            dit = {"email": self.courriel, "siret": self.siret, **self._qui()}
            return self.brut.get("userinfo") or PlainTextResponse(
                self.signer("userinfo", dit), media_type="application/jwt"
            )

        return app

    def _qui(self) -> dict[str, Any]:
        return {"iss": self.url, "aud": CLIENT, "sub": self.sujet}

    def _est_le_meme(self, envoye: dict[str, str], demande: dict[str, str]) -> bool:
        defi = base64.urlsafe_b64encode(hashlib.sha256(envoye.get("code_verifier", "").encode()).digest())
        return (
            (envoye["client_id"], envoye["client_secret"]) == (CLIENT, SECRET)
            and envoye["redirect_uri"] == demande["redirect_uri"]
            and (not self.pkce or defi.rstrip(b"=").decode() == demande["code_challenge"])
        )


def acr_demandee(demande: dict[str, str]) -> Any:
    """Return what was asked of the number of factors."""
    return json.loads(demande["claims"])["id_token"]["acr"]


@contextmanager
def emetteur_servi() -> Iterator[Emetteur]:
    """Serve one from a thread."""
    emetteur, prete, arret = Emetteur(), threading.Event(), threading.Event()

    async def tenir() -> None:
        async with servir(emetteur.application()) as ouvert:
            emetteur.url = ouvert.url
            prete.set()
            await asyncio.to_thread(arret.wait)

    fil = threading.Thread(target=lambda: asyncio.run(tenir()))
    fil.start()
    assert prete.wait(10)
    try:
        yield emetteur
    finally:
        arret.set()
        fil.join(10)
