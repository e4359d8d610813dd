"""``http``: ask a service over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Final

from pydantic import Field, model_validator

from ivrkit.call import Assignment, Call, Exit, ExitSpec, Form
from ivrkit.call.asking import DocumentField, SecretValuesField, TakenField, ValuesField
from ivrkit.call.exits import ERROR, NEXT, NOT_FOUND, REFUSED
from ivrkit.call.fields import Flag, Reads, SecretText, Text, Variable
from ivrkit.call.requests.http import (
    IDEMPOTENT,
    READS,
    Body,
    HttpFailure,
    HttpRequest,
    Reply,
)
from ivrkit.call.step import FieldError
from ivrkit.errors import IvrkitError, ValueRejected
from ivrkit.expressions.expression import Setting, Template
from ivrkit.expressions.pointers import check_pointer
from ivrkit.expressions.types import Type
from ivrkit.expressions.values import Value
from ivrkit.expressions.xml_text import check_xpath, escaped
from ivrkit.steps.addressing import (
    check_header,
    check_path,
    check_xml_text,
    document_of,
    header_of,
    pairs_of,
    path_of,
)
from ivrkit.steps.choosing import chosen_name
from ivrkit.steps.connecting import ConnectorStep
from ivrkit.steps.taking import in_json, in_xml, take

METHODS: Final = ("get", "post", "put", "patch", "delete", "head")
_BODIES: Final = {"json_": Body.JSON, "form": Body.FORM, "xml": Body.XML, "soap": Body.SOAP} | {
    "text": Body.TEXT
}


class SoapMessage(Form):
    """A message of SOAP. The envelope around it is made by itself; a fault that blames the sender
    is `refused`, another one is an error."""

    main: ClassVar[str | None] = "body"

    body: SecretText
    """What stands in the body of the envelope, with its namespaces. Values are escaped."""
    action: Annotated[str, Reads("name", role="action")] | None = None
    """The SOAPAction."""
    header: SecretText | None = None
    """What stands in the header of the envelope."""
    version: Annotated[Setting | None, Reads("setting", type="choice:1.1,1.2")] = None
    """1.1 if not said."""


class Http(ConnectorStep):
    """Asks a service (`connectors: http:` in ivrkit.yaml) over HTTP, and takes what is wanted out
    of its answer.

    `get` and `head` only read; `put` and `delete` may be sent twice; `post` and `patch` are sent
    once, with an `Idempotency-Key`. Answers of the class 2xx go on. A write that is `refused` is
    an answer that the caller must be told; a look-up that is refused is a mistake in the set-up,
    and goes to `on_error` like an `error`, if it is not named.
    """

    verb: ClassVar[str] = "http"
    asks_kind: ClassVar[str] = "http"
    exits: ClassVar[tuple[ExitSpec, ...]] = (
        *ConnectorStep.exits,
        ExitSpec(NOT_FOUND, "There is nothing under this path: 404 or 410."),
        ExitSpec(
            REFUSED,
            "It was understood and refused: another status of the class 4xx, or a SOAP fault that "
            "blames the sender. 401, 407, 408 and 429 are errors, for they say nothing of what was "
            "asked.",
        ),
    )
    meant: ClassVar[Mapping[str, str]] = {
        **ConnectorStep.meant,
        **dict.fromkeys(("url", "path", "method"), "write get: /path, or post, put, patch, delete"),
        **dict.fromkeys(("body", "data"), "write json:, form:, xml:, soap: or text:"),
        **dict.fromkeys(
            ("params", "with"), "write query: for what stands behind the ?, json: for a body"
        ),
    }
    example: ClassVar[str] = """\
- http:
    service: accounts
    get: /accounts/{{ account }}
    take: {name: /owner/name, balance: /balance}
    into: customer
  exits: {not_found: top}
- http:
    service: accounts
    post: /accounts/{{ account }}/payments
    json: {amount: "{{ total }}", currency: EUR}
    take: {payment.receipt: /id}
    timeout: 8s
    meanwhile: {after: 2s, do: [{say: One moment.}]}
  exits: {not_found: top, refused: balance, unknown: agent}
