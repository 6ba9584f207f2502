"""The gates that a coin-candle passes on its way to a signal, in order (docs/signal.md)."""

from __future__ import annotations

from enum import IntEnum

from hhq.language import Text


class Gate(IntEnum):
    """Where a coin-candle ended; the first gate that stops it is the one reported.

    The numbers rise in the order of evaluation. GUARD and INTERVAL depend on the account: the strategy checks them at
    the entry, and no column ever holds them. CONTRACT_TYPE and DELISTING are laid over the decision
    (:mod:`hhq.contracts`). SCORE_PASS is the accepted signal.
    """

    EXCLUDED = 0
    CONTRACT_TYPE = 1
    DELISTING = 2
    DATA = 3
    GUARD = 4
    HOURS = 5
    INTERVAL = 6
    Z = 7
    REGIME = 8
    IMBALANCE_NA = 9
    MARKET_NA = 10
    TREND_VETO = 11
    FUNDING_VETO = 12
    BTC_VETO = 13
    MTF_VETO = 14
    MACRO_VETO = 15
    SWEEP_VETO = 16
    SIDE_OFF = 17
    SCORE_LOW = 18
    LIQUIDITY = 19
    COST = 20
    LEVERAGE = 21
    SCORE_PASS = 22


NEVER_ENTERED = (Gate.EXCLUDED, Gate.CONTRACT_TYPE, Gate.DELISTING)
"""Gates of coins that are not entered whatever their candles say: they rank last and leave the pair list."""

VETOES = (
    Gate.MARKET_NA,
    Gate.TREND_VETO,
    Gate.FUNDING_VETO,
    Gate.BTC_VETO,
    Gate.MTF_VETO,
    Gate.MACRO_VETO,
    Gate.SWEEP_VETO,
)
"""Gates that refuse a side whatever its score, in order; they also cancel a waiting entry order."""

EXPLANATIONS: dict[Gate, Text] = {
    Gate.EXCLUDED: Text("the coin is in excluded_coins", "coin excluded_coins listesinde"),
    Gate.CONTRACT_TYPE: Text(
        "contracts of this type are not traded", "bu türdeki sözleşmelerde işlem yapılmaz"
    ),
    Gate.DELISTING: Text("the contract is about to be delivered", "sözleşmenin teslimi yaklaşıyor"),
    Gate.DATA: Text(
        "too little history, no fresh closed candle, or no price",
        "geçmiş çok kısa, güncel kapanmış mum yok ya da fiyat yok",
    ),
    Gate.GUARD: Text("a guard of the account blocks entries", "hesabın bir koruması girişleri engelliyor"),
    Gate.HOURS: Text("quiet hours", "sessiz saatler"),
    Gate.INTERVAL: Text(
        "this coin gave an accepted signal a moment ago", "bu coin az önce kabul edilen bir sinyal verdi"
    ),
    Gate.Z: Text("price is not stretched beyond the threshold", "fiyat eşiğin ötesine sapmadı"),
    Gate.REGIME: Text("the regime gives no side here", "rejim burada bir yön vermiyor"),
    Gate.IMBALANCE_NA: Text(
        "random regime and no order-book imbalance to confirm the side",
        "rejim rastgele ve yönü doğrulayacak emir defteri dengesizliği yok",
    ),
    Gate.MARKET_NA: Text(
        "a market filter needs BTC and ETH candles and has none",
        "bir piyasa filtresi BTC ve ETH mumlarına gerek duyuyor, ama yoklar",
    ),
    Gate.TREND_VETO: Text("a strong trend runs against the side", "güçlü bir trend yönün aleyhine"),
    Gate.FUNDING_VETO: Text(
        "funding is extreme and the side is with the crowd", "fonlama aşırı ve yön kalabalıkla aynı"
    ),
    Gate.BTC_VETO: Text("BTC or ETH moves against the side", "BTC ya da ETH yönün tersine hareket ediyor"),
    Gate.MTF_VETO: Text(
        "the higher timeframes stand against the side",
        "üst zaman dilimleri yönün aleyhine",
    ),
    Gate.MACRO_VETO: Text("the market as a whole trends down", "piyasanın tamamı düşüş trendinde"),
    Gate.SWEEP_VETO: Text(
        "the last candle swept liquidity against the side", "son mum likiditeyi yönün tersine süpürdü"
    ),
    Gate.SIDE_OFF: Text("this side is switched off in this regime", "bu yön bu rejimde kapalı"),
    Gate.SCORE_LOW: Text("the score is below the minimum", "skor asgarinin altında"),
    Gate.LIQUIDITY: Text(
        "24 h volume too small or spread too wide", "24 saatlik hacim çok küçük ya da spread çok geniş"
    ),
    Gate.COST: Text(
        "the expected costs are too large for the move that it is for",
        "beklenen maliyet, hedeflenen harekete göre çok büyük",
    ),
    Gate.LEVERAGE: Text(
        "a factor of the leverage is not known, or none keeps the stop clear of the kill switch",
        "kaldıracın bir çarpanı bilinmiyor ya da hiçbir kaldıraç stopu kill switch'ten uzak tutmuyor",
    ),
    Gate.SCORE_PASS: Text("accepted", "kabul edildi"),
}
