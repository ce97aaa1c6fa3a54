"""One small change of a module: what a test of that module ought to notice.

Texts are left alone (a refusal is told by its code, and a sentence is read), as are annotations, decorators and asserts.
"""

import ast
from collections.abc import Iterator
from copy import copy
from itertools import islice
from typing import Any, Final, NamedTuple

COMPARAISONS: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
OPERATIONS: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
APPELS: Final = {"min": "max", "max": "min", "any": "all", "all": "any"}
TYPES: Final = {"isinstance": 1, "issubclass": 1, "cast": 0}
"""Which argument of these is a type."""
LAISSES: Final = frozenset({"annotation", "returns", "decorator_list"})
SORTIES: Final = (ast.Raise, ast.Return, ast.Continue, ast.Break)
CONTEXTE: Final = 40
"""Signs shown on both sides of what changes."""


class Mutant(NamedTuple):
    """One change: its rank among those of its file, and what people read of it."""

    fichier: str
    rang: int
    ligne: int
    lignes: tuple[int, int]
    """First and last line of the instruction that holds it: a test that executes none of them cannot notice."""
    dans: str
    avant: str
    apres: str

    @property
    def cle(self) -> str:
        """Return what it is, wherever its line moves."""
        return f"{self.fichier} {self.dans} : {self.avant} → {self.apres}"

    def __str__(self) -> str:
        return f"{self.fichier}:{self.ligne} {self.dans} : {self.avant} → {self.apres}"


class Place(NamedTuple):
    """Where a node stands in its parent."""

    parent: ast.AST
    champ: str
    rang: int | None

    def poser(self, noeud: ast.AST) -> None:
        """Put a node there."""
        if self.rang is None:
            setattr(self.parent, self.champ, noeud)
        else:
            getattr(self.parent, self.champ)[self.rang] = noeud


class Vue(NamedTuple):
    """What a node stands in: the instruction whose lines are executed, and the function."""

    instruction: ast.AST
    noms: tuple[str, ...] = ()


def mutants(fichier: str, source: str) -> list[Mutant]:
    """Return every mutant of a source, in the order of the text."""
    trouves = []
    for rang, (vue, place, noeud, remplacant) in enumerate(_changements(ast.parse(source))):
        avant = _dire(vue.instruction)
        place.poser(remplacant)
        apres = _dire(remplacant if noeud is vue.instruction else vue.instruction)
        place.poser(noeud)
        lignes = _lignes(vue.instruction)
        ligne = getattr(noeud, "lineno", lignes[0])
        trouves.append(Mutant(fichier, rang, ligne, lignes, ".".join(vue.noms) or "module", *_difference(avant, apres)))
    return trouves


def muter(source: str, rang: int) -> ast.Module:
    """Return the tree of a source with its mutant of that rank."""
    arbre = ast.parse(source)
    _, place, _, remplacant = next(islice(_changements(arbre), rang, None))
    place.poser(remplacant)
    return ast.fix_missing_locations(arbre)


Changement = tuple[Vue, Place, ast.AST, ast.AST]


def _changements(arbre: ast.Module) -> Iterator[Changement]:
    yield from _descendre(arbre, Vue(arbre))


def _descendre(parent: ast.AST, vue: Vue) -> Iterator[Changement]:
    for champ, valeur in ast.iter_fields(parent):
        if champ in LAISSES:
            continue
        for rang, noeud in enumerate(valeur) if isinstance(valeur, list) else [(None, valeur)]:
            if not isinstance(noeud, ast.AST) or isinstance(noeud, ast.JoinedStr | ast.Assert):
                continue
            if _est_un_type(parent, champ, rang):
                continue
            dessous = _vue(noeud, vue)
            place = Place(parent, champ, rang)
            if isinstance(noeud, ast.Raise) and isinstance(parent, ast.If) and not parent.orelse:
                continue  # the whole guard is a mutant already
            for remplacant in _remplacants(noeud, vue):
                yield dessous, place, noeud, ast.copy_location(remplacant, noeud)
            yield from _descendre(noeud, dessous)


def _est_un_type(parent: ast.AST, champ: str, rang: int | None) -> bool:
    """Tell whether it is the type that such a call names: changed, it is no program."""
    match parent:
        case ast.Call(func=ast.Name(id=nom)):
            return champ == "args" and TYPES.get(nom) == rang
    return False


def _vue(noeud: ast.AST, vue: Vue) -> Vue:
    match noeud:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return Vue(noeud, (*vue.noms, noeud.name))
        case ast.stmt() | ast.match_case() | ast.ExceptHandler():
            return Vue(noeud, vue.noms)
    return vue


def _remplacants(noeud: ast.AST, vue: Vue) -> Iterator[ast.AST]:
    """Yield what may stand in place of a node; what it holds is for its own turn."""
    match noeud:
        case ast.stmt():
            yield from _instructions(noeud)
        case ast.comprehension():
            for rang in range(len(noeud.ifs)):
                filtres = noeud.ifs[:rang] + noeud.ifs[rang + 1 :]
                yield ast.comprehension(noeud.target, noeud.iter, filtres, noeud.is_async)
        case ast.BinOp(op=op) if (isinstance(op, ast.BitOr) and not vue.noms) or _texte(noeud):
            pass  # a type, or a text put together: changed, it is no program
        case ast.expr():
            yield from _expressions(noeud)


