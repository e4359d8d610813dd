"""What steps that ask are made of: menu entries, retries, limits, confirmations. Data only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from ivrkit.call.fields import Condition, Duration, Flag, KeyField, Reads, Text, Times
from ivrkit.call.locale import nearest_tag, wider
from ivrkit.call.prompt import Prompt
from ivrkit.call.step import Form
from ivrkit.call.targets import NOWHERE, Branch, Mark, Target
from ivrkit.expressions.expression import Expression, Setting, Template
from ivrkit.expressions.types import Type
from ivrkit.input.patterns import Pattern

FIRST_DIGIT, BETWEEN_DIGITS, ATTEMPTS = 5.0, 3.0, 3
"""What holds where a question does not say otherwise (docs/keys.md): seconds, and questions."""

Words = Mapping[str, tuple[str, ...]]
"""Words that choose an entry, per language; ``""`` holds those for whatever language."""

Assigned = Setting | Template
"""A value that the type of its variable or field decides: a literal or one whole ``{{ }}`` is a
Setting of type ``any``, text around ``{{ }}`` a Template."""


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One entry of ``keys``: what is pressed, where it leads, how it is announced.

    ``way`` is the way by which the step is left for it (``keys/1``); its last part is the
    pattern's text. ``when`` false: neither offered nor announced.
    """

    pattern: Pattern
    to: Target
    way: str
    say: Prompt | None = None
    label: str | None = None
    words: Words = field(default_factory=dict)
    when: Expression | None = None
    mark: Mark = field(default=NOWHERE, compare=False)

    def words_in(self, language: str) -> tuple[str, ...]:
        """The words that choose it in a language."""
        return words_in(self.words, language)


def words_in(words: Words, language: str) -> tuple[str, ...]:
    """The words of one language, and those of all. ``de-AT`` takes those of ``de`` too; where it
    has neither, those of another variant, in which its texts are spoken, too."""
    if not words:
        return ()
    tags = [each for each in wider(language) if each in words]
    if not tags:
        near = nearest_tag(language, filter(None, words))
        tags = [] if near is None else [near]
    return words.get("", ()) + tuple(word for tag in tags for word in words[tag])


@dataclass(frozen=True, slots=True)
class RetryPrompt:
    """What is said after one failed attempt. ``reprompt`` False: the question is not repeated."""

    prompt: Prompt | None
    reprompt: bool = True


@dataclass(frozen=True, slots=True)
class Retry:
    """``no_input`` and ``no_match``: what is said before the question is asked again."""

    prompts: tuple[RetryPrompt, ...] = ()

    def after(self, failures: int) -> RetryPrompt:
        """What is said after so many failures of this sort (from 1); the last is reused."""
        if not self.prompts:
            return RetryPrompt(None)
        return self.prompts[min(failures, len(self.prompts)) - 1]


@dataclass(frozen=True, slots=True)
class DigitCount:
    """How many digits are asked for: ``4`` or ``6-12``."""

    least: int
    most: int

    @property
    def pattern(self) -> Pattern:
        """The pattern that awaits them."""
        return Pattern.digits(self.least, self.most)


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a value stands in a line of fixed columns: the first is 1, ``last`` belongs to it;
    None: to the end."""

    first: int
    last: int | None

    def __str__(self) -> str:
        return f"{self.first}-{'' if self.last is None else self.last}"


@dataclass(frozen=True, slots=True)
class Check:
    """What an entry must hold: a condition, or steps that end with ``wrong`` if it does not.

    Exactly one of the two is there. The steps are the way ``check``.
    """

    condition: Expression | None = None
    steps: Branch | None = None


@dataclass(frozen=True, slots=True)
class Iteration:
    """``each: message in messages``: the name of the item, and the list."""

    name: str
    items: Expression


class EntriesFrom(Form):
    """``keys_from`` of a menu: an entry for each item of a list. The item, and `loop`, hold in all
    of these fields; the one that is chosen is `input.item`."""

    each: Annotated[Iteration, Reads("iteration")]
    """The name of the item and the list: `slot in slots`."""
    key: Text
    """The keys of the item: `"{{ loop.index }}"`."""
    to: Annotated[Target, Reads("target")]
    """Where it leads, whichever item is chosen."""
    say: Annotated[Prompt, Reads("prompt")] | None = None
    """How the menu announces it ("For Monday, press 1.")."""
    when: Condition | None = None
    """Neither offered nor announced where this is false."""
    label: Text | None = None
    """What `into` receives; the keys if not said."""
    most: Times | None = None
    """How many items are offered at most; 9 if not said."""

    def local_names(self) -> Mapping[str, Type]:
        loop = Type("record", fields={"index": Type("number"), "last": Type("flag")})
        return {"loop": loop, self.each.name: Type("any")}


class AttemptLimits(Form):
    """How often it is asked. ``each`` is meant by ``attempts: 3``: the limit for silence and the
    limit for wrong input, where these are not given singly. ``total`` counts every question."""

    main = "each"

    each: Times | None = None
    """The limit for silence, and the limit for wrong input."""
    no_input: Times | None = None
    """The limit for silence."""
    no_match: Times | None = None
    """The limit for wrong input."""
    total: Times | None = None
    """The limit for all questions of this entry together, `again` included."""


class ReadBack(Form):
    """How an entry is read back; ``attempts`` is its own count."""

    prompt: Annotated[Prompt, Reads("prompt")] | None = None
    """The question; in the language's own words if not said."""
    yes: KeyField = "1"
    """The key that says that it is right."""
    no: KeyField = "2"
    """The key that asks anew."""
    attempts: Times | None = None
    """How often the caller may say no or be silent; 3 if not said."""

    @property
    def is_wanted(self) -> bool:
        """Whether an entry is ever read back."""
        return True


