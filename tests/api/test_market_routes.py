"""Scanner, coins, funnel, pair list and funding of a real scan."""

from __future__ import annotations

import pytest

from hhq.gates import Gate
from hhq.layers import LAYERS
from tests.api.market import COINS, scene
from tests.api.rig import Rig

pytestmark = pytest.mark.anyio


async def test_all_coins_are_there_in_the_order_of_their_rank(rig: Rig) -> None:
    page = await rig.get("/api/v1/opportunities")
    assert (page["total"], page["offset"], len(page["items"])) == (COINS, 0, COINS)
    assert [item["rank"] for item in page["items"]] == list(range(1, COINS + 1))
    assert {item["symbol"] for item in page["items"]} == set(scene().scan.columns["symbol"])


async def test_no_coin_is_fresh_whose_stream_has_died_since_the_scan_even_without_a_scanner(rig: Rig) -> None:
    async def fresh() -> set[str]:
        return {item["symbol"] for item in (await rig.get("/opportunities"))["items"] if item["fresh"]}

    market, symbols = rig.services.market, scene().scan.columns["symbol"]
    rig.services.latest_scan.__dict__.update(_live=None)
    everybody = await fresh()
    assert len(everybody) == COINS
    try:
        market.stale.add(0)
        market.unheard.add(1)
        assert everybody - await fresh() == set(symbols[:2])
        market.unheard.update(range(COINS))
        assert await fresh() == set()
    finally:
        market.stale.clear()
        market.unheard.clear()
    assert await fresh() == everybody


async def test_filters_and_pages_fit_together(rig: Rig) -> None:
    accepted = await rig.get("/opportunities", gate="SCORE_PASS")
    assert accepted["total"] >= 1
    one = accepted["items"][0]
    assert one["score"] >= one["minimum"]
    by_side = await rig.get("/opportunities", side=one["side"], min_score=one["score"])
    assert one["symbol"] in [item["symbol"] for item in by_side["items"]]
    found = await rig.get("/opportunities", search=one["symbol"][:4].lower())
    assert one["symbol"] in [item["symbol"] for item in found["items"]]
    whole = (await rig.get("/opportunities", sort="quote_volume_24h", order="desc"))["items"]
    paged = [
        item
        for offset in range(0, COINS, 3)
        for item in (
            await rig.get("/opportunities", sort="quote_volume_24h", order="desc", offset=offset, limit=3)
        )["items"]
    ]
    assert paged == whole


async def test_not_available_comes_last_whichever_way_it_is_sorted(rig: Rig) -> None:
    for order in ("asc", "desc"):
        scores = [
            item["score"] for item in (await rig.get("/opportunities", sort="score", order=order))["items"]
        ]
        known = [score for score in scores if score is not None]
        assert scores[: len(known)] == sorted(known, reverse=order == "desc")
        assert len(known) < COINS


async def test_a_coin_explains_itself_in_any_spelling(rig: Rig) -> None:
    row = int(scene().scan.decisions.accepted()[:, 0].nonzero()[0][0])
    pair = scene().scan.pairs[row]
    base = pair.split("/")[0]
    answers = [await rig.get(f"/coins/{name}") for name in (base.lower(), f"{base}USDT", f"{base}_USDT_USDT")]
    assert answers[0] == answers[1] == answers[2]
    found = answers[0]
    assert (found["pair"], found["decision"]["gate"]) == (pair, "SCORE_PASS")
    explanation = found["explanation"]
    assert [step["gate"] for step in explanation["steps"]] == [
        g.name for g in Gate if g is not Gate.SCORE_PASS
    ]
    layers = explanation["candidate"]["score"]["layers"]
    assert [layer["number"] for layer in layers] == list(range(1, 24))
    assert {layer.name for layer in LAYERS} < {layer["name"] for layer in layers}
    assert explanation["candidate"]["leverage"]["leverage"] == found["decision"]["leverage"]
    assert explanation["candidate"]["levels"]["stop_price"] == pytest.approx(
        found["decision"]["stop_price"], rel=1e-8
    )
    assert found["live"]["imbalance"] is None


async def test_a_rejected_coin_says_why_not(rig: Rig) -> None:
    items = (await rig.get("/opportunities", gate="Z"))["items"]
    found = await rig.get(f"/coins/{items[0]['symbol']}")
    assert found["explanation"]["gate"] == "Z"
    assert found["explanation"]["reason"]
    assert found["explanation"]["candidate"] is None
    await rig.problem("GET", "/coins/NOSUCHCOIN", 404)


