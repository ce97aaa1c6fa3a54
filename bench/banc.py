"""The benches by name: `diligence banc [NOM]` runs them, docs/mesures.md quotes them."""

from collections.abc import Callable

from bench.attentes import attentes
from bench.boucle import boucle
from bench.chaine import chaine
from bench.commandes import commandes
from bench.demo import demo
from bench.documents import documents
from bench.file import file
from bench.ligne import ligne
from bench.lots import lots
from bench.memoire import memoire
from bench.mesure import Ampleur, Mesure
from bench.million import million
from bench.projections import projections
from bench.reconstruire import reconstruire
from bench.reveil import reveil
from bench.simuler import simuler
from bench.site import site
from bench.travailleurs import travailleurs

Banc = Callable[[Ampleur], list[Mesure]]

BANCS: dict[str, Banc] = {
    "commandes": commandes,
    "ligne": ligne,
    "file": file,
    "boucle": boucle,
    "demo": demo,
    "projections": projections,
    "million": million,
    "reveil": reveil,
    "travailleurs": travailleurs,
    "memoire": memoire,
    "reconstruire": reconstruire,
    "site": site,
    "documents": documents,
    "lots": lots,
    "chaine": chaine,
    "attentes": attentes,
    "simuler": simuler,
}
