"""The page itself: three small files, nothing from elsewhere. The looks of roles are those of the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from textual.theme import Theme

from secondline_tui.ui.painted import LOOKS
from secondline_tui.ui.theme import DARK, LIGHT

HTML = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>secondline wallboard</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/wall.css">
<pre id="wall" role="img" aria-label="wallboard"></pre>
<div id="lost" hidden>NO CONNECTION<small></small></div>
<script src="/wall.js"></script>
</html>
"""

SCRIPT = """"use strict";
const wall = document.getElementById("wall"), lost = document.getElementById("lost");
const wish = new URLSearchParams(location.search);
let size = null, tag = "", heard = Date.now(), ticked = performance.now();

function span([text, role]) {
  const made = document.createElement("span");
  made.className = role;
  made.textContent = text;
  return made;
}

function fit() {
  const portrait = innerHeight > innerWidth;
  const columns = Math.min(400, Math.max(20, Number(wish.get("columns")) || (portrait ? 60 : 120)));
  wall.style.fontSize = "100px";
  wall.replaceChildren(span(["M".repeat(10), "plain"]));
  const broad = wall.firstChild.getBoundingClientRect().width / 1000;
  const each = innerWidth / columns / broad;
  wall.style.fontSize = each + "px";
  return [columns, Math.min(150, Math.max(4, Math.floor(innerHeight / (each * 1.15))))];
}

function lay() {
  size = fit();
  tag = "";
  wall.replaceChildren(...Array.from({length: size[1]}, () => document.createElement("div")));
}

async function look() {
  const page = wish.get("page") ? "&page=" + encodeURIComponent(wish.get("page")) : "";
  const asked = size;
  try {
    const answer = await fetch(`/picture?columns=${asked[0]}&rows=${asked[1]}&seen=${tag}${page}`,
      {signal: AbortSignal.timeout(8000)});
    if (answer.ok) {
      const told = await answer.json();
      if (asked === size) {
        for (const [row, line] of Object.entries(told.lines))
          wall.children[row]?.replaceChildren(...line.map(span));
        tag = told.tag;
        heard = Date.now();
        ticked = performance.now();
      }
    }
  } catch (error) {
    console.debug(error);
  }
  setTimeout(look, 1000);
}

let resized = 0;
addEventListener("resize", () => { clearTimeout(resized); resized = setTimeout(lay, 300); });
setInterval(() => {
  // One clock may be set back, the other may stand still while the machine sleeps.
  const silent = Math.round(Math.max(Date.now() - heard, performance.now() - ticked) / 1000);
  lost.hidden = silent < 5;
  lost.lastChild.textContent = ` what is below is ${silent} s old`;
}, 1000);
lay();
look();
"""


def css(theme: str) -> str:
    """The looks of everything: dark or light as configured, else as the viewer's system prefers."""
    if theme != "auto":
        return "\n".join([_FRAME, *_rules(LIGHT if theme.endswith("light") else DARK), ""])
    return "\n".join([_FRAME, *_rules(DARK), "@media (prefers-color-scheme: light) {", *_rules(LIGHT), "}", ""])


_FRAME = """html, body { margin: 0; overflow: hidden; height: 100%; }
pre { margin: 0; line-height: 1.15; font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
pre div { height: 1.15em; white-space: pre; }
#lost { position: fixed; inset: 0 0 auto 0; padding: .3em; background: #a8201a; color: #fff; text-align: center;
  font: bold 8vh sans-serif; }
#lost[hidden] { display: none; }
#lost small { display: block; font-size: 40%; }"""


def _rules(theme: Theme) -> Iterator[str]:
    yield f"body {{ background: {theme.background}; color: {theme.foreground}; }}"
    for role, look in LOOKS.items():
        colour = getattr(theme, look.colour)
        rules = [f"color: color-mix(in srgb, {colour} {look.share:.0%}, {theme.background})"]
        if "reverse" in look.style:
            rules = [f"color: {theme.background}", f"background: {colour}"]
        if "bold" in look.style:
            rules.append("font-weight: bold")
        if "strike" in look.style:
            rules.append("text-decoration: line-through")
        yield f".{role} {{ {'; '.join(rules)}; }}"
