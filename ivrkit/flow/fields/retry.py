"""``retry``: what is said before a question is asked again."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict
from yaml.nodes import MappingNode, Node, SequenceNode

from ivrkit.call.asking import Retry, RetryPrompt
from ivrkit.call.fields import Flag, Reads
from ivrkit.call.prompt import Prompt
from ivrkit.flow.composite import read_fields
from ivrkit.flow.reading import Context, Reading, Rejected, keys_of_mapping
from ivrkit.flow.schema import Schemas


class LongRetry(BaseModel):
    """The long form around one prompt, or around one per attempt."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    say: Annotated[Prompt, Reads("prompt")] | None = None
    reprompt: Flag = True


class RetryReading(Reading):
    """One prompt (each time the same), a list with one per attempt, or ``{say, reprompt}``."""

    name: ClassVar[str] = "retry"
    example: ClassVar[str] = "Please press a key."

    def read(self, context: Context, node: Node, path: str) -> Retry:
        if not isinstance(node, SequenceNode):
            return Retry((_one(context, node, path),))
        prompts = []
        for index, item in enumerate(node.value):
            with suppress(Rejected):
                prompts.append(_one(context, item, f"{path}/{index}"))
        return Retry(tuple(prompts))

    def schema(self, schemas: Schemas) -> dict[str, Any]:
        return schemas.retry()


def _one(context: Context, node: Node, path: str) -> RetryPrompt:
    """What is said after one attempt: a prompt, or ``{say, reprompt}``."""
    if isinstance(node, MappingNode) and keys_of_mapping(node) & {"say", "reprompt"}:
        plan = context.language.plan(LongRetry, "a retry")
        values = read_fields(context, plan, node, path, {})
        return RetryPrompt(values.get("say"), values.get("reprompt", True))
    return RetryPrompt(context.read(context.language.prompt, node, path))
