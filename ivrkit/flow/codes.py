"""The catalogue of diagnostic codes: what each means and what to do, in one place per code.

Codes are stable: scripts, editors and suppressions rely on them. Whoever reports a code defines
it first, and a test demands an example file for every code that is defined.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Code:
    """A kind of finding. ``explanation`` says why it is one and what to write instead."""

    name: str
    title: str
    explanation: str


CATALOGUE: Final[dict[str, Code]] = {}


def define(name: str, title: str, explanation: str) -> str:
    """Add a code to the catalogue; gives its name back. A name is defined once only."""
    if name in CATALOGUE:
        raise ValueError(f"the diagnostic code {name!r} is defined twice")
    CATALOGUE[name] = Code(name, title, explanation)
    return name


# ---- the file ----------------------------------------------------------------------------------

NOT_UTF8 = define(
    "not-utf8",
    "The file is not UTF-8",
    "Flow files are UTF-8 texts without control characters. Save the file as UTF-8.",
)
UNREADABLE = define(
    "unreadable",
    "The file cannot be read",
    "The file does not exist, is a folder, or may not be read by this user.",
)
TOO_LARGE = define(
    "too-large",
    "The file is too large, too deep or expands to too much",
    "A file may have 4 MB, 200,000 values and 60 levels, its aliases counted as what they "
    "stand for. Split the flow into several, and run one from the other.",
)
YAML_SYNTAX = define(
    "yaml-syntax",
    "This is not YAML",
    "The indentation, a bracket or a quotation mark is not as YAML demands. The place is where "
    "the reading stopped: the mistake is there or just before.",
)
TAB = define(
    "tab",
    "A tab stands where YAML wants spaces",
    "YAML indents with spaces only. Let the editor write spaces.",
)
COLON_IN_TEXT = define(
    "colon-in-text",
    "A colon and a space stand in a text without quotes",
    "YAML takes a colon followed by a space for the end of a key. Put the text in quotes.",
)
BARE_STAR = define(
    "bare-star",
    "A star or ampersand stands without quotes",
    "YAML takes * for a reference to an anchor and & for an anchor. Write the key as the word "
    'star, or put it in quotes: "*31".',
)
UNQUOTED_EXPRESSION = define(
    "unquoted-expression",
    "A value begins with {{ and has no quotes",
    'YAML takes { for the beginning of a mapping. Write it in quotes: "{{ … }}".',
)
RESERVED_CHARACTER = define(
    "reserved-character",
    "A text begins with a character that YAML keeps for itself",
    "A plain text cannot begin with @, `, % or similar characters. Put it in quotes.",
)
CUT_BY_COMMENT = define(
    "cut-by-comment",
    "A text is cut off by ' #'",
    "YAML takes a # after a space for the beginning of a comment, and drops the rest of the "
    "line. Put the text in quotes if the rest belongs to it; write the comment on a line of "
    "its own if not.",
)
TEXT_IN_BRACKETS = define(
    "text-in-brackets",
    "A text stands in [ ] or { } without quotes",
    "In brackets a comma ends a text and a question mark may begin a key. Write texts on lines "
    "of their own (- text), or in quotes.",
)
DUPLICATE_KEY = define(
    "duplicate-key",
    "A key stands twice in one mapping",
    "Most YAML readers silently keep the last one. Remove one of them, or give it another name.",
)
SEVERAL_DOCUMENTS = define(
    "several-documents",
    "The file holds several documents",
    "A flow file is one document: remove the line --- and what follows, or make it a file of "
    "its own.",
)
EMPTY_FILE = define("empty-file", "The file is empty", "A flow file holds at least `sections`.")
TAGGED = define(
    "tagged",
    "A YAML tag or a merge key is used",
    "Tags (!name) and merge keys (<<) have no meaning in a flow: the field decides what a value "
    "means. Remove them.",
)

# ---- the flow ----------------------------------------------------------------------------------

NOT_YET = define(
    "not-yet",
    "This version does not have it yet",
    "The word belongs to the language of ivrkit, and this version does not serve it. It is refused "
    "rather than ignored: leave it out, or say it with what there is.",
)
UNKNOWN_FIELD = define(
    "unknown-field",
    "A field is not known here",
    "The mapping has no field of this name. The hint gives the nearest one, or the side of the "
    "step on which it belongs.",
)
MISSING_FIELD = define(
    "missing-field",
    "A field is missing",
    "A field without which the mapping means nothing is not there.",
)
WRONG_FORM = define(
    "wrong-form",
    "A value has the wrong form",
    "A list, a mapping or a single value stands where another form is expected.",
)
BAD_VALUE = define(
    "bad-value",
    "A value is not what its field takes",
    "The field decides what a value means: a number, a duration, a key, a flag, a name. The "
    "message says what was expected, the hint how it is written.",
)
BAD_NAME = define(
    "bad-name",
    "A name is not well formed",
    "Variables are snake_case, sections and flows kebab-case; both begin with a letter.",
)
RESERVED_NAME = define(
    "reserved-name",
    "A name has a meaning already",
    "Reserved words (next, again, hangup …) cannot be sections; names that are always there "
    "(call, input, attempt …) cannot be declared as variables.",
)
BAD_EXPRESSION = define(
    "bad-expression",
    "An expression cannot be read",
    "Expressions and {{ }} are Jinja2's syntax: names, constants, fields, arithmetic, "
    "comparisons, and or not in, if else, ~, and registered functions and filters.",
)
TEMPLATE_IN_STATEMENT = define(
    "template-in-statement",
    "A {{ }} stands in a statement",
    "What is put into the text of a statement can change what the statement does, and a caller may "
    "have chosen it. Write :account where the value of the variable account belongs: it travels "
    "beside the statement. A value that is worked out gets a name in `with`.",
)
BAD_TYPE = define(
    "bad-type",
    "A type cannot be read",
    "A type is a word (text, digits, number, money, flag, date, time, datetime, duration, "
    "phone, prompt, secret), {choice: […]}, {list: …}, a record, or {type: …, default: …}.",
)
UNKNOWN_VERSION = define(
    "unknown-version",
    "This version of the language is not known",
    "`ivrkit:` names the version of the language in which the file is written: 1.",
)
FLOW_NAME = define(
    "flow-name",
    "A flow has another name than its file",
    "flows/library/survey.yaml is the flow library/survey. Rename one of the two, or leave out "
    "`flow:`.",
)
UNKNOWN_FLOW = define(
    "unknown-flow",
    "A flow that is run does not exist",
    "`run: {flow: library/survey}` needs the file library/survey.yaml in the folder of flows.",
)

# ---- the step ----------------------------------------------------------------------------------

UNKNOWN_VERB = define(
    "unknown-verb",
    "This is no verb",
    "A step is a mapping with exactly one verb. The hint gives the nearest one.",
)
NO_VERB = define(
    "no-verb",
    "A step without a verb",
    "A step is a mapping with exactly one verb, such as say, menu or goto; `when`, `exits` and "
    "the like only stand beside one.",
)
TWO_VERBS = define(
    "two-verbs",
    "A step with two verbs",
    "Each step is an item of its own in the list: put `- ` before the second verb.",
)
INSIDE_VERB = define(
    "inside-verb",
    "A field stands beside the verb and belongs inside it",
    "Beside the verb stand only the words that say whether and where it goes. Everything the "
    "verb does stands inside it: indent the line under the verb.",
)
BESIDE_VERB = define(
    "beside-verb",
    "A word stands inside the verb and belongs beside it",
    "`when`, `exits`, `then`, `else`, `cases` and `name` say whether and where a step goes: "
    "they stand at the same indentation as the verb.",
)
MISSING_DASH = define(
    "missing-dash",
    "Steps stand without a dash",
    "Steps in place are a list, also when there is only one: write `- ` before the step.",
)
UNKNOWN_PART = define(
    "unknown-part",
    "This is no part of a prompt",
    "A part of a prompt is a text or a mapping with one form, such as audio, money or silence. "
    "The hint gives the nearest one.",
)
TWO_PARTS = define(
    "two-parts",
    "A part of a prompt has two forms",
    "A mapping is one part. Make a list of two parts, each with `- `.",
)
