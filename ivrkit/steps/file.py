"""``file``: read, write, append, look rows up, move and delete, within a folder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final

from pydantic import model_validator

from ivrkit.call import Assignment, Call, Exit, ExitSpec
from ivrkit.call.asking import AssignedField, ValuesField
from ivrkit.call.exits import GO_ON, NOT_FOUND
from ivrkit.call.fields import Flag, Reads, Text, Variable
from ivrkit.call.requests.file import (
    EXISTS,
    FULL,
    NOT_EMPTY,
    READS,
    Action,
    FileForm,
    FileRequest,
    form_of,
    safe_name,
    segments,
)
from ivrkit.call.step import FieldError
from ivrkit.errors import ExpressionError, ValueRejected
from ivrkit.expressions.expression import Setting, Template
from ivrkit.expressions.secrets import contains_secret
from ivrkit.expressions.types import Type
from ivrkit.expressions.values import Value
from ivrkit.steps.addressing import document_of
from ivrkit.steps.choosing import chosen_name
from ivrkit.steps.connecting import ConnectorStep
from ivrkit.steps.set import assigned_value

_CONTENT: Final = ("text", "json_", "row", "rows")
_TAKES: Final[Mapping[Action, frozenset[str]]] = {
    Action.READ: frozenset({"find", "into"}),
    Action.WRITE: frozenset({*_CONTENT, "find", "replace"}),
    Action.APPEND: frozenset({"text", "row", "rows"}),
    Action.DELETE: frozenset({"find"}),
    Action.MOVE: frozenset({"to", "replace"}),
    Action.LIST: frozenset({"into"}),
    Action.MAKE_FOLDER: frozenset(),
    Action.REMOVE_FOLDER: frozenset(),
}
"""Which further fields go with what is done."""
_OPTIONAL: Final = frozenset(name for names in _TAKES.values() for name in names)
_LISTED: Final = Type(
    "list",
    item=Type(
        "record",
        fields={
            "name": Type("text"),
            "folder": Type("flag"),
            "bytes": Type("number", optional=True),
            "changed": Type("datetime", optional=True),
        },
    ),
)


class File(ConnectorStep):
    """Works with the files of a folder (`connectors: file:` in ivrkit.yaml), and with nothing
    outside it: reads and writes texts, JSON and CSV, looks rows up, appends, moves, deletes.

    A value in a path is always a part of one name: characters other than letters and digits of
    ASCII, `.`, `_` and `-` are written as `%` and two digits. Files are written at once or not at
    all, and rows of several calls never mix. Numbers, dates and flags of CSV are texts, which the
    types of the variables read.
    """

    verb: ClassVar[str] = "file"
    asks_kind: ClassVar[str] = "file"
    exits: ClassVar[tuple[ExitSpec, ...]] = (
        *ConnectorStep.exits,
        ExitSpec(NOT_FOUND, "There is no such file or folder, or no row that has these values."),
        ExitSpec(EXISTS, "It is there already, and `replace` is false."),
        ExitSpec(NOT_EMPTY, "The folder that is to be removed has something in it."),
        ExitSpec(
            FULL,
            "The folder may hold no more bytes or files, the file would be too large, or the disk "
            "is full. Nothing was changed.",
            technical=True,
        ),
    )
    meant: ClassVar[Mapping[str, str]] = {
        **ConnectorStep.meant,
        **dict.fromkeys(("path", "file", "name"), "write read: path, or write, append, delete …"),
        "reads": "write read: path",
    }
    example: ClassVar[str] = """\
- file:
    root: orders
    append: "{{ today }}.csv"
    row: {time: "{{ now }}", caller: "{{ call.from }}", order: "{{ order }}"}
  exits: {unknown: agent}
- file: {root: orders, read: customers.csv, find: {number: "{{ account }}"}, into: found}
  exits: {not_found: agent}
