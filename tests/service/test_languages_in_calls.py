"""A project with a catalogue, called in the simulator: in two languages, with and without restarts
of the engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivrkit.call.events import Said, Saying
from ivrkit.qa.reading import load_script
from ivrkit.qa.simulating import play_simulated
from ivrkit.service.scripts import FlowBook, configuration_for

FLOW = """
ivrkit: 1
flow: museum
language: en
variables: {code: digits, tongue: text}
sections:
  main:
    - answer
    - say: Welcome.
    - menu:
        prompt: {en: Which language?, es: ¿Qué idioma?}
        into: tongue
        keys:
          1: {label: en, say: For English, to: next}
          2: {label: es, say: For Spanish, to: next}
      exits: {else: hangup}
    - language: {language: "{{ tongue }}", among: [en, es]}
    - run: {flow: part, with: {question: {phrase: which}}}
    - collect: {into: code, prompt: Your code., digits: 4, confirm: true}
      exits: {else: hangup}
    - say: {phrase: tickets, with: {number: 1}}
    - say: {phrase: goodbye}
"""
PART = """
ivrkit: 1
flow: part
language: en
params: {question: prompt}
sections:
  main:
    - say: "{{ question }}"
    - say: Nobody translated this.
"""
PHRASES = """
phrases:
  welcome: {en: Welcome., es: Bienvenido.}
  which: {en: How many?, es: ¿Cuántos?}
  code: {en: Your code., es: Su código.}
  tickets:
    params: {number: number}
    en: {count: number, one: One ticket., other: "{{ n }} tickets."}
    es: {count: number, one: Una entrada., other: "{{ n }} entradas."}
  goodbye: {en: Goodbye., es: Adiós.}
"""
SPANISH = """
script: 1
flow: museum
call:
  - hear: Welcome.
  - hear: Which language?
  - press: 2
  - hear: ¿Cuántos?
  - hear: Nobody translated this.
  - hear: Su código.
  - press: 1234
  - hear: Ha marcado 1234. Si es correcto, pulse 1. Para volver a marcarlo, pulse 2.
  - press: 1
  - hear: Una entrada.
  - hear: Adiós.
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    files = {
        "ivrkit.yaml": "flows: flows\n",
        "flows/museum.yaml": FLOW,
        "flows/part.yaml": PART,
        "prompts/museum.yaml": PHRASES,
        "tests/spanish.yaml": SPANISH,
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize("restarts", [False, True])
async def test_a_call_changes_its_language(project: Path, restarts: bool) -> None:
    script = project / "tests/spanish.yaml"
    book = FlowBook(configuration_for(script, None))
    outcome = await play_simulated(load_script(script), book.scene(), restart_everywhere=restarts)
    assert outcome.failure is None
    events = [event for trace in outcome.traces for event in trace]
    said = {event.text: event.language for event in events if isinstance(event, Saying)}
    assert said["Nobody translated this."] == "en"
    assert said["Adiós."] == "es"


CATALAN = """
script: 1
flow: museum
call:
  - hear: Welcome.
  - hear: Which language?
  - press: 2
  - hear: ¿Cuántos?
  - hear: Nobody translated this.
  - hear: Su código.
  - press: 1234
  - hear: Ha marcado 1234. Si es correcto, pulse 1. Para volver a marcarlo, pulse 2.
  - press: 1
  - hear: Una entrada.
  - hear: Adéu.
"""


@pytest.mark.parametrize("restarts", [False, True])
async def test_a_language_stands_in_for_another(project: Path, restarts: bool) -> None:
    (project / "ivrkit.yaml").write_text("flows: flows\nprompts: {fallback: {ca: [es]}}\n")
    flow = FLOW.replace("label: es", "label: ca").replace("among: [en, es]", "among: [en, ca]")
    (project / "flows/museum.yaml").write_text(flow)
    catalogue = PHRASES.replace("es: Adiós.", "es: Adiós., ca: Adéu.")
    (project / "prompts/museum.yaml").write_text(catalogue)
    script = project / "tests/catalan.yaml"
    script.write_text(CATALAN)
    book = FlowBook(configuration_for(script, None))
    outcome = await play_simulated(load_script(script), book.scene(), restart_everywhere=restarts)
    assert outcome.failure is None
    events = [event for trace in outcome.traces for event in trace]
    said = {
        each.text: (each.language, each.fallback) for each in events if isinstance(each, Saying)
    }
    assert said["Welcome."] == ("en", "")
    assert said["Su código."] == ("es", "es")
    assert said["Nobody translated this."] == ("en", "en")
    assert said["Una entrada."] == ("es", "es")
    assert said["Adéu."] == ("ca", "")
    ended = {each.text: each.fallback for each in events if isinstance(each, Said)}
    assert ended["Su código."] == "es"
