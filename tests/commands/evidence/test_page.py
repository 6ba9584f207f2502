"""`companion evidence --html`: a page that stands alone, says what the text says, and is the same bytes every time."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import pytest

from companion.__main__ import main
from companion.demo.bot import DEMO_SETTINGS
from companion.ground.layout import ROOT
from companion.replay.embedded import MarketSpecification, ensure_market

EVIL = 'a<b>&"$x$'
VOID = {"meta", "br", "hr", "img", "input", "link", "path", "use", "rect"}
RESULT = re.compile(r"[+−]\d+\.\d+")


@dataclass
class Parsed(HTMLParser):
    """A page taken apart: ids, references, elements, texts, and the texts of each plot."""

    ids: list[str] = field(default_factory=list)
    references: list[str] = field(default_factory=list)
    elements: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    plots: dict[str, list[str]] = field(default_factory=dict)
    plot: str | None = None

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.elements.append(tag)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.references += [value or "" for name, value in attrs if name in {"href", "xlink:href", "src"}]
        self.references += re.findall(r"url\(([^)]*)\)", given.get("clip-path") or "")
        if tag not in VOID:
            self.open.append(tag)
        if tag == "svg":
            self.plot = given["aria-label"] or ""
            self.plots[self.plot] = []

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag
        if tag == "svg":
            self.plot = None

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append(data.strip())
            if self.plot is not None:
                self.plots[self.plot].append(data.strip())


@dataclass(frozen=True)
class Run:
    """One run of the command with all that it wrote."""

    folders: tuple[Path, ...]
    html: str
    document: dict[str, object]
    text: str

    def parsed(self) -> Parsed:
        parsed = Parsed()
        parsed.feed(self.html)
        parsed.close()
        assert parsed.open == []
        return parsed


def page_of(folders: tuple[Path, ...], file: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    # The guide trades often enough for intervals in so short a time.
    data = [*(str(folder) for folder in folders), "--settings", str(DEMO_SETTINGS)]
    assert main(("evidence", "--data", *data, "--html", str(file))) == 0
    text = capsys.readouterr().out
    html = file.read_text(encoding="utf-8")
    assert main(("evidence", "--data", *data, "--json", "--html", str(file))) == 0
    assert file.read_text(encoding="utf-8") == html
    return Run(folders, html, json.loads(capsys.readouterr().out), text)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """Two markets with days enough for intervals; the second one says that it is recorded, and has an evil name."""
    parent = tmp_path_factory.mktemp("page")
    first = ensure_market(parent / "first", MarketSpecification(coins=6, days=33))
    second = ensure_market(parent / EVIL, MarketSpecification(coins=6, days=33, seed=2))
    (second / "market.json").unlink()
    return first, second


@pytest.fixture(scope="module")
def once(folders: tuple[Path, ...], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    return {}


@pytest.fixture
def run(
    folders: tuple[Path, ...], once: dict[str, Run], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Run:
    if not once:
        once["run"] = page_of(folders, tmp_path / "page.html", capsys)
    return once["run"]


def test_the_page_needs_nothing_from_elsewhere(run: Run) -> None:
    parsed = run.parsed()
    assert not re.search(r"https?:|//[a-z]|@import|<script|<link|<img|<iframe", run.html)
    assert parsed.references
    assert all(reference.startswith("#") for reference in parsed.references)
    assert {reference[1:] for reference in parsed.references} <= set(parsed.ids)
    assert len(set(parsed.ids)) == len(parsed.ids)
    assert len(run.html) < 1_000_000


def test_the_digest_of_the_document_and_of_the_settings_stand_on_the_page(run: Run) -> None:
    texts = run.parsed().texts
    assert run.document["digest"] in texts
    assert run.document["settings_digest"] in texts


def test_the_verdict_comes_first_in_words_with_its_figures(run: Run) -> None:
    texts = run.parsed().texts
    verdict = next(line for line in run.text.splitlines() if line.startswith("VERDICT: "))
    heading = texts.index(verdict.replace("VERDICT", "Verdict"))
    net = next(line.split(maxsplit=4) for line in run.text.splitlines() if line.startswith("  net "))
    figures = run.html.split('<dl class="figures">')[1].split("</dl>")[0].replace("−", "-")
    assert f'<span class="value">{net[1]}</span> <span class="against">{net[2]} {net[3]}</span>' in figures
    assert heading < texts.index("net, % a trade") < texts.index("Sets")


def test_what_the_text_says_is_on_the_page_too(run: Run) -> None:
    words = " ".join(run.parsed().texts).replace("−", "-")
    body = run.text.split("VERDICT: ")[1].replace("Layers:", "Layers").split("\n\n", 1)[1]
    cells = {cell.strip(" ,") for line in body.splitlines() for cell in re.split(r"\s{2,}|: ", line)}
    missing = {cell for cell in cells if cell and cell not in words and not cell.startswith("Layers")}
    assert len(cells) > 300
    assert missing == set()


def test_a_market_that_is_generated_is_named_and_warned_of(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    generated, recorded = run.folders
    assert "first: generated. A generated market says nothing about real ones." in run.html
    alone = tmp_path / "alone.html"
    assert main(("evidence", "--data", str(generated), "--html", str(alone))) == 0
    assert "This market is generated: it says nothing about real ones." in alone.read_text(encoding="utf-8")
    assert main(("evidence", "--data", str(recorded), "--html", str(alone))) == 0
    assert "says nothing about real ones" not in alone.read_text(encoding="utf-8")


def test_a_name_of_a_folder_is_text_and_nothing_else(run: Run) -> None:
    parsed = run.parsed()
    assert EVIL in parsed.texts
    assert "b" not in parsed.elements
    assert any(EVIL in texts for texts in parsed.plots.values())


def test_every_grouping_of_every_set_has_a_plot_and_every_set_its_equity_in_two_sizes(run: Run) -> None:
    plots = run.parsed().plots
    titles = [
        "regime",
        "side",
        "hour",
        "volatility",
        "ATR",
        "leverage",
        "score",
        "close reason",
        "minimum score",
    ]
    for name in ("first", EVIL, "all sets"):
        for title in titles:
            assert any(label.startswith(f"{name} by {title}: ") for label in plots)
    assert run.html.count('aria-label="first, 2025-01-') == 2
    assert '"wide"' in run.html
    assert '"narrow"' in run.html


def test_a_group_with_too_little_has_no_number_in_its_plot(run: Run) -> None:
    for label, texts in run.parsed().plots.items():
        if " by " not in label:
            continue
        rows = label.split(": ", 1)[1].split("; ")
        little = [row for row in rows if row.endswith(" too little")]
        results = [text for text in texts if re.fullmatch(r"[+−]\d\.\d{3}", text)]
        assert len(results) == 2 * (len(rows) - len(little))
        assert texts.count("too little") == len(little)
    assert "too little" in run.parsed().texts


def test_plots_have_no_colours_of_their_own(run: Run) -> None:
    drawn = "".join(re.findall(r"<svg.*?</svg>", run.html, flags=re.DOTALL))
    assert "var(--gross)" in drawn
    assert "var(--zero)" in drawn
    assert re.findall(r"#[0-9a-f]{6}\b", drawn) == []
    names = set(re.findall(r"var\((--[a-z]+)\)", run.html))
    for scheme in (":root {", "(prefers-color-scheme: dark)", "@media print"):
        defined = set(re.findall(r"(--[a-z-]+):", run.html.split(scheme, 1)[1].split("}", 1)[0]))
        assert names - {"--depth"} <= defined


def test_layers_that_order_nothing_are_named_and_have_no_row(run: Run) -> None:
    heat = run.html.split('<table class="heat">')[1].split("</table>")[0]
    assert heat.count("<tr>") > 10
    assert "n/a" not in heat
    assert (
        re.search(r"same points for all: [^<]*order book imbalance", run.html)
        or "order book imbalance" in heat
    )
    assert heat.count("same sign") + heat.count("signs differ") + heat.count("one set only") >= 10


def test_another_process_with_other_hash_seed_and_time_zone_writes_the_same_bytes(
    run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "again.html"
    paths = os.pathsep.join((str(ROOT), str(ROOT / "user_data" / "strategies")))
    environment = os.environ | {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "PYTHONPATH": paths}
    command = [
        sys.executable,
        "-m",
        "companion",
        "evidence",
        "--data",
        *map(str, run.folders),
        "--settings",
        str(DEMO_SETTINGS),
        "--html",
        str(file),
    ]
    subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True, timeout=240)
    assert file.read_bytes() == run.html.encode()


def test_a_page_without_trades_says_so(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, copy = tmp_path / "empty.html", tmp_path / "short"
    shutil.copytree(run.folders[0], copy)
    assert main(("evidence", "--data", str(copy), "--to", "2025-01-01T06:00", "--html", str(file))) == 0
    html = file.read_text(encoding="utf-8")
    assert "Verdict: too little data" in html
    assert "No trades." in html
    assert "equity-0" not in html


def test_a_page_that_cannot_be_written_is_an_error_before_any_work(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    target = tmp_path / "file" / "page.html"
    assert main(("evidence", "--data", str(run.folders[0]), "--html", str(target))) == 2
    said = capsys.readouterr().err
    assert f"--html {target}: cannot be written: {target.parent} is no folder" in said
    assert "coins" not in said
    assert main(("evidence", "--data", str(run.folders[0]), "--html", str(tmp_path))) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_who_asks_for_no_page_and_no_cluster_loads_nothing_that_these_need() -> None:
    paths = os.pathsep.join((str(ROOT), str(ROOT / "user_data" / "strategies")))
    code = "import sys, companion.commands.registry; print({'matplotlib', 'distributed'} & set(sys.modules))"
    ended = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": paths},
        cwd=ROOT, check=True, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert ended.stdout == "set()\n"