class Confirmation(ReadBack):
    """``confirm: true``, or with a prompt and keys of its own."""

    main = "wanted"

    wanted: Flag = True
    """Whether the entry is read back."""

    @property
    def is_wanted(self) -> bool:
        return self.wanted


class Meanwhile(Form):
    """A section or steps that run for the caller while a long step goes on (way
    ``meanwhile``); ``after`` lets them begin later."""

    main = "do"

    do: Annotated[Target, Reads("target")]
    """The section or steps that run for the caller."""
    after: Duration | None = None
    """How long the step has gone on when they begin; at once if not said."""


PromptField = Annotated[Prompt, Reads("prompt")]
"""What is said: a text, a part, a list of parts."""
TargetField = Annotated[Target, Reads("target")]
"""A section's name, steps in place, or a reserved word."""
EntriesField = Annotated[tuple[MenuEntry, ...], Reads("entries")]
"""``keys`` of a menu: pattern → target, or ``{to, say, label, words, when}``."""
PartyKeysField = Annotated[Mapping[str, tuple[MenuEntry, ...]], Reads("party_entries")]
"""``keys`` of a long step: those of the caller, or per party (``{callee: {…}}``)."""
RetryField = Annotated[Retry, Reads("retry")]
"""``no_input``, ``no_match``."""
DigitCountField = Annotated[DigitCount, Reads("digit_count")]
"""``4`` or ``6-12``."""
ColumnsField = Annotated[Columns, Reads("columns")]
"""``10-19``, ``7``, or ``20-`` to the end."""
CheckField = Annotated[Check, Reads("check")]
"""A condition over the entry, or steps."""
IterationField = Annotated[Iteration, Reads("iteration")]
"""``item in list``."""
AssignedField = Annotated[Assigned, Reads("value")]
"""One value: a literal, one whole ``{{ }}`` (its type is kept), or a text."""
AssignmentsField = Annotated[Mapping[str, Assigned], Reads("assignments")]
"""``set``: variable (or ``record.field``) → value, from top to bottom."""
ArgumentsField = Annotated[Mapping[str, Assigned | Prompt], Reads("arguments")]
"""``with`` of a ``run``: parameter → value, or a prompt (a list or part)."""
ValuesField = Annotated[Mapping[str, Assigned], Reads("values")]
"""``payload`` and the like: field → value."""
SecretValuesField = Annotated[Mapping[str, Assigned], Reads("values", secrets=True)]
"""Values that may be secrets (parameters of a database, headers)."""
DocumentField = Annotated[object, Reads("document", secrets=True)]
"""A document of JSON, written as YAML: records, lists, values; a number, ``true``, ``false`` and
``null`` without quotes are what they are in JSON."""
TakenField = Annotated[Mapping[str, str], Reads("taken")]
"""What is taken out of an answer: a variable or field → where it is (a JSON pointer, an XPath)."""
WordsField = Annotated[Words, Reads("words")]
"""A list of words, or one list per language."""
