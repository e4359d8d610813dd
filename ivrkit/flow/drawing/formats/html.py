"""HTML: one page that holds everything, to zoom, to search, to look up the source of a step.

The page needs no network and allows none: its policy names its own style and script by their
hashes, and nothing else. What comes from a flow is text in it, never markup or script.
"""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any, ClassVar

from ivrkit.flow.drawing.format import Format
from ivrkit.flow.drawing.formats.svg import COLOURS, SHAPES, picture_of
from ivrkit.flow.drawing.model import Atlas

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<header>
<h1>{title}</h1>
<select id="flow" aria-label="flow">{options}</select>
<input id="seek" type="search" placeholder="text, section, verb or key   ( / )" aria-label="search">
<span id="count" role="status"></span>
<button id="out" aria-label="smaller">−</button><span id="zoom"></span>
<button id="in" aria-label="larger">+</button><button id="all">all</button>
</header>
<main>
<div id="stage" tabindex="-1">
{pictures}
</div>
<aside id="panel" aria-label="source" hidden>
<p><strong id="where"></strong><a id="open" hidden>open</a>
<button id="close" aria-label="close">×</button></p>
<pre id="source" tabindex="0"></pre>
</aside>
</main>
<script type="application/json" id="data">{data}</script>
<script>{script}</script>
</body>
</html>
"""


class Html(Format):
    """A page with all drawings of an atlas, and the sources."""

    name: ClassVar[str] = "html"
    suffix: ClassVar[str] = ".html"

    def render(self, atlas: Atlas) -> str:
        style = f"{COLOURS}{SHAPES}{_file('page.css')}"
        script = _file("page.js")
        policy = f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'"
        return _PAGE.format(
            policy=policy,
            title=escape(atlas.main.title),
            style=style,
            options="".join(_option(each.flow) for each in atlas.drawings),
            pictures="\n".join(_picture(atlas)),
            data=_json(_data(atlas)),
            script=script,
        )


def _picture(atlas: Atlas) -> list[str]:
    return [
        picture_of(each).replace("<svg ", f'<svg data-drawing="{escape(each.flow)}" ', 1)
        for each in atlas.drawings
    ]


def _option(flow: str) -> str:
    return f'<option value="{escape(flow)}">{escape(flow)}</option>'


def _data(atlas: Atlas) -> dict[str, Any]:
    return {
        "sources": {
            flow: {"file": each.file, "text": each.text, "address": each.address}
            for flow, each in atlas.sources.items()
        }
    }


def _json(data: Any) -> str:
    """JSON that cannot end the element it stands in."""
    text = json.dumps(data, ensure_ascii=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


@cache
def _file(name: str) -> str:
    return (files("ivrkit.flow.drawing") / "page" / name).read_text("utf-8")
