"""The rules of the layers in Turkish, by number; names in backticks are settings of the layer's section.

The English rule is the docstring of the layer's points. A test holds both to the same settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

FORMULAS: Mapping[int, str] = MappingProxyType(
    {
        1: """Rejimin tabanı + min(`most_points`, (|z| − eşik) × `points_per_deviation` sonucunun tam kısmı).

Her rejimde ve her iki yönde aynı; aday kendi rejiminin tabanını getirir. z, eşik ya da taban yoksa katmanın tamamı
0 verir. Eşiğin altındaki |z| güç puanı vermez, ama hiçbir zaman puan düşürmez.""",
        2: """Dengesizlik ≥ `strong_from` → `strong_points`; ≥ `medium_from` → `medium_points`; ≥ `weak_from` →
`weak_points`.

Her rejimde aynı; yönün tersine eğilen defter puan düşürmez. SHORT: dengesizliğin işareti ters çevrilir.""",
        3: """Ortalamaya dönüş: VWAP z < −`distance` → `mean_reversion_points`; trend: > `distance` → `trending_points`.

Ortalamaya dönüşte LONG VWAP'ın altında, trendde üstünde alır. SHORT: VWAP z ters çevrilir.""",
        4: """STRONG_BULLISH → `strong_with_points`; BULLISH → `with_points`; BEARISH → `against_points`;
STRONG_BEARISH → `strong_against_points`.

NEUTRAL → 0. Her rejimde aynı. Kodlar −2 (STRONG_BEARISH) ile +2 (STRONG_BULLISH) arasındadır. SHORT: kod ters
çevrilir; yani STRONG_BEARISH bir coinde SHORT `strong_with_points` alır.""",
        5: """Likide edilen SHORT'lar > `large_above` → `large_points`; > `medium_above` → `medium_points`; > `small_above`
→ `small_points`.

Her rejimde aynı. SHORT, likide edilen LONG'ları sayar. İkisi de aynı akıştan gelir: biri yoksa katman hiçbir yöne
puan vermez.""",
        6: """Ortalamaya dönüş: baz < −`discount` → `points`; trend: 0.

SHORT: baz ters çevrilir, yani prim SHORT'un lehinedir.""",
        7: """Balina z > `above` → `points`.

Her rejimde aynı; yönün tersine akış puan düşürmez. SHORT: balina z ters çevrilir.""",
        8: """En yakın boşluk BULLISH ve en çok `within` ATR (5m) uzakta → `with_points`; BEARISH → `against_points`.

Her rejimde aynı; tam sınırdaki uzaklık içeride sayılır, fiyat boşluğun içindeyse uzaklık 0'dır. "Boşluk yok" bilinen
bir değerdir (0 puan), uzaklık o zaman NaN olsa da bilinmiyor demek değildir. SHORT: boşluğun yönü ters çevrilir.""",
        9: """H > `hurst_above` ve yönle aynı doğrultuda kırılım → `with_points`; ortalamaya dönüşte ters kırılım →
`against_points`.

İlk satır her rejimde aynıdır (rastgele rejimde H sınırın üstünde olabilir); ikincisi her H'de ortalamaya dönüş
içindir, kırılıma ters bir trend adayı 0 alır. Kırılım bu mumun kendisinde olur, yani hep tazedir. SHORT: kırılımın
yönü ters çevrilir.""",
        10: """RSI < `very_oversold_below` → `very_oversold_points`; < `oversold_below` → `oversold_points`; >
`overbought_above` → `overbought_points`.

Bu satırlar ortalamaya dönüş içindir. Trend: `trend_from` ≤ RSI ≤ `trend_to` → `trend_points`, yoksa 0. SHORT:
100 − RSI.""",
        11: """Hacim oranı ≥ `spike_from` → `spike_points`; ≥ `raised_from` → `raised_points`; < `thin_below` →
`thin_points`.

Her rejimde ve her iki yönde aynı.""",
        12: """BULLISH uyumsuzluk → `with_points`; BEARISH → `against_points`.

Her rejimde aynı. SHORT: uyumsuzluğun yönü ters çevrilir.""",
        13: """Ortalamaya dönüş: −`zone_far` ≤ VWAP z ≤ −`zone_near` → `zone_points`; |VWAP z| > `far_above` →
`far_points`.

Trend: iki satırda da 0. Bölge iki ucunu da içerir. SHORT: VWAP z ters çevrilir.""",
        14: """Ortalamaya dönüş, kapanış POC'nin altında, (POC − kapanış)/kapanış < %`at_below` → `at_points`; <
%`near_below` → `near_points`.

Trend: 0. İki satırda da POC fiyatın önünde olmalıdır: LONG için üstünde, SHORT için altında; tam POC'deyken gidecek
yer kalmamıştır, katman 0 verir.""",
        15: """ADX < `adx_below` ve H < `hurst_below` → `points`.

İki yön için de aynı. Rejim değil, H'nin kendisi sayılır: varsayılan sınırlarla bu yalnızca ortalamaya dönüştür,
rastgele rejim değildir.""",
        16: """Eğilim t > `strong_above` → `strong_points`; > `weak_above` → `weak_points`; t < −`against_above` →
`against_points`.

Her rejimde aynı. SHORT: t ters çevrilir.""",
        17: """Ödenen oran > `crowd_strong_above` → `crowd_strong_points`; > `crowd_above` → `crowd_points`.

Alınan oran > `contrarian_extreme_above` → `contrarian_extreme_points`; > `contrarian_strong_above` →
`contrarian_strong_points`; > `contrarian_above` → `contrarian_points`. Her rejimde aynı. Oran pozitifken kalabalık
LONG'dur: LONG fonlama öder ve kalabalıkla aynıdır, SHORT fonlama alır ve kalabalığın tersinedir; negatif oranda tam
tersi geçerlidir.""",
        18: """Coinin kazanma oranı (en az `coin_trades` işlem) < `coin_very_bad_below` → `coin_very_bad_points`; <
`coin_bad_below` → `coin_bad_points`; < `coin_poor_below` → `coin_poor_points`; > `coin_good_above` →
`coin_good_points`.

Buna eklenir: işlemin yönü zayıf olansa, en az `side_trades` işlem ve `side_weak_below` altında kazanma oranıyla
`side_weak_points`. Kazanma oranı öbür yönünkinden düşükse ya da öbür yönde hiç işlem yoksa yön zayıftır. İşlem azsa o
bölüm 0 verir.""",
        19: """Bu mumda yönle aynı doğrultuda kesişme → `points`; ters kesişme puan düşürmez.

Her rejimde aynı. SHORT: kesişme ters çevrilir.""",
        20: """Ortalamaya dönüş: konum < −`beyond` → `points`; trend: konum > `beyond` → `points`.

Ortalamaya dönüşte LONG alt bantta, trendde üst bantta alır. SHORT: konum ters çevrilir.""",
        21: """Ortalamaya dönüş: K < `oversold_below` iken BULLISH kesişme → `cross_points`; kesişmesiz K <
`oversold_below` → `oversold_points`.

Trend: yönle aynı doğrultuda kesişme → `trending_points`, göstergenin bir kesişme için istediği K aralığında. K = 0
bir değerdir, bilinmiyor demek değildir. SHORT: 100 − K, kesişme ters çevrilir.""",
        22: """EMA 8, EMA 21'i bu mumda yönle aynı doğrultuda keser → `points`; trend: EMA 8, EMA 21'in üstünde → yine
`points`.

Ortalamaya dönüşte yalnızca kesişme sayılır. Kesişme ve durum birlikte `points` puanını bir kez verir. SHORT: kesişme
ve durum ters çevrilir.""",
        23: """Güven p, 0 … 1 → `points_per_probability` × (p − `neutral`), yuvarlanmış, ±`most_points` içinde.

Her rejimde ve her iki yönde aynı: p, bu sinyalin kendi yönünde kârla bitme olasılığıdır. Yarımlar çift sayıya
yuvarlanır. p yoksa (NaN) ve model ileriye dönük sınamasını geçmedikçe tüm adaylar için 0 (yok).""",
    }
)