- say: "{{ found.name }}"
"""

    root: Annotated[Setting, Reads("setting", type="text", role="file")]
    """The folder, as `connectors: {file: …}` in ivrkit.yaml names it."""
    among: Annotated[tuple[str, ...], Reads("names", role="file")] = ()
    """The folders that are possible, where the name comes from data."""
    read: Text | None = None
    """The file that is read into `into`: a text, or what its ending says (`.json`, `.csv`,
    `.jsonl`)."""
    write: Text | None = None
    """The file that is written anew, with `text`, `json`, `row` or `rows` in it; with `find`, the
    file in which rows get the values of `row`."""
    append: Text | None = None
    """The file at whose end a line (`text`), a `row` or `rows` are put. It is made if it is not
    there, and so are the folders on the way."""
    delete: Text | None = None
    """The file that is deleted; with `find`, the file whose rows are."""
    move: Text | None = None
    """The file or folder that is moved or renamed."""
    list_: Text | None = None
    """The folder whose files and folders are listed into `into`, as records with `name`, `folder`,
    `bytes` and `changed`; `.` is the root itself. Hidden ones are left out."""
    make_folder: Text | None = None
    """The folder that is made; it may be there already."""
    remove_folder: Text | None = None
    """The folder that is removed; nothing may be in it."""
    to: Text | None = None
    """Where the file or folder is moved to."""
    text: Text | None = None
    """What is written, as a text."""
    json_: Annotated[object, Reads("document")] = None
    """What is written, as JSON: records, lists and values, as deep as needed."""
    row: ValuesField | None = None
    """One row: the columns of CSV, the fields of JSON. A new CSV file begins with their names."""
    rows: AssignedField | None = None
    """Several rows: a list of records."""
    find: ValuesField | None = None
    """The values that the wanted rows have: `{number: "{{ account }}"}`. The first of them is read,
    all of them are changed or deleted."""
    form: Annotated[Setting | None, Reads("setting", type="choice:text,json,csv,lines")] = None
    """How the file is written, where its ending does not say it; `lines` is one record of JSON per
    line."""
    replace: Flag = True
    """What is there already is replaced; if not, the step is left by `exists`."""
    into: Variable | None = None
    """The variable that receives the text, the data, the rows or the first row."""

    # ---- what agrees -----------------------------------------------------------------------------

    @model_validator(mode="after")
    def _agrees(self) -> File:
        given = [each for each in Action if self._path(each) is not None]
        if len(given) != 1:
            what = " and ".join(given) or "nothing"
            raise ValueError(
                f"it does one thing, and this is {what}; hint: write one of {', '.join(Action)}"
            )
        for name in sorted(_OPTIONAL - _TAKES[self.action]):
            if self._has(name):
                key = name.rstrip("_")
                raise FieldError(key, f"{key} does not go with {self.action}")
        for name in (str(self.action), "to"):
            template = self.to if name == "to" else self._path(self.action)
            if template is not None:
                _check_path(name, template)
        self._check_content()
        return self

    def _check_content(self) -> None:
        content = [name.rstrip("_") for name in _CONTENT if self._has(name)]
        if self.action in (Action.WRITE, Action.APPEND) and len(content) != 1:
            wanted = [name.rstrip("_") for name in _CONTENT if name in _TAKES[self.action]]
            raise ValueError(f"one of {', '.join(wanted)} says what is written; hint: write one")
        if self.find is not None and self.action is Action.WRITE and content != ["row"]:
            raise FieldError("find", "with find, row says which values the rows get")
        if self.action is Action.MOVE and self.to is None:
            raise ValueError("where it is moved to is missing; hint: write to:")
        if self.action in READS and self.into is None:
            raise ValueError("nobody receives what is read; hint: write into:")
        form = self._written_form()
        texts = content == ["text"]
        if form is not None and texts != (form is FileForm.TEXT) and content:
            raise FieldError(content[0], f"{content[0]} does not go with a file of the form {form}")
        if content == ["json"] and form is not None and form is not FileForm.JSON:
            raise FieldError("json", "a document is the whole of a file whose name ends in .json")
        if form is FileForm.TEXT and self.find is not None:
            raise FieldError("find", "a text has no rows", "say form: csv, json or lines")

    def _has(self, name: str) -> bool:
        return not self.replace if name == "replace" else getattr(self, name) is not None

    def _path(self, action: Action) -> Template | None:
        path: Template | None = getattr(self, f"{action}_" if action is Action.LIST else action)
        return path

    @property
    def action(self) -> Action:
        """What is done."""
        return next(each for each in Action if self._path(each) is not None)

    def _written_form(self) -> FileForm | None:
        """The form, where it is known without a call."""
        if self.form is not None:
            return FileForm(str(self.form.literal)) if self.form.static else None
        template = self._path(self.action)
        end = template.parts[-1] if template is not None and template.parts else ""
        return form_of(end) if isinstance(end, str) else None

    # ---- what it is for the engine ---------------------------------------------------------------

    @property
    def reads(self) -> bool:
        return self.action in READS

    @property
    def repeatable(self) -> bool:
        """A whole file that is written, or a folder that is made, is the same the second time."""
        whole = self.action is Action.WRITE and self.replace and self.find is None
        return super().repeatable or whole or self.action is Action.MAKE_FOLDER

    def outcomes(self) -> tuple[ExitSpec, ...]:
        action = self.action
        possible = {
            NOT_FOUND: self.find is not None
            or action not in (Action.WRITE, Action.APPEND, Action.MAKE_FOLDER),
            EXISTS: not self.replace,
            NOT_EMPTY: action is Action.REMOVE_FOLDER,
            FULL: action in (Action.WRITE, Action.APPEND, Action.MOVE, Action.MAKE_FOLDER),
        }
        return tuple(spec for spec in super().outcomes() if possible.get(spec.name, True))

    def assigns(self) -> tuple[Assignment, ...]:
        if self.into is None:
            return ()
        if self.action is Action.LIST:
            return (Assignment(self.into, _LISTED),)
        return (Assignment(self.into, self._read_type()),)

    def _read_type(self) -> Type | None:
        """The type of what is read, where it is known: a document of JSON may be anything."""
        row = Type("record")
        if self.find is not None:
            return row
        form = self._written_form()
        if form is None or form is FileForm.JSON:
            return None
        return Type("text") if form is FileForm.TEXT else Type("list", item=row)

    def connector(self, call: Call) -> str:
        return chosen_name(call, self.root, self.among, "folder")

    def request(self, call: Call, **common: Any) -> FileRequest:
        template = self._path(self.action)
        assert template is not None
        path = _path_of(call, template)
        form = None if self.form is None else call.session.setting(self.form)
        parameters: dict[str, Value] = {"path": path}
        if self.to is not None:
            parameters["to"] = _path_of(call, self.to)
        if self.text is not None:
            parameters["text"] = call.session.text(self.text)
        if self.json_ is not None:
            parameters["json"] = document_of(call, self.json_)
        for name, record in (("row", self.row), ("find", self.find)):
            if record is not None:
                parameters[name] = {key: assigned_value(call, each) for key, each in record.items()}
        if self.rows is not None:
            parameters["rows"] = assigned_value(call, self.rows)
        if contains_secret(parameters):
            raise ExpressionError(
                "a secret would be written to a file", hint="files are no place for secrets"
            )
        return FileRequest(
            operation=f"{self.action} {_shown(template)}",
            parameters=parameters,
            action=self.action,
            form=form_of(path) if form is None else FileForm(str(form)),
            replace=self.replace,
            **common,
        )

    def answered_by(self, call: Call, request: Any, answer: Any) -> Exit:
        if self.into is not None:
            call.session.set(self.into, answer)
        return GO_ON


def _path_of(call: Call, template: Template) -> str:
    """The path; each value is a part of one name. Raises ExpressionError."""
    path = template.text(call.session, safe_name)
    if not isinstance(path, str):
        raise ExpressionError("a secret cannot be part of a path", hint="paths are logged")
    try:
        segments(path)
    except ValueRejected as error:
        raise ExpressionError(error.message, hint=error.hint) from None
    return path


def _check_path(field: str, template: Template) -> None:
    """See that what is written of a path is none that leads elsewhere, whatever the values are."""
    written = "".join(each if isinstance(each, str) else "x" for each in template.parts)
    try:
        segments(written)
    except ValueRejected as error:
        raise FieldError(field, error.message, error.hint) from None


def _shown(template: Template) -> str:
    """The path as the flow has it: never with a value of the call."""
    return "".join(each if isinstance(each, str) else "…" for each in template.parts)[:60]
