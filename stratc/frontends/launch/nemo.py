"""Recipes of NeMo 2: Python that gathers arguments; read as far as they are literal, never run.

A recipe calls functions of its own file, whose parameters have defaults, and then sets attributes of what it got.
Source: nemo/collections/llm/recipes of NeMo 2.
"""

from __future__ import annotations

import ast
import operator
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from stratc.frontends.frontend import Load, Reading, Unread
from stratc.frontends.launch import megatron, overrides
from stratc.frontends.launch.settings import Setting, Settings, of, unread
from stratc.ir.statement import Statement
from stratc.text.source import Source
from stratc.text.span import Span

NAMES = {  # a parameter of a recipe's trainer, and the argument of Megatron that it becomes
    "tensor_parallelism": "tensor_model_parallel_size",
    "pipeline_parallelism": "pipeline_model_parallel_size",
    "virtual_pipeline_parallelism": "virtual_pipeline_model_parallel_size",
    "context_parallelism": "context_parallel_size",
    "expert_parallelism": "expert_model_parallel_size",
    "expert_tensor_parallelism": "expert_tensor_parallel_size",
    "sequence_parallelism": "sequence_parallel",
    "num_gpus_per_node": "devices",
}
KNOWN = {
    *NAMES.values(),
    *("num_nodes", "seq_length", "global_batch_size", "micro_batch_size", "num_layers", "hidden_size"),
    *("num_attention_heads", "num_query_groups", "ffn_hidden_size", "kv_channels", "num_moe_experts"),
    *("recompute_granularity", "num_layers_in_first_pipeline_stage", "num_layers_in_last_pipeline_stage"),
    *("account_for_embedding_in_pipeline_split", "account_for_loss_in_pipeline_split", "precision", "moe_router_topk"),
}
ENTRIES = ("pretrain_recipe", "recipe", "configure_recipe", "finetune_recipe", "main")
DEEPEST, MOST = 8, 2_000
_MODEL = re.compile(r"([A-Z][A-Za-z]*?)(\d*)Config(\w*)")
_WORKED: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.FloorDiv: operator.floordiv,
}  # fmt: skip
_ORDER: dict[type[ast.cmpop], Callable[[int, int], bool]] = {
    ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Lt: operator.lt, ast.LtE: operator.le, ast.NotEq: operator.ne,
}  # fmt: skip
OPEN: Any = object()  # a value that only a run would tell


@dataclass(slots=True)
class _Walk:
    """What has been gathered on the way through the functions of a recipe."""

    source: Source
    functions: dict[str, ast.FunctionDef]
    constants: dict[str, Any] = field(default_factory=dict)  # of the file
    found: dict[str, Setting] = field(default_factory=dict)
    model: Statement | None = None
    steps: int = 0

    def block(self, statements: Sequence[ast.stmt], known: dict[str, Any], depth: int) -> None:
        """Statements in order; of a condition the arm that its names tell."""
        for each in statements:
            self.steps += 1
            if self.steps > MOST or depth > DEEPEST:
                return
            match each:
                case ast.If():
                    test = value(each.test, known)
                    self.block(each.body if test is not OPEN and test else each.orelse, known, depth)
                case ast.With():
                    self.block(each.body, known, depth)
                case ast.Assign(targets=[target], value=given):
                    self.expression(given, known, depth)
                    self.assigned(target, given, known)
                case ast.Expr(value=given) | ast.Return(value=ast.expr() as given):
                    self.expression(given, known, depth)

    def assigned(self, target: ast.expr, given: ast.expr, known: dict[str, Any]) -> None:
        """A variable, or an attribute of what a recipe has gathered."""
        if isinstance(target, ast.Name):
            known[target.id] = value(given, known)
        elif isinstance(target, ast.Attribute):
            self.said(target.attr, given, known)

    def expression(self, given: ast.expr, known: dict[str, Any], depth: int) -> None:
        """The calls of an expression, the innermost last; functions of the file are followed."""
        for call in (each for each in ast.walk(given) if isinstance(each, ast.Call)):
            self.named(call)
            own = self.functions.get(call.func.id) if isinstance(call.func, ast.Name) else None
            if own is not None:
                self.function(own, call, known, depth + 1)
                continue
            for keyword in call.keywords:
                if keyword.arg is not None:
                    self.said(keyword.arg, keyword.value, known)

    def function(self, own: ast.FunctionDef, call: ast.Call | None, known: dict[str, Any], depth: int) -> None:
        """The body of a function with its parameters as a call or their defaults set them."""
        names = [each.arg for each in own.args.args]
        inside: dict[str, Any] = {**self.constants, **dict.fromkeys(names, OPEN)}
        defaults = dict(zip(names[len(names) - len(own.args.defaults) :], own.args.defaults, strict=True))
        given = dict(zip(names, call.args, strict=False)) if call else {}
        given |= {each.arg: each.value for each in call.keywords if each.arg} if call else {}
        for name, default in defaults.items():
            inside[name] = Told(value(default, self.constants), _origin(default, self.constants))
        for name, expression in given.items():
            inside[name] = Told(value(expression, known), _origin(expression, known))
        self.block(own.body, inside, depth)

    def said(self, name: str, given: ast.expr, known: dict[str, Any]) -> None:
        """One argument by its name, where it is literal or a parameter with a literal default."""
        name = NAMES.get(name, name)
        if name not in KNOWN:
            return
        told, place = value(given, known), self.span(_origin(given, known))
        if told is None:
            self.found.pop(name, None)
            return
        self.found[name] = Setting(name, None if told is OPEN else told, place, place, name)

    def named(self, call: ast.Call) -> None:
        """The model whose class a configuration is made of."""
        if isinstance(call.func, ast.Attribute) and call.func.attr in ENTRIES and self.model is None:
            module = call.func.value  # llm.llama3_70b.pretrain_recipe(…)
            name = module.attr if isinstance(module, ast.Attribute) else getattr(module, "id", "")
            if any(map(str.isdigit, name)):
                self.model = Statement("model.name", name.replace("_", "-"), self.span(module), self.span(module))
        for each in call.args[:1]:
            name = each.attr if isinstance(each, ast.Attribute) else each.id if isinstance(each, ast.Name) else ""
            match = _MODEL.fullmatch(name)
            if match and (match[3] or match[2] or match[1].endswith(("V2", "V3"))) and self.model is None:
                version = ".".join(match[2]) if len(match[2]) == 2 else match[2]
                words = " ".join(part for part in (match[1], version, match[3]) if part)
                self.model = Statement("model.name", words, self.span(each), self.span(each))

    def span(self, node: ast.AST) -> Span:
        """Where an expression stands; ast counts columns in bytes."""
        line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
        last, end = getattr(node, "end_lineno", line), getattr(node, "end_col_offset", column)
        return Span(self.source.name, self._offset(line, column), self._offset(last, end))

    def _offset(self, line: int, column: int) -> int:
        start = self.source.line_starts[line - 1]
        return start + len(self.source.line(line).encode()[:column].decode(errors="ignore"))


