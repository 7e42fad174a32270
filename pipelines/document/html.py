"""The report as one self-contained page: no script, no other file, figures inside it."""

from __future__ import annotations

import re
from pathlib import Path

import jinja2
from markupsafe import Markup, escape

from pipelines.base.bokmaal import NO_BREAK_THIN_SPACE, THIN_SPACE
from pipelines.base.home import ROOT
from pipelines.document.blocks import Document, Listing, Paragraph, Picture, Points, Table

TEMPLATES = ROOT / "reports" / "templates"
KINDS = {Paragraph: "paragraph", Points: "points", Table: "table", Picture: "picture", Listing: "listing"}


def environment() -> jinja2.Environment:
    """Templates of `reports/templates`, escaping everything that is not marked safe."""
    found = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["kind"] = lambda block: KINDS[type(block)]
    return found


def render(document: Document) -> str:
    """The whole page."""
    css = Markup((TEMPLATES / "rapport.css").read_text(encoding="utf-8"))
    return unbroken(environment().get_template("rapport.html.j2").render(document=document, css=css, svg=inline))


def unbroken(text: str) -> str:
    """The text with the thin spaces of numbers such that no line ends in one."""
    return text.replace(THIN_SPACE, NO_BREAK_THIN_SPACE)


def inline(picture: Picture) -> Markup:
    """The figure as an SVG element that names and describes itself, its ids its own on the page."""
    return Markup(inlined(picture.svg, picture.name, picture.title, picture.alt))


def inlined(path: Path, name: str, title: str, alt: str) -> str:
    """The `<svg>` of a file, with title and description, ids prefixed by `name`, and no fixed size."""
    svg = path.read_text(encoding="utf-8")
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>|<title>.*?</title>|<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', svg)
    svg = re.sub(r'href="#([^"]+)"', rf'href="#{name}-\1"', svg)
    svg = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", svg)
    head, rest = svg.split(">", 1)
    head = re.sub(r' (width|height|version)="[^"]*"', "", head)
    named = f'{head} role="img" aria-labelledby="{name}-tittel {name}-beskrivelse">'
    described = f'<title id="{name}-tittel">{escape(title)}</title><desc id="{name}-beskrivelse">{escape(alt)}</desc>'
    return named + described + re.sub(r">\s+<", "><", rest.strip())
