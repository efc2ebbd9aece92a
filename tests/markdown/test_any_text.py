"""Whatever the text, reading it ends, and every span lies in it and holds the number it states."""

from __future__ import annotations

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from stratc.frontends.frontend import Reading
from stratc.frontends.markdown.read import FRONTEND
from stratc.text.source import Source

WORDS = st.sampled_from(
    [
        "TP=4",
        "EP16_TP2",
        "|",
        "||",
        "**Layers**:",
        "-",
        "#",
        "```",
        "~~~",
        ">",
        "<!--",
        "-->",
        "(",
        ")",
        "=",
        "÷",
        "×",
        "/",
        "+",
        "GPUs",
        "0-31",
        "Stage",
        "1:",
        "Layers",
        "experts",
        "per",
        "GPU",
        "64",
        "30B",
        "~2GB",
        "1,024",
        "10,240",
        "50%",
        "≥",
        "≤",
        "1F1B",
        "2x",
        "\\r\\n",
        "\\n",
        "\\t",
        "tokens/ms",
        "[0,1,2]",
        "2",
        "bytes",
        "9e999",
        "{}",
        "：",
        "层",
        "0",
        "-1",
        "1/64",
        "top-k=2",
    ]
).map(lambda word: word.replace("\\r", "\r").replace("\\n", "\n").replace("\\t", "\t"))
LINES = st.sampled_from(
    [
        "torchrun --nproc_per_node 8 --nnodes=4 pretrain_gpt.py \\",
        "  --tensor-model-parallel-size 8 --num-layers 32 --hidden-size 4096 \\",
        "$ vllm serve org/model --tensor-parallel-size <N> \\",
        "> --pp 2",
        "cat > ds.json <<EOF",
        "EOF",
        '{"tp": 4, "pp": {"size": 2},',
        '"zero_optimization": {"stage": 3}, // é',
        "}",
        "parallelism: {tp: 4}",
        "  ep: 8  # was 4",
        "- <<: *anchor",
        "...",
        "export TP_SIZE=$((4 * 2))",
        "for i in 1 2; do",
        "done",
        "[parallelism]",
        "tensor_parallel_degree = 8",
        "llm = LLM(model='é', tensor_parallel_size=8)",
        "def f(tp=2):",
        "    return {'tp': 2}",
        "`",
        '"',
        "$(",
    ]
)
MARKS = st.sampled_from(["", "> ", "  "])
TAGS = st.sampled_from(["", "bash", "console", "json", "yaml", "toml", "python", "text"])
FENCES = st.builds(
    lambda mark, tag, lines: "\n".join(f"{mark}{line}" for line in (f"```{tag}", *lines, "```")),
    MARKS,
    TAGS,
    st.lists(LINES, max_size=12),
)
ASSERTED = ("balance.perfect", "scaling.linear")  # said in words
PROSE = st.lists(WORDS, max_size=60).map(" ".join)


def reading(text: str) -> Reading:
    return FRONTEND.read(Source("plan.md", text), lambda path, _: Source(path, ""))


@given(st.one_of(st.text(), PROSE, FENCES))
@example("SCALING:LINEAR")
@settings(deadline=None, max_examples=150)
def test_spans_lie_in_the_text_and_hold_the_number(text: str) -> None:
    found = reading(text)
    for statement in found.statements:
        assert 0 <= statement.span.start <= statement.span.end <= len(text)
        assert 0 <= statement.context.start <= statement.context.end <= len(text)
        written = text[statement.span.start : statement.span.end]
        if statement.quantity is not None and statement.working is None and statement.subject not in ASSERTED:
            assert any(char.isdigit() for char in written)
    assert len(found.unread) <= found.quantities
    for each in found.unread:
        assert text[each.span.start : each.span.end] == each.text


@given(PROSE)
@settings(deadline=None, max_examples=50)
def test_times_and_asterisk_read_alike(text: str) -> None:
    assume(not any(line.lstrip().startswith("×") for line in text.splitlines()))  # where an asterisk begins an item
    starred = text.replace("×", "*")
    assert [each.value for each in reading(text).statements] == [each.value for each in reading(starred).statements]


def test_suppressions_speak_of_their_line_or_the_next() -> None:
    text = (
        "- TP: 4 <!-- stratc: ignore[DV101, ME102] known -->\n\n<!-- stratc: allow world-size-mismatch -->\n\n- PP: 2\n"
    )
    first, second = reading(text).suppressions
    assert (first.rules, first.first_line, first.last_line, first.reason) == (("DV101", "ME102"), 1, 1, "known")
    assert (second.rules, second.first_line, second.last_line) == (("world-size-mismatch",), 5, 5)