"""

    service: Annotated[Setting, Reads("setting", type="text", role="http")]
    """The service, as `connectors: {http: …}` in ivrkit.yaml names it."""
    among: Annotated[tuple[str, ...], Reads("names", role="http")] = ()
    """The services that are possible, where the name comes from data."""
    get: Text | None = None
    """The path that is read, behind the URL of the service: `/accounts/{{ account }}`. A value in
    it is always one piece of the path, whatever characters it has."""
    post: Text | None = None
    """The path to which something is sent, once."""
    put: Text | None = None
    """The path whose content is replaced."""
    patch: Text | None = None
    """The path whose content is changed."""
    delete: Text | None = None
    """The path that is deleted."""
    head: Text | None = None
    """The path of which is only asked whether it is there."""
    query: ValuesField = Field(default_factory=dict)
    """What stands behind the `?`: names and values. A list gives its name once per item, what is
    none is left out."""
    headers: SecretValuesField = Field(default_factory=dict)
    """Further headers. Those of the configuration win."""
    json_: DocumentField = None
    """What is sent as JSON: records, lists and values, as deep as needed. Numbers, `true`, `false`
    and `null` without quotes are those of JSON; the type of a whole `{{ }}` is kept."""
    form: SecretValuesField | None = None
    """What is sent as a form: names and values."""
    xml: SecretText | None = None
    """What is sent as XML: a text. The values in it are escaped."""
    soap: SoapMessage | None = None
    """What is sent as a SOAP message."""
    text: SecretText | None = None
    """What is sent as plain text, or as what the header Content-Type says."""
    only_reads: Flag = Field(False, alias="reads")
    """This request changes nothing, although it is a `post`: a search, a question in SOAP. It is
    simply sent again when the connection is lost."""
    answer: Annotated[Setting | None, Reads("setting", type="choice:json,xml,text")] = None
    """How the answer is written. `json` if not said, and `xml` to a SOAP message."""
    take: TakenField = Field(default_factory=dict)
    """What is taken out of the answer, and where it is there: a JSON pointer (`/data/balance`), or
    an XPath in XML (`//b:balance`). The names are fields of `into`; without `into`, variables."""
    namespaces: Mapping[str, Annotated[str, Reads("name", role="namespace")]] = Field(
        default_factory=dict
    )
    """The prefixes that XPaths in `take` have: `{b: "urn:bank"}`."""
    into: Variable | None = None
    """The variable that receives what is taken, or the whole answer: data of JSON, a text."""
    status: Variable | None = None
    """The variable that receives the status, a number such as 201, whenever there was an answer."""
    problem: Variable | None = None
    """The variable that receives what the answer says when it is `not_found` or `refused`: data if
    it is JSON, else a text."""

    # ---- what agrees -----------------------------------------------------------------------------

    @model_validator(mode="after")
    def _agrees(self) -> Http:
        methods = [name for name in METHODS if getattr(self, name) is not None]
        if not methods:
            raise ValueError(
                "it asks for nothing; hint: write get: /path, or post, put, patch, delete, head"
            )
        if len(methods) > 1:
            raise FieldError(methods[1], f"{methods[0]} and {methods[1]} are two requests")
        check_path(methods[0], getattr(self, methods[0]))
        self._check_body()
        for name in self.headers:
            check_header(f"headers/{name}", name)
        self._check_answer()
        return self

    def _check_body(self) -> None:
        bodies = [name for name in _BODIES if getattr(self, name) is not None]
        names = [name.rstrip("_") for name in bodies]
        if len(bodies) > 1:
            raise FieldError(names[1], f"{names[0]} and {names[1]} are two bodies", "keep one")
        if bodies and self.method in READS:
            hint = "write query:, or post:" if self.method == "GET" else "leave it out"
            raise FieldError(names[0], f"{self.method.lower()} sends no body", hint)
        if self.soap is not None:
            if self.method != "POST":
                raise FieldError("soap", "a SOAP message is sent by post", "write post:")
            for each in ("body", "header"):
                check_xml_text(f"soap/{each}", getattr(self.soap, each), inside=True)
        check_xml_text("xml", self.xml, inside=False)

    def _check_answer(self) -> None:
        version = self.soap.version if self.soap is not None else None
        for field, setting in (("answer", self.answer), ("soap/version", version)):
            if setting is not None and not setting.static:
                raise FieldError(field, "this is written, never computed")
        wanted = [name for name in ("take", "into") if getattr(self, name)]
        if wanted and self.method == "HEAD":
            raise FieldError(wanted[0], "the answer to head has no body", "write get:")
        if self.take and self.reply is Reply.TEXT:
            raise FieldError("take", "nothing is taken out of a text", "write into:")
        if self.namespaces and self.reply is not Reply.XML:
            raise FieldError("namespaces", "only XML has namespaces", "write answer: xml")
        for name, place in self.take.items():
            try:
                if self.reply is Reply.XML:
                    check_xpath(place, self.namespaces)
                else:
                    check_pointer(place)
            except ValueRejected as error:
                raise FieldError(f"take/{name}", error.message, error.hint) from None

    # ---- what it is ------------------------------------------------------------------------------

    @property
    def method(self) -> str:
        """The method, in capital letters."""
        return next(name for name in METHODS if getattr(self, name) is not None).upper()

    @property
    def body(self) -> Body:
        """How what is sent is written."""
        return next(
            (_BODIES[name] for name in _BODIES if getattr(self, name) is not None), Body("")
        )

    @property
    def reply(self) -> Reply:
        """How the answer is read."""
        if not self.take and self.into is None:
            return Reply.NONE
        if self.answer is not None:
            return Reply(str(self.answer.literal))
        return Reply.XML if self.soap is not None else Reply.JSON

    @property
    def reads(self) -> bool:
        return self.only_reads or self.method in READS

    @property
    def repeatable(self) -> bool:
        return self.may_repeat or self.reads or self.method in IDEMPOTENT

    def outcomes(self) -> tuple[ExitSpec, ...]:
        """A look-up that is refused is a technical matter."""
        specs = super().outcomes()
        if not self.reads:
            return specs
        return tuple(
            replace(each, technical=True) if each.name == REFUSED else each for each in specs
        )

    def assigns(self) -> tuple[Assignment, ...]:
        number = Type("number")
        answered = (NEXT, NOT_FOUND, REFUSED)
        found = []
        if self.into is not None:
            any_ = Type("any")
            type_ = Type("record", fields=dict.fromkeys(self.take, any_)) if self.take else None
            takes = {name: f"take/{name}" for name in self.take}
            found.append(Assignment(self.into, type_, place="into", takes=takes))
        else:
            found += [Assignment(name, place=f"take/{name}") for name in self.take]
        if self.status is not None:
            found.append(Assignment(self.status, number, answered, place="status"))
        if self.problem is not None:
            found.append(Assignment(self.problem, None, (NOT_FOUND, REFUSED), place="problem"))
        return tuple(found)

    # ---- asking ----------------------------------------------------------------------------------

    def connector(self, call: Call) -> str:
        return chosen_name(call, self.service, self.among, "service")

    def request(self, call: Call, **common: Any) -> HttpRequest:
        template: Template = getattr(self, self.method.lower())
        parameters: dict[str, Value] = {"path": path_of(call, template)}
        if self.query:
            parameters["query"] = pairs_of(call, self.query, secrets=False)
        if self.headers:
            parameters["headers"] = {
                name: header_of(call, name, each) for name, each in self.headers.items()
            }
        parameters |= self._sent(call)
        return HttpRequest(
            operation=f"{self.method} {template.source}",
            parameters={name: each for name, each in parameters.items() if each is not None},
            method=self.method,
            body=self.body,
            reply=self.reply,
            soap_version=str(self.soap.version.literal)
            if self.soap is not None and self.soap.version is not None
            else "1.1",
            **common,
        )

    def _sent(self, call: Call) -> dict[str, Value]:
        """The body, under the name of its form."""
        session = call.session
        if self.json_ is not None:
            return {"json": document_of(call, self.json_)}
        if self.form is not None:
            return {"form": pairs_of(call, self.form)}
        if self.xml is not None:
            return {"xml": self.xml.text(session, escaped)}
        if self.text is not None:
            return {"text": session.text(self.text)}
        if self.soap is None:
            return {}
        header = self.soap.header
        return {
            "soap": self.soap.body.text(session, escaped),
            "header": None if header is None else header.text(session, escaped),
            "action": self.soap.action,
        }

    # ---- the answer ------------------------------------------------------------------------------

    def finish(self, call: Call, result: Any) -> Exit:
        error = result.error
        if self.status is not None and isinstance(error, HttpFailure):
            call.session.set(self.status, Decimal(error.status))
        return super().finish(call, result)

    def answered_by(self, call: Call, request: Any, answer: Any) -> Exit:
        verdict = request.verdict(answer)
        try:
            if self.status is not None:
                call.session.set(self.status, answer["status"])
            if verdict == NEXT:
                self._take(call, answer["body"])
            elif self.problem is not None:
                call.session.set(self.problem, answer["body"])
        except IvrkitError as error:
            return Exit(request.unreadable if verdict == NEXT else ERROR, because=error)
        return Exit(verdict)

    def taken(self) -> Mapping[str, str]:
        if not self.take:
            return super().taken()
        if self.reply is Reply.XML:  # XPaths, from which no document can be made
            return {}
        into = "" if self.into is None else f"{self.into}."
        return {f"{into}{name}": pointer for name, pointer in self.take.items()}

    def _take(self, call: Call, body: Value) -> None:
        if not self.take:
            if self.into is not None:
                call.session.set(self.into, body)
        elif self.reply is Reply.XML and body is not None:
            take(call, in_xml(body, self.namespaces), self.take, self.into)
        else:
            take(call, in_json(body), self.take, self.into)
