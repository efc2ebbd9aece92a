"""Arithmetic is read as the published grammar has it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stratc.arith.term import Apply, Literal, Term
from stratc.frontends.markdown.workings.joined import joined
from stratc.frontends.markdown.workings.operand import Item, Operand
from stratc.syntax.grammars import parser_of

FIGURES = st.integers(0, 9).map(lambda n: Operand(n, n, None, (n, n + 1), None))
SIGNS = st.sampled_from(["+", "-", "×", "÷"])
ITEMS = st.recursive(
    FIGURES.map(lambda each: [each]),
    lambda inner: st.one_of(
        st.tuples(inner, SIGNS, inner).map(lambda parts: [*parts[0], parts[1], *parts[2]]),
        inner.map(lambda items: ["(", *items, ")"]),
    ),
    max_leaves=12,
)


def shape(node: object) -> object:
    """A tree of the grammar, as nested tuples."""
    children = getattr(node, "children", None)
    return str(node) if children is None else tuple(map(shape, children))


def shape_of(term: Term) -> object:
    """A term in the same form."""
    match term:
        case Apply(sign, left, right):
            return shape_of(left), sign, shape_of(right)
    return f"N{term.value:g}"


@given(ITEMS)
def test_figures_are_joined_as_the_grammar_has_it(items: list[Item]) -> None:
    text = " ".join(f"N{item.at}" if isinstance(item, Operand) else item for item in items)
    tree = parser_of("working").parse(text).children[0]
    assert shape_of(joined(items, lambda operand: Literal(operand.value))) == shape(tree)
