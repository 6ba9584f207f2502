"""What gates say, each sentence in both languages: the one place where they stand."""

from __future__ import annotations

from enum import Enum

from hhq.language import Text
from hhq.message import Message, Value


class Sentence(Enum):
    """A sentence with the names of what is filled in."""

    EXCLUDED = Text("{coin} is in excluded_coins", "{coin} excluded_coins listesinde")
    NOT_EXCLUDED = Text("{coin} is not in excluded_coins", "{coin} excluded_coins listesinde değil")
    TYPE = Text("{type}", "{type}")
    GUARD = Text("guards, blocks and limits of the account", "hesabın korumaları, engelleri ve sınırları")
    INTERVAL = Text(
        "live: {seconds} s since the coin's last accepted signal",
        "canlıda: coinin kabul edilen son sinyalinden beri {seconds} sn",
    )
    DATA = Text("{history} of {wanted} candles", "{wanted} mumun {history} tanesi var")
    DATA_MISSING = Text(
        "{history} of {wanted} candles; n/a: {features}",
        "{wanted} mumun {history} tanesi var; bilinmeyen: {features}",
    )
    HOURS_OFF = Text("{time} UTC; quiet hours are off", "{time} UTC; sessiz saatler kapalı")
    HOURS = Text("{time} UTC; quiet from {begin} to {end}", "{time} UTC; sessiz saatler {begin}–{end}")
    HOURS_EXEMPT = Text(
        "{time} UTC; quiet from {begin} to {end}, {coin} is exempt",
        "{time} UTC; sessiz saatler {begin}–{end}, {coin} muaf",
    )
    STRETCH = Text("abs(z) {z} {comparison} {threshold}", "|z| {z} {comparison} {threshold}")
    REGIME_SIDE = Text("H {hurst}: {regime}, {side} {how}", "H {hurst}: {regime}, {side} {how}")
    WITH_THE_STRETCH = Text("with the stretch", "sapma yönünde")
    AGAINST_THE_STRETCH = Text("against the stretch", "sapmanın tersine")
    RANDOM_ASKS_THE_BOOK = Text(
        "H {hurst}: random, the order book has to agree",
        "H {hurst}: rastgele, emir defterinin doğrulaması gerek",
    )
    RANDOM_WITHOUT_BOOK = Text(
        "H {hurst}: random, no order book, so abs(z) {z} {comparison} {factor} × threshold = {threshold}",
        "H {hurst}: rastgele, emir defteri yok; bu yüzden |z| {z} {comparison} {factor} × eşik = {threshold}",
    )
    RANDOM_WITH_BOOK = Text(
        "H {hurst}: random, {side} needs an imbalance of {needed} on its side, the book has {book}",
        "H {hurst}: rastgele, {side} kendi yönünde {needed} dengesizlik ister, defterde {book} var",
    )
    BOOK_NOT_ASKED = Text("only asked in the random regime", "yalnızca rastgele rejimde sorulur")
    BOOK_MISSING = Text("order-book imbalance n/a", "emir defteri dengesizliği bilinmiyor")
    BOOK_NOT_NEEDED = Text("none is needed (random_without_book)", "gerekmiyor (random_without_book)")
    BOOK_KNOWN = Text("order-book imbalance known", "emir defteri dengesizliği biliniyor")
    MARKET_MISSING = Text("candles of BTC or ETH are missing", "BTC ya da ETH mumları eksik")
    MARKET_KNOWN = Text("BTC and ETH known", "BTC ve ETH biliniyor")
    MARKET_NOT_AVAILABLE = Text("the market is n/a", "piyasa bilinmiyor")
    TREND = Text(
        "ADX {adx} {direction}, H {hurst} (limits {adx_limit} and {hurst_limit})",
        "ADX {adx} {direction}, H {hurst} (sınırlar {adx_limit} ve {hurst_limit})",
    )
    FUNDING = Text("{rate} ({side}: limit {limit})", "{rate} ({side}: sınır {limit})")
    TRENDS = Text(
        "BTC short-term {short_term}, daily {daily}; ETH {eth}",
        "BTC kısa vadede {short_term}, günlükte {daily}; ETH {eth}",
    )
    TIMEFRAMES = Text("total {total} (limit {limit})", "toplam {total} (sınır {limit})")
    MACRO = Text("macro regime {regime}", "makro rejim: {regime}")
    NO_SWEEP = Text("no sweep", "süpürme yok")
    SWEEP = Text("sweep {direction}", "süpürme: {direction}")
    SIDE_OFF = Text("traded in the {regime} regime: {sides}", "{regime} rejiminde işlem yapılan: {sides}")
    SCORE = Text("score {score} {comparison} minimum {minimum}", "skor {score} {comparison} asgari {minimum}")
    LIQUIDITY = Text(
        "24 h volume {volume} (least {least}), spread {spread} (widest {widest})",
        "24 saatlik hacim {volume} (en az {least}), spread {spread} (en çok {widest})",
    )
    COSTS = Text(
        "round trip {total} (fees {fees}, spread {spread}, funding {funding}): {atr} of ATR 1h, {stop} of the stop",
        "gidiş dönüş {total} (komisyon {fees}, spread {spread}, fonlama {funding}): "
        "ATR 1h'nin {atr} kadarı, stop mesafesinin {stop} kadarı",
    )
    COSTS_AND_LIMITS = Text(
        "round trip {total} (fees {fees}, spread {spread}, funding {funding}): {atr} of ATR 1h (limit {atr_limit}), "
        "{stop} of the stop (limit {stop_limit})",
        "gidiş dönüş {total} (komisyon {fees}, spread {spread}, fonlama {funding}): "
        "ATR 1h'nin {atr} kadarı (sınır {atr_limit}), stop mesafesinin {stop} kadarı (sınır {stop_limit})",
    )
    FACTOR_MISSING = Text("a factor is n/a", "bir çarpan bilinmiyor")
    CAPS_TOO_LOW = Text("the caps leave less than 1×", "üst sınırlar 1×'ten azını bırakıyor")
    LEVERAGE = Text("{leverage}×", "{leverage}×")
    SPREAD_MISSING = Text(
        "neither a spread nor what estimates it (tick size, 24 h volume) is known: no leverage, so no entry",
        "ne spread ne de onu tahmin ettiren değerler (fiyat adımı, 24 saatlik hacim) biliniyor: kaldıraç yok, "
        "dolayısıyla giriş yok",
    )
    TIERS_MISSING = Text(
        "no leverage tiers known: the exchange's cap is not applied here, and without tiers no entry is made",
        "kaldıraç kademeleri bilinmiyor: borsanın üst sınırı burada uygulanmıyor; kademeler olmadan giriş yapılmaz",
    )
    REASON = Text("{gate}: {detail}", "{gate}: {detail}")
    ACCEPTED = Text("{gate}: {score}, leverage {leverage}", "{gate}: {score}, kaldıraç {leverage}")
    Z_ABOVE = Text("z above {z}", "z {z} üzerinde")
    Z_BELOW = Text("z below −{z}", "z −{z} altında")
    AND_BOOK_AT_LEAST = Text(
        "{z} and an order-book imbalance of {needed} or more",
        "{z} ve emir defteri dengesizliği {needed} ya da daha fazla",
    )
    AND_BOOK_AT_MOST = Text(
        "{z} and an order-book imbalance of {needed} or less",
        "{z} ve emir defteri dengesizliği {needed} ya da daha az",
    )
    ACCOUNTS_LAYER = Text("the account's: added to the score at entry", "hesaba bağlı: skora girişte eklenir")
    NO_MODEL = Text("no model speaks here", "burada konuşan bir model yok")
    OTHER_REGIME = Text("only in: {regimes}", "yalnızca şurada: {regimes}")

    def of(self, **values: Value) -> Message:
        """Return the sentence with what is filled in."""
        return Message(self.value, values)
