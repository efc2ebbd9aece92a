"""What is known, and why it is believed."""

from __future__ import annotations

from dataclasses import field
from typing import Any, Generic, Literal, TypeAlias, TypeVar

from stratc.record import Record, dataclass
from stratc.text.span import Span

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Stated(Record):
    """The document says so, here; a fact repeated keeps every place."""

    places: tuple[Span, ...]
    kind: Literal["stated"] = "stated"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Given(Record):
    """Said outside the document: by a flag, a configuration key or a catalogue entry that the document names."""

    by: str
    places: tuple[Span, ...] = ()
    kind: Literal["given"] = "given"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Assumed(Record):
    """Nobody said so; a convention, and the reason it was chosen."""

    because: str
    kind: Literal["assumed"] = "assumed"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Derived(Record):
    """It follows from other facts by one named step."""

    by: str
    inputs: tuple[Known[Any], ...]
    kind: Literal["derived"] = "derived"


Origin: TypeAlias = Stated | Given | Assumed | Derived


@dataclass(frozen=True, slots=True, repr=False)
class Known(Record, Generic[T_co]):
    """A value that remembers its origin; two are equal when their values are."""

    value: T_co
    origin: Origin = field(compare=False, repr=False)

    def spans(self) -> tuple[Span, ...]:
        """Every place in the documents this value rests on."""
        match self.origin:
            case Stated(places) | Given(_, places):
                return places
            case Derived(_, inputs):
                return tuple(dict.fromkeys(span for known in inputs for span in known.spans()))
            case Assumed():
                return ()

    @property
    def is_stated(self) -> bool:
        """Whether the document itself says so."""
        return isinstance(self.origin, Stated)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Unknown(Record):
    """The plan does not say, and nothing it says implies it."""

    key: str


Fact: TypeAlias = Known[T] | Unknown


class Missing(LookupError):  # noqa: N818  # no error: the plan does not say
    """Raised by `need`, caught by the rule runner, the backends' front and the search; users never see it."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def need(fact: Known[T] | Unknown) -> Known[T]:
    """The fact itself; raises Missing, which silences the rule that asked."""
    if isinstance(fact, Unknown):
        raise Missing(fact.key)
    return fact


def value_or(fact: Known[T] | Unknown, default: T) -> T:
    """The value of a fact, or a default where the plan does not say."""
    return default if isinstance(fact, Unknown) else fact.value