async def test_the_candles_of_a_coin_come_with_what_is_decided_at_each(rig: Rig) -> None:
    item = (await rig.get("/opportunities", gate="SCORE_PASS"))["items"][0]
    found = await rig.get(f"/coins/{item['symbol']}/candles", limit=300)
    decided = found["decisions"]
    assert (len(found["time"]), len(found["close"]), len(decided["time"])) == (300, 300, 288)
    assert decided["time"] == found["time"][-288:]
    assert (decided["gate"][-1], decided["score"][-1]) == ("SCORE_PASS", item["score"])
    assert found["close"][-1] == pytest.approx(item["price"])
    assert [layer["number"] for layer in found["layers"]] == [layer.number for layer in LAYERS]
    assert len(decided["points"][-1]) == len(found["layers"])
    assert any(points is None for points in decided["points"]), "most candles have no side"
    await rig.problem("GET", "/coins/NOSUCHCOIN/candles", 404)
    await rig.problem("GET", f"/coins/{item['symbol']}/candles?limit=1501", 422)


async def test_the_funnel_counts_every_coin(rig: Rig) -> None:
    funnel = await rig.get("/funnel")
    assert sum(gate["count"] for gate in funnel["of_pass"]["gates"]) == COINS
    assert funnel["passes"] == 1


async def test_the_scanner_stops_and_starts_and_both_are_logged(rig: Rig) -> None:
    assert (await rig.client.post("/scanner/stop")).json()["state"] == "stopped"
    assert (await rig.get("/scanner/status"))["state"] == "stopped"
    assert (await rig.client.post("/api/v1/scanner/start")).json()["state"] == "running"
    entries = (await rig.get("/audit"))["items"]
    assert [entry["what"] for entry in entries] == ["scanner.start", "scanner.stop"]
    assert entries[1]["before"] == {"state": "running"}
    assert entries[1]["after"] == {"state": "stopped"}


async def test_the_funding_picture_shows_extremes_crowd_interval_and_age(rig: Rig) -> None:
    found = await rig.get("/trade-analysis")
    funding = found["funding"]
    assert (funding["known"], funding["crowd"]) == (COINS, "SHORT")
    assert funding["crowd_long"] + funding["crowd_short"] <= COINS
    lowest = funding["lowest"][0]
    assert (lowest["rate_pct_8h"], lowest["crowd"], lowest["beyond_veto"]) == (-0.12, "SHORT", True)
    assert (lowest["interval_hours"], lowest["rate_pct"]) == (4.0, -0.06)
    assert lowest["age_seconds"] == funding["age_seconds"] == 2.0
    patterns = found["patterns"]
    assert not patterns["available"]
    assert "20 are needed" in patterns["reason"]


async def test_before_the_first_scan_a_problem_says_so(rig: Rig) -> None:
    from companion.scanner.latest_scan import LatestScan

    object.__setattr__(rig.services, "latest_scan", LatestScan())
    for path in ("/opportunities", "/coins/BTCUSDT", "/funnel"):
        assert (await rig.problem("GET", path, 503))["type"] == "urn:hhq:problem:no-scan-yet"


async def test_a_coin_is_explained_in_the_language_asked_for_with_the_same_numbers(rig: Rig) -> None:
    for item in (await rig.get("/opportunities"))["items"]:
        path = f"/coins/{item['symbol']}"
        english = (await rig.get(path))["explanation"]
        turkish = (await rig.get(path, lang="tr"))["explanation"]
        by_browser = await rig.client.get(path, headers={"Accept-Language": "tr-TR,en;q=0.5"})
        assert by_browser.json()["explanation"] == turkish
        assert turkish["reason"] != english["reason"]
        assert (turkish["gate"], turkish["threshold"]) == (english["gate"], english["threshold"])
        for told, original in zip(turkish["steps"], english["steps"], strict=True):
            assert told | {"detail": ""} == original | {"detail": ""}
    await rig.problem("GET", "/coins/BTCUSDT?lang=de", 422)


async def test_a_gate_has_its_number_what_it_needs_and_what_is_missing(rig: Rig) -> None:
    stopped = (await rig.get("/opportunities", gate="Z"))["items"][0]
    steps = (await rig.get(f"/coins/{stopped['symbol']}"))["explanation"]["steps"]
    z = next(step for step in steps if step["gate"] == "Z")
    assert (z["comparison"], z["unit"], z["outcome"]) == (">", "σ", "stopped")
    assert z["missing"] == pytest.approx(z["threshold"] - z["value"])
    excluded = next(step for step in steps if step["gate"] == "EXCLUDED")
    assert excluded["comparison"] is excluded["value"] is excluded["threshold"] is excluded["missing"] is None