@dataclass(frozen=True, slots=True)
class Told:
    """The value of a parameter, and the expression that gave it."""

    value: Any
    place: ast.expr


def value(given: ast.expr, known: dict[str, Any]) -> Any:
    """What an expression is, OPEN where only a run would tell."""
    match given:
        case ast.Constant(value=told):
            return told
        case ast.Name(id=name):
            found = known.get(name, OPEN)
            return found.value if isinstance(found, Told) else found
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            told = value(inner, known)
            return OPEN if told is OPEN else not told
        case ast.Compare(left=left, ops=[ast.Is() | ast.Eq()], comparators=[right]):
            one, other = value(left, known), value(right, known)
            return OPEN if OPEN in (one, other) else one == other
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _ORDER:
            one, other = value(left, known), value(right, known)
            return _ORDER[type(op)](one, other) if isinstance(one, int) and isinstance(other, int) else OPEN
        case ast.IfExp(test=test, body=body, orelse=other):
            told = value(test, known)
            return OPEN if told is OPEN else value(body if told else other, known)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _WORKED:
            one, other = value(left, known), value(right, known)
            whole = isinstance(one, int) and isinstance(other, int) and (other or not isinstance(op, ast.FloorDiv))
            return _WORKED[type(op)](one, other) if whole else OPEN
        case _:
            return OPEN


def _origin(given: ast.expr, known: dict[str, Any]) -> ast.expr:
    """The expression that gave a value: of a parameter the default or the argument."""
    found = known.get(given.id) if isinstance(given, ast.Name) else None
    return found.place if isinstance(found, Told) else given


def reading(source: Source) -> Reading | None:
    """What a recipe says; None when a program is none."""
    try:
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(source.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    functions = {each.name: each for each in tree.body if isinstance(each, ast.FunctionDef)}
    walk = _Walk(source, functions, dict(_constants(tree)))
    entry = next((functions[name] for name in ENTRIES if name in functions), None)
    if entry is not None:
        walk.function(entry, None, {}, 0)
    else:
        walk.block(tree.body, {**walk.constants, "__name__": "__main__"}, 0)
    settings = of(walk.found.values())
    said = [*_statements(settings), *((walk.model,) if walk.model else ())]
    if not megatron.is_megatron(settings):
        return None
    first = min((each.span for each in said), default=Span(source.name, 0, 0))
    said += [
        Statement("strategy.framework", "NeMo", first, first),
        Statement("workload.phase", "training", first, first),
    ]
    left = [*unread(settings, said)]
    if not any(each.subject == "strategy.device_count" for each in said):
        left.append(Unread(first, "how many devices are used: not told here"))
    figures = {each.span for each in said} | {each.span for each in left}
    return Reading((source,), tuple(said), unread=tuple(left), quantities=len(figures))


def _constants(tree: ast.Module) -> Iterator[tuple[str, Told]]:
    """The literal values that a file gives names, where it gives each name one."""
    given = [each for each in tree.body if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name)]
    names = [each.targets[0].id for each in given if isinstance(each.targets[0], ast.Name)]
    for name, each in zip(names, given, strict=True):
        if isinstance(each.value, ast.Constant) and names.count(name) == 1:
            yield name, Told(each.value.value, each.value)


def _statements(settings: Settings) -> Iterator[Statement]:
    yield from megatron.nemo(settings)
    yield from overrides.devices(settings)


@dataclass(frozen=True, slots=True)
class RecipeFrontend:
    """Reads recipes in Python; another program is read as text."""

    suffixes: tuple[str, ...] = (".py",)

    def read(self, source: Source, load: Load) -> Reading:
        """What the recipe gathers; nothing of it is run."""
        found = reading(source)
        if found is not None:
            return found
        from stratc.frontends.markdown.read import FRONTEND as PROSE

        return PROSE.read(source, load)


FRONTEND = RecipeFrontend()