def _expressions(noeud: ast.expr) -> Iterator[ast.AST]:
    match noeud:
        case ast.Compare():
            for rang, signe in enumerate(noeud.ops):
                ops = [*noeud.ops[:rang], COMPARAISONS[type(signe)](), *noeud.ops[rang + 1 :]]
                yield ast.Compare(noeud.left, ops, noeud.comparators)
        case ast.BoolOp():
            yield ast.BoolOp(ast.Or() if isinstance(noeud.op, ast.And) else ast.And(), noeud.values)
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield noeud.operand
        case ast.BinOp() if type(noeud.op) in OPERATIONS:
            yield ast.BinOp(noeud.left, OPERATIONS[type(noeud.op)](), noeud.right)
        case ast.Constant(value=bool() as valeur):
            yield ast.Constant(not valeur)
        case ast.Constant(value=int() as valeur):
            yield ast.Constant(valeur + 1)
        case ast.Call(func=ast.Name(id=nom)) if nom in APPELS:
            yield ast.Call(ast.copy_location(ast.Name(APPELS[nom], ast.Load()), noeud), noeud.args, noeud.keywords)
        case ast.IfExp():
            yield ast.IfExp(noeud.test, noeud.orelse, noeud.body)


def _texte(noeud: ast.BinOp) -> bool:
    """Tell whether a text is put together."""
    return any(
        isinstance(n, ast.JoinedStr) or (isinstance(n, ast.Constant) and isinstance(n.value, str))
        for n in (noeud.left, noeud.right)
    )


def _instructions(noeud: ast.stmt) -> Iterator[ast.AST]:
    rien = ast.copy_location(ast.Pass(), noeud)
    match noeud:
        case ast.If() | ast.While():
            if not isinstance(noeud.test, ast.Compare | ast.BoolOp | ast.UnaryOp):
                inverse = copy(noeud)
                inverse.test = ast.copy_location(ast.UnaryOp(ast.Not(), noeud.test), noeud.test)
                yield inverse
            if isinstance(noeud, ast.If) and not noeud.orelse and isinstance(noeud.body[-1], SORTIES):
                yield rien
        case ast.Raise() | ast.Expr(value=ast.Call() | ast.Await() | ast.Yield() | ast.YieldFrom()):
            yield rien
        case (
            ast.Assign(targets=[ast.Attribute() | ast.Subscript()])
            | ast.AugAssign(target=ast.Attribute() | ast.Subscript())
        ):
            yield rien
        case ast.AugAssign() if type(noeud.op) in OPERATIONS:
            autre = copy(noeud)
            autre.op = OPERATIONS[type(noeud.op)]()
            yield autre
        case ast.Return(value=ast.expr() as valeur) if not isinstance(
            valeur, ast.Constant | ast.Compare | ast.BoolOp | ast.UnaryOp | ast.JoinedStr
        ):
            yield ast.Return(ast.copy_location(ast.Constant(None), noeud))
        case ast.Break():
            yield ast.Continue()
        case ast.Continue():
            yield ast.Break()


def _lignes(noeud: ast.AST) -> tuple[int, int]:
    if isinstance(noeud, ast.match_case):
        return noeud.pattern.lineno, noeud.pattern.end_lineno or noeud.pattern.lineno
    debut: int = getattr(noeud, "lineno", 1)
    corps = getattr(noeud, "body", None) or getattr(noeud, "cases", None)
    if isinstance(corps, list) and corps:
        return debut, max(debut, _lignes(corps[0])[0] - 1)
    return debut, getattr(noeud, "end_lineno", None) or debut


def _dire(noeud: ast.AST) -> str:
    """Return an instruction on one line; of one that holds others, its head, and the exit of a guard."""
    tete: Any = copy(noeud)
    for champ in {"orelse", "finalbody", "handlers", "cases", "decorator_list"} & set(noeud._fields):
        setattr(tete, champ, [])
    if isinstance(getattr(noeud, "body", None), list):
        garde = isinstance(noeud, ast.If) and isinstance(noeud.body[0], SORTIES)
        tete.body = tete.body[:1] if garde else [ast.Pass()]
    return " ".join(ast.unparse(tete).split()).removesuffix(" pass")


def _difference(avant: str, apres: str) -> tuple[str, str]:
    """Return what differs, with a few signs on both sides."""
    if apres == "pass":
        return (avant if len(avant) <= 3 * CONTEXTE else f"{avant[: 3 * CONTEXTE]}…"), apres
    court = min(len(avant), len(apres))
    debut = next((i for i in range(court) if avant[i] != apres[i]), court)
    reste = court - debut
    fin = next((i for i in range(reste) if avant[-1 - i] != apres[-1 - i]), reste)
    de, a = max(0, debut - CONTEXTE), max(0, fin - CONTEXTE)
    return _extrait(avant, de, len(avant) - a), _extrait(apres, de, len(apres) - a)


def _extrait(texte: str, de: int, a: int) -> str:
    return ("…" if de else "") + texte[de:a] + ("…" if a < len(texte) else "")
