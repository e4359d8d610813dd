"""Our images without a container engine: the steps of a Dockerfile, run in a plain Debian folder.

What a step changes is a layer of its own (overlayfs), kept under what it was made of, as a builder
of images does it: a later run repeats only what has changed. Each step runs in mount and process
namespaces of its own; nothing of it outlives it. Of Dockerfiles this knows what ours use, and
refuses the rest by name.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from dockerfile_parse import DockerfileParser
from dockerfile_parse.util import WordSplitter

from ivrkit.testing.asterisk.jail import hosts_file

from .debian import debian, home
from .machine import Machine, pip_cache, this_machine

ROOT = Path(__file__).parents[2]
BASE = re.compile(r"debian:(?P<suite>\w+)-slim")
KEPT_SECONDS = 86_400
"""How long a layer is kept that no build has used."""
IGNORED = frozenset({"EXPOSE", "LABEL", "HEALTHCHECK", "VOLUME", "STOPSIGNAL", "COMMENT"})
"""What changes nothing in the files; some of it the image remembers."""


class StepFailed(AssertionError):
    """A step of a Dockerfile has failed; the text is what it printed."""


@dataclass(frozen=True)
class Image:
    """What the steps so far have made. ``layers``: the lowest first."""

    layers: tuple[Path, ...]
    key: str
    environment: Mapping[str, str] = field(default_factory=lambda: {"PATH": "/usr/sbin:/usr/bin"})
    user: str = "0:0"
    folder: str = "/"
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    told: Mapping[str, str] = field(default_factory=dict)

    def mounted(self, at: Path, upper: Path) -> list[str]:
        """Lines of a shell script that mount it; what is changed goes into ``upper``."""
        lower = ":".join(str(layer) for layer in reversed(self.layers))
        work = upper.with_name(upper.name + ".work")
        options = f"lowerdir={lower},upperdir={upper},workdir={work}"
        mount = ["mount", "-t", "overlay", "-o", options, "overlay", str(at)]
        return [shlex.join(["mkdir", "-p", str(at), str(upper), str(work)]), shlex.join(mount)]

    def process(
        self,
        place: Path,
        arguments: Sequence[str] = (),
        *,
        environment: Mapping[str, str] | None = None,
        volumes: Mapping[str, Path] | None = None,
    ) -> list[str]:
        """The command line that runs a container of it, as its user; it becomes the program.
        ``place`` is an empty folder for what it changes. ``volumes``: folders by path in it."""
        at = place / "root"
        lines = [*self.mounted(at, place / "changed"), *_devices(at)]
        for there, here in (volumes or {}).items():
            lines += _bound(here, at, there)
        values = {**self.environment, **(environment or {})}
        program = [*self.entrypoint, *(arguments or self.command)]
        lines.append(f"exec {_inside(at, self.user, self.folder, values, program)}")
        return _namespace(lines)


@dataclass(frozen=True)
class Builder:
    """Builds images of Dockerfiles of this project. Under :func:`debian.locked`."""

    dockerfile: Path
    arguments: Mapping[str, str] = field(default_factory=dict)
    context: Path = ROOT
    machine: Machine = field(default_factory=this_machine)

    def build(self) -> Image:
        """Run all steps that no layer is there for. Raises StepFailed, and NotAvailable."""
        stages: dict[str, Image] = {}
        known: dict[str, str] = {}
        image: Image | None = None
        for number, step in enumerate(self._steps()):
            verb, value = step["instruction"], step["value"]
            if verb in IGNORED:
                if image is not None and verb != "COMMENT":
                    image = replace(image, told={**image.told, verb: value})
            elif verb == "ARG":
                name, _, usual = value.partition("=")
                known[name] = self.arguments.get(name, usual.strip('"'))
            elif verb == "FROM":
                source, _, name = self._filled(value, known).partition(" AS ")
                image = stages.get(source) or _plain(source)
                stages[name or f"stage {number}"] = image
            else:
                assert image is not None, "FROM comes first"
                image = self._applied(image, verb, value, known, stages)
                stages[list(stages)[-1]] = image
        assert image is not None
        _forget_old_layers()
        return image

    def _steps(self) -> list[dict[str, str]]:
        # The parser would write its file anew; it is given a copy.
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(self.dockerfile, Path(folder, "Dockerfile"))
            return list(DockerfileParser(folder).structure)

    def _applied(
        self,
        image: Image,
        verb: str,
        value: str,
        known: Mapping[str, str],
        stages: Mapping[str, Image],
    ) -> Image:
        values = {**known, **image.environment}
        if verb == "RUN":
            return self._run(image, value, known)
        if verb == "COPY":
            return self._copy(image, self._filled(value, values), stages)
        if verb == "WORKDIR":
            made = self._layer(image, f"mkdir -p {value}", [f"mkdir -p {value}"])
            return replace(made, folder=value)
        if verb == "USER":
            return replace(image, user=value)
        if verb == "ENV":
            pairs = (
                word.split("=", 1) for word in WordSplitter(value, args={}, envs=values).split()
            )
            return replace(image, environment={**image.environment, **dict(pairs)})
        if verb == "ENTRYPOINT":
            return replace(image, entrypoint=tuple(json.loads(value)))
        if verb == "CMD":
            return replace(image, command=tuple(json.loads(value)))
        raise StepFailed(f"{self.dockerfile}: {verb} is not known here")

    def _filled(self, value: str, values: Mapping[str, str]) -> str:
        return " ".join(WordSplitter(value, args={}, envs=dict(values)).split())

    def _run(self, image: Image, value: str, known: Mapping[str, str]) -> Image:
        caches = re.findall(r"--mount=type=cache,target=(\S+)\s+", value)
        script = re.sub(r"--mount=\S+\s+", "", value)
        return self._layer(image, f"{value} {sorted(known.items())}", [script], known, caches)

    def _copy(self, image: Image, value: str, stages: Mapping[str, Image]) -> Image:
        words = value.split()
        options = dict(word.removeprefix("--").split("=", 1) for word in words if word[:2] == "--")
        *sources, target = [word for word in words if word[:2] != "--"]
        stage = stages.get(options.get("from", ""))
        what = [stage.key] if stage else [_digest(self.context, each) for each in sources]
        several = len(sources) > 1 or target.endswith("/")
        copies = []
        for each in sources:
            matches = [each] if stage else sorted(str(p) for p in self._matching(each))
            for match in matches:
                copies.append((match, target, several or len(matches) > 1))
        return self._layer(image, f"{value} {what}", [], {}, (), copies, options, stage)

    def _matching(self, pattern: str) -> Iterable[Path]:
        found = list(self.context.glob(pattern))
        if not found:
            raise StepFailed(f"{self.dockerfile}: nothing is {pattern}")
        return found

    def _layer(
        self,
        image: Image,
        what: str,
        scripts: Sequence[str],
        known: Mapping[str, str] | None = None,
        caches: Sequence[str] = (),
        copies: Sequence[tuple[str, str, bool]] = (),
        options: Mapping[str, str] | None = None,
        stage: Image | None = None,
    ) -> Image:
        key = hashlib.sha256(f"{image.key}\n{what}".encode()).hexdigest()[:16]
        layer = home() / "layers" / key
        made = replace(image, layers=(*image.layers, layer), key=key)
        if layer.is_dir():
            os.utime(layer)
            return made
        place = Path(tempfile.mkdtemp(prefix="layer-", dir=home()))
        try:
            at = place / "root"
            lines = image.mounted(at, place / "changed")
            if stage is not None:
                lines += stage.mounted(place / "other", place / "unused")
            top = place / "other" if stage is not None else self.context
            for copy in copies:
                lines += _copied(top, at, image.folder, copy, options or {})
            if scripts:
                lines += self._surroundings(at, caches)
                values = {**self.machine.environment, **image.environment, **(known or {})}
                for script in scripts:
                    program = ["/bin/sh", "-ec", script]
                    lines.append(_inside(at, image.user, image.folder, values, program))
            _do(_namespace(lines, alone=True), what)
            layer.parent.mkdir(exist_ok=True)
            (place / "changed").rename(layer)
            os.utime(layer)
        finally:
            shutil.rmtree(place)
        return made

    def _surroundings(self, at: Path, caches: Sequence[str]) -> list[str]:
        """What a step that is run finds besides the image: names, packages, their cache."""
        lines = [*_devices(at), f"mount -t tmpfs tmpfs {at}/run"]
        for there, here in self.machine.folders.items():
            lines += _bound(here, at, there)
        for target in caches:
            pip_cache().mkdir(parents=True, exist_ok=True)
            lines += _bound(pip_cache(), at, target)
        return lines


def _forget_old_layers() -> None:
    """Each change of the project makes new ones, of 200 MB."""
    for layer in (home() / "layers").glob("*"):
        if layer.stat().st_mtime < time.time() - KEPT_SECONDS:
            shutil.rmtree(layer)


def _plain(source: str) -> Image:
    found = BASE.fullmatch(source)
    if found is None:
        raise StepFailed(f"{source} is none of Debian's images")
    return Image((debian(found["suite"]),), source)


def _bound(here: Path, at: Path, there: str) -> list[str]:
    target = shlex.quote(str(at / there.lstrip("/")))
    make = f"mkdir -p {target}"
    if here.is_file():
        make = f"mkdir -p $(dirname {target}); touch {target}"
    return [make, f"mount --bind {shlex.quote(str(here.resolve()))} {target}"]


def _devices(at: Path) -> list[str]:
    lines = [f"mount --rbind /dev {at}/dev", f"mount -t proc proc {at}/proc"]
    for file in ("/etc/resolv.conf",):
        if Path(file).is_file():
            lines += [f"rm -f {at}{file}; touch {at}{file}", f"mount --bind {file} {at}{file}"]
    hosts = shlex.quote(hosts_file())
    return [*lines, f"printf %s {hosts} > {at}/etc/hosts"]


def _copied(
    top: Path, at: Path, folder: str, copy: tuple[str, str, bool], options: Mapping[str, str]
) -> list[str]:
    source, target, into = copy
    origin = top / source.lstrip("/") if not Path(source).is_relative_to(top) else Path(source)
    place = at / (Path(folder) / target).as_posix().lstrip("/")
    if into:
        place = place / origin.name
    quoted, there = shlex.quote(str(origin)), shlex.quote(str(place))
    lines = [f"mkdir -p $(dirname {there})"]
    if origin.is_dir():
        # Compiled files are none of the image's, as .dockerignore says.
        lines += [
            f"mkdir -p {there}",
            f"tar -C {quoted} --exclude=__pycache__ -cf - . | tar -C {there} -xpf -",
        ]
    else:
        lines += [f"cp -a {quoted} {there}", f"chown 0:0 {there}"]
    if "chmod" in options:
        lines.append(f"chmod -R {options['chmod']} {there}")
    if "chown" in options:
        lines.append(f"chroot {at} chown -R {options['chown']} /{place.relative_to(at)}")
    return lines


def _inside(
    at: Path, user: str, folder: str, environment: Mapping[str, str], program: Sequence[str]
) -> str:
    values = [f"{name}={value}" for name, value in {"HOME": "/root", **environment}.items()]
    enter = ["chroot", f"--userspec={user}", str(at), "/usr/bin/env", "-i", "-C", folder]
    return shlex.join([*enter, *values, *program])


def _namespace(lines: Sequence[str], *, alone: bool = False) -> list[str]:
    """``alone``: with what it has started it ends, whatever ends it."""
    script = "\n".join(["set -e", *lines])
    more = ["--pid", "--fork", "--kill-child"] if alone else []
    return ["unshare", "--mount", "--propagation", "private", *more, "--", "sh", "-c", script]


def _do(command: Sequence[str], what: str) -> None:
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise StepFailed(f"{what}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")


def _digest(context: Path, pattern: str) -> str:
    found = hashlib.sha256()
    for top in sorted(context.glob(pattern)):
        files = sorted(top.rglob("*")) if top.is_dir() else [top]
        for file in files:
            if file.is_file() and "__pycache__" not in file.parts:
                found.update(str(file.relative_to(context)).encode())
                found.update(file.read_bytes())
    return found.hexdigest()
