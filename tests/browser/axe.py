"""axe-core in the page: what it finds against WCAG 2.2, levels A and AA."""

from __future__ import annotations

import functools
import json

from playwright.sync_api import Page

from companion.ground.layout import ROOT

_SCRIPT = ROOT / "companion" / "dashboard" / "node_modules" / "axe-core" / "axe.min.js"
_RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
_RUN = f"""async () => {{
    const found = await axe.run(document, {{
        runOnly: {{ type: "tag", values: {json.dumps(_RULES)} }},
        resultTypes: ["violations"],
    }});
    return found.violations.flatMap((rule) =>
        rule.nodes.map((node) => `${{rule.id}} ${{node.target.join(" ")}}: ${{node.failureSummary}}`));
}}"""


@functools.cache
def _script() -> str:
    return _SCRIPT.read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """What axe finds in the page as it is now."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(_script())
    found: list[str] = page.evaluate(_RUN)
    return found
