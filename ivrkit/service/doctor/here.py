"""What can be found out on this side: flows, voices, store, the engine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

from ivrkit.errors import ConfigurationError, IvrkitError, PromptError
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.flow.closure import FlowLibrary
from ivrkit.flow.languages import languages_of
from ivrkit.prompts.service import PromptService
from ivrkit.service.checking import check_paths
from ivrkit.service.client import ApiClient, EngineAway
from ivrkit.service.configuration import Configuration
from ivrkit.service.doctor.connectors import fares
from ivrkit.service.doctor.findings import Finding, fail, ok, warning
from ivrkit.service.doctor.lease import examine_lease
from ivrkit.service.doctor.machine import examine_machine, is_shut
from ivrkit.service.doctor.sealing import sealing
from ivrkit.service.doctor.speech import examine_speech
from ivrkit.service.numbers import Numbers
from ivrkit.service.registries import reader
from ivrkit.store.database import database_at

CHECK = "see them with: ivrkit check --config ivrkit.yaml"


async def examine_site(configuration: Configuration) -> AsyncIterator[Finding]:
    """Everything that needs no Asterisk."""
    for finding in await asyncio.to_thread(lambda: list(_flows(configuration))):
        yield finding
    for finding in _numbers(configuration):
        yield finding
    for finding in _tenants(configuration):
        yield finding
    for finding in await asyncio.to_thread(lambda: list(examine_machine(configuration))):
        yield finding
    async for finding in _voices(configuration):
        yield finding
    async for finding in examine_speech(configuration):
        yield finding
    if is_shut(configuration.state):
        return
    yield await sealing(configuration)
    yield await _store(configuration)
    for finding in await examine_lease(configuration):
        yield finding
    async for finding in _engine(configuration):
        yield finding


def _flows(configuration: Configuration) -> Iterator[Finding]:
    folder = configuration.flows
    if not folder.is_dir():
        yield fail("flows", f"there is no folder {folder}", "name it under flows: in ivrkit.yaml")
        return
    try:
        report = check_paths([folder], configuration)
    except ConfigurationError as error:
        yield fail("flows", error.message, error.hint or "mend what it names in ivrkit.yaml")
        return
    if report.failed:
        yield fail("flows", report.summary(), f"{CHECK} {folder}")
    elif len(report.diagnostics):
        yield warning("flows", report.summary(), f"{CHECK} {folder}")
    else:
        yield ok("flows", report.summary())


def _numbers(configuration: Configuration) -> Iterator[Finding]:
    numbers, default = configuration.numbers, configuration.default_flow
    if not configuration.flows.is_dir():
        return
    unknown = Numbers(configuration).unknown(FlowLibrary(reader(), configuration.flows).names())
    for text in unknown:
        yield fail("numbers", text, "mend numbers: in ivrkit.yaml")
    if not numbers and default is None:
        yield warning(
            "numbers",
            "no number has a flow: only Stasis(…,flow=NAME) in the dialplan gets one",
            "list them under numbers:, or name a default_flow:",
        )
    elif not unknown:
        named = ", ".join(f"{number} {each.flow}" for number, each in numbers.items())
        others = f"; all others {default}" if default else ""
        yield ok("numbers", f"{named}{others}".removeprefix("; "))


def _tenants(configuration: Configuration) -> Iterator[Finding]:
    """Tokens that reach no call, because nobody can call their tenant."""
    known = Numbers(configuration).tenants()
    for each in configuration.api.tokens:
        if each.tenant and each.tenant not in known:
            meant = did_you_mean(each.tenant, known)
            yield warning(
                "tenants",
                f"the token {each.name!r} reaches no new call: no number has its tenant"
                f" {each.tenant!r}{meant and f' ({meant})'}",
                f"give it a number under numbers:, {{flow: NAME, tenant: {each.tenant}}}, or mend"
                " the tenant of the token",
            )


async def _voices(configuration: Configuration) -> AsyncIterator[Finding]:
    try:
        prompts = PromptService(configuration.prompts)
    except PromptError as error:
        yield fail("voices", error.message, error.hint or "see prompts: voices in ivrkit.yaml")
        return
    try:
        languages = await asyncio.to_thread(_languages, configuration)
        for check in await prompts.check_voices(languages):
            name = f"voice {check.name or check.language}"
            if check.ok:
                yield ok(name, f"a word was spoken by {check.text}")
            else:
                yield fail(name, check.text, "install it, or name another under prompts: voices")
            for problem in check.missing if check.ok else ():
                yield warning(name, problem, "the others of its list speak meanwhile")
    finally:
        await prompts.close()


def _languages(configuration: Configuration) -> list[str]:
    """The languages of the flows that can be read."""
    found = {"en"}
    if configuration.flows.is_dir():
        prompts = configuration.prompts
        library = FlowLibrary(reader(), configuration.flows, prompts.folder, prompts.fallbacks)
        for name in library.names():
            version = library.load(name).version
            if version is not None:
                found |= {flow.language for flow in version.flows.values()}
                found.update(languages_of(name, version.flows))
    return sorted(found)


async def _store(configuration: Configuration) -> Finding:
    try:
        database = database_at(configuration.store_url)
        found = await asyncio.to_thread(database.examine)
    except IvrkitError as error:
        return fail(
            "store", error.message, error.hint or "see store: in ivrkit.yaml, and docs/store.md"
        )
    return ok("store", f"{database.name} {found}")


async def _engine(configuration: Configuration) -> AsyncIterator[Finding]:
    try:
        async with ApiClient(configuration) as api:
            flows = (await api.get("/v1/flows"))["flows"]
            yield ok("engine", f"serves {', '.join(flow['name'] for flow in flows)} at {api.url}")
            for finding in await fares(api):
                yield finding
    except EngineAway as error:
        yield warning("engine", error.message, error.hint or "start it: ivrkit serve")
    except IvrkitError as error:
        yield fail("engine", str(error), error.hint or "see its log")
