"""The benches by name: `diligence banc [NOM]` runs them, docs/mesures.md quotes them."""

from collections.abc import Callable

from bench.boucle import boucle
from bench.commandes import commandes
from bench.demo import demo
from bench.file import file
from bench.mesure import Ampleur, Mesure

Banc = Callable[[Ampleur], list[Mesure]]

BANCS: dict[str, Banc] = {"commandes": commandes, "file": file, "boucle": boucle, "demo": demo}
