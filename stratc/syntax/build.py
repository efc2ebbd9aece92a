"""Makes the tree of one statement from what lark read."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from stratc.syntax.tree import (
    About,
    Block,
    Call,
    Chain,
    Claim,
    Constant,
    Figure,
    Goal,
    Group,
    Inclusion,
    Item,
    Listing,
    Mention,
    Range,
    Setting,
    Signed,
    Text,
    Value,
    Word,
)
from stratc.text.span import Span

if TYPE_CHECKING:
    from lark import Token, Tree

    Branch: TypeAlias = Tree[Token]
    Node: TypeAlias = Branch | Token

RELATIONS = {"=": "==", "≤": "<=", "≥": ">="}
OPERATORS = {"×": "*", "·": "*", "÷": "/", "−": "-"}
_ESCAPE = re.compile(r"\\(.)")


class Builder:
    """Turns lark's trees into ours; `base` is the offset of the statement in its source."""

    def __init__(self, source: str, base: int) -> None:
        self.source, self.base = source, base

    def span(self, node: Node) -> Span:
        """Where a node or token stands in the source."""
        from lark import Token

        place = node if isinstance(node, Token) else node.meta
        return Span(self.source, self.base + (place.start_pos or 0), self.base + (place.end_pos or 0))

    def word(self, token: Node) -> Word:
        """A bare word, from its token or its rule."""
        from lark import Token

        leaf = token if isinstance(token, Token) else token.children[0]
        return Word(str(leaf), self.span(token))

    def text(self, tree: Branch) -> Text:
        """A text in quotes."""
        return Text(unquote(str(tree.children[0])), self.span(tree))

    def figure(self, tree: Branch) -> Figure:
        """A number, its unit words and its label."""
        digits, *rest = map(str, tree.children)
        label = unquote(rest.pop()) if rest and rest[-1].startswith('"') else ""
        return Figure(digits, tuple(rest), label, self.span(tree))

    def value(self, node: Node) -> Value:
        """Any value."""
        tree = branch(node)
        span, children = self.span(tree), tree.children
        match tree.data:
            case "figure":
                return self.figure(tree)
            case "word":
                return self.word(tree)
            case "text":
                return self.text(tree)
            case "sum" | "product":
                return Chain(self.value(children[0]), self.operations(children[1:]), span)
            case "negative":
                return Signed(OPERATORS.get(str(children[0]), str(children[0])), self.value(children[1]), span)
            case "group":
                return Group(self.value(children[1]), tuple(map(str, children[3:])), span)
            case "call":
                return Call(str(children[0]), tuple(map(self.value, children[2:-1])), span)
            case "range":
                return Range(self.value(children[0]), self.value(children[2]), span)
            case "about":
                return About(self.value(children[1]), span)
            case "bounds":
                low, high = self.value(children[0]), self.value(children[-1])
                return low if len(children) == 1 else Range(low, high, span)
            case _:
                return Listing(tuple(map(self.value, children[1:-1])), span)

    def operations(self, nodes: list[Node]) -> tuple[tuple[str, Value], ...]:
        """Operators and what follows each."""
        signs = (OPERATORS.get(str(sign), str(sign)) for sign in nodes[::2])
        return tuple(zip(signs, map(self.value, nodes[1::2]), strict=True))

    def item(self, tree: Branch) -> Item:
        """A whole statement."""
        children, span = tree.children, self.span(tree)
        match tree.data:
            case "setting":
                return Setting(self.word(children[0]), relation(children[1]), self.value(children[2]), span)
            case "entry":
                return Setting(self.word(children[0]), "==", self.value(children[2]), span, fields=())
            case "block":
                opened = str(children[-1]) == "{"
                labels = children[1:-1] if opened else children[1:]
                items = () if opened else None
                return Block(self.word(children[0]), tuple(map(self.value, labels)), items, span)
            case "constant":
                return Constant(self.word(children[1]), self.value(children[3]), span)
            case "inclusion":
                return Inclusion(self.text(branch(children[1])), span)
            case "mention":
                return self.mention(children, span)
            case _:
                return self.claim(children, span)

    def mention(self, children: list[Node], span: Span) -> Mention:
        """Named concepts, and what the statement credits."""
        words = tuple(self.word(child) for child in children[1:] if branch(child).data == "word")
        reasons = [self.reason(branch(child)) for child in children[1:] if branch(child).data == "because"]
        return Mention(words, span, reasons[-1] if reasons else None)

    def claim(self, children: list[Node], span: Span) -> Claim:
        """A claim and its clauses; of a clause written twice the last one counts."""
        keyword, metric, sign, value, *clauses = children
        relation_, value_ = relation(sign), self.value(value)
        claim = Claim(self.word(metric), relation_, value_, span, required=str(keyword) == "require")
        for node in clauses:
            claim = self.clause(claim, branch(node))
        return claim

    def clause(self, claim: Claim, tree: Branch) -> Claim:
        """The claim with one more clause."""
        children = tree.children
        match tree.data:
            case "tolerance":
                return replace(claim, tolerance=self.value(children[1]))
            case "per":
                return replace(claim, per=self.word(children[1]))
            case "on":
                what = self.word(children[1]) if len(children) == 3 else None
                return replace(claim, on=(what, Figure(str(children[-1]), (), "", self.span(children[-1]))))
            case "working":
                return replace(claim, working=self.value(children[1]))
            case "against":
                return replace(claim, against=Figure(str(children[1]), (), "", self.span(children[1])))
            case "because":
                return replace(claim, because=self.reason(tree))
            case _:
                met = str(children[-1]) == "met"
                goal = Goal(relation(children[1]), self.value(children[2]), met, self.span(tree))
                return replace(claim, goal=goal)

    def reason(self, tree: Branch) -> Word | Text:
        """What stands after `because`."""
        inner = branch(tree.children[1])
        return self.text(inner) if inner.data == "text" else self.word(inner)


def branch(node: Node) -> Branch:
    """The node as a tree, where the grammar lets it be nothing else."""
    from lark import Tree

    if not isinstance(node, Tree):
        raise TypeError(f"the grammar gave the token {node!r} where a rule belongs")
    return node


def relation(token: Node) -> str:
    """The canonical sign of a relation."""
    return RELATIONS.get(str(token), str(token))


def unquote(text: str) -> str:
    """The text between quotes, escapes resolved.

    >>> unquote('"a \\\\"b\\\\""')
    'a "b"'
    """
    return _ESCAPE.sub(lambda found: "\n" if found[1] == "n" else found[1], text[1:-1])
