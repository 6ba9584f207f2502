"""What a generated coin costs at the start: about what the contract of that name does.

A person who looks at the market must not stumble over a Bitcoin for a cent. Only the order of magnitude is taken;
how a price moves from there has no relation to the coin. Names that are not in the table get a price of their class.
"""

from __future__ import annotations

import math

from companion.replay.embedded.names import STABLE_BASES

_TABLE = """
BTC 97000  ETH 3300  SOL 190  XRP 2.3  HYPE 24  NEAR 5.2  PENGU 0.033  PUMP 0.0042  SUI 4.3  WLD 2.2  ZEC 56  APT 9.1
DOGE 0.33  ENA 0.98  AAVE 310  FIL 5.1  BNB 700  LINK 21  TAO 460  TIA 4.8  XLM 0.34  1000PEPE 0.02  HBAR 0.28  INJ 20.5
TON 5.6  1000SHIB 0.0215  BCH 440  AVAX 37  ADA 0.87  LTC 104  TRX 0.256  DOT 6.8  UNI 13.4  ARB 0.74  TRUMP 28
ATOM 6.4  CRV 0.92  ETC 25.6  OP 1.8  LDO 1.83  MKR 1510  1000BONK 0.031  ONDO 1.38  POL 0.46  PYTH 0.37  SEI 0.41
VET 0.045  1000FLOKI 0.17  A 0.52  AERO 1.35  ALGO 0.34  CAKE 2.4  CFX 0.155  COMP 73  DASH 37.5  ENS 34  ETHFI 2.1
FET 1.3  ICP 10.2  IMX 1.33  JUP 0.84  KAS 0.116  PENDLE 5.1  RENDER 7.1  SAND 0.56  SPX 0.95  STRK 0.46  THETA 2.2
VIRTUAL 3.2  WIF 1.9  XMR 193  XTZ 1.28  1000LUNC 0.11  1000XEC 0.035  1INCH 0.39  AR 16.3  AXS 6.3  BSV 53  CHZ 0.084
CVX 4.3  DYDX 1.52  EGLD 33.5  EIGEN 3.5  FARTCOIN 0.93  GALA 0.0355  GRASS 2.35  GRT 0.2  IOTA 0.285  JASMY 0.034
JST 0.04  JTO 3.1  KAIA 0.205  KAITO 1.5  MANA 0.465  MELANIA 1.3  MORPHO 2.5  NEO 14.1  OMNI 8.6  PROVE 1.1  QNT 106
QTUM 3.05  RAYSOL 4.8  RSR 0.0122  RUNE 4.7  S 0.68  SFP 0.7  SNX 2.05  STX 1.53  SUSHI 1.42  TWT 1.16  WAL 0.44
YFI 8100  ZEN 25.3  ZK 0.19  ZRO 5.0  PLUME 0.12  ATH 0.062  1MBABYDOGE 0.0029  ACH 0.0258  AKT 2.9  ALT 0.118
ANKR 0.0345  APE 1.18  ASTR 0.061  BABY 0.08  BAND 1.42  BAT 0.235  BERA 6.5  CELO 0.66  CKB 0.0146  COTI 0.11  COW 0.88
ENJ 0.215  GAS 4.5  GLM 0.38  GMX 27  HOT 0.0021  ID 0.385  IOTX 0.0385  KAVA 0.46  KNC 0.53  KSM 32.5  LISTA 0.37
LUNA2 0.41  ME 2.4  MEW 0.0062  MOCA 0.19  MOODENG 0.26  ORCA 3.4  ORDI 23  RPL 10.6  RVN 0.0172  SKL 0.062  SSV 23.5
SUN 0.0195  SUPER 1.35  T 0.027  TRB 66  TURBO 0.0078  UMA 2.7  VANA 14.5  VTHO 0.0041  W 0.29  WOO 0.205  XVG 0.0133
1000000MOG 2.1  AEVO 0.36  AIXBT 0.35  API3 1.55  ARKM 1.5  ARPA 0.061  AXL 0.66  BIGTIME 0.122  BLUR 0.26  BOME 0.0061
BNT 0.62  C98 0.188  CETUS 0.24  CTSI 0.182  CVC 0.16  CYBER 3.3  DOGS 0.00049  DUSK 0.2  ETHW 3.1  FLUX 0.57  G 0.031
GMT 0.156  ILV 40  IOST 0.0069  LPT 15.2  LQTY 1.42  LSK 0.84  MAGIC 0.42  MANTA 0.79  MEME 0.0108  METIS 40  MINA 0.57
NEIRO 0.00175  NOT 0.0066  ONT 0.265  PEOPLE 0.047  PNUT 0.66  POPCAT 0.73  SLP 0.0036  SPELL 0.00085  SAFE 0.93
ZETA 0.58  ZRX 0.51  ONE 0.0285  1000RATS 0.058  1000CHEEMS 0.00092  1000SATS 0.00024  1000CAT 0.032
1000X 0.047  1000WHY 0.00021  1000000BOB 0.06  XAI 0.215  ZIL 0.0215  SC 0.0059  DGB 0.0094  WAVES 1.55  KLAY 0.2
ASTER 1.2  WLFI 0.16  XPL 0.6  SKY 0.06  RAY 4.8  OMG 0.36  REN 0.04  SNT 0.042  FXS 3.1  NKN 0.079  XCN 0.0017
"""

_WORDS = _TABLE.split()
PRICES: dict[str, float] = {base: float(price) for base, price in zip(_WORDS[::2], _WORDS[1::2], strict=True)}
"""USDT by base asset."""

# Bundles of many coins are bundled because one of them costs nearly nothing.
_BUNDLES = ("1000", "1M")
_BUNDLE, _OTHER = (0.0008, 0.09), (0.012, 4.5)
_STABLE = 0.9998


def first_price(base: str, place: float) -> float:
    """Price in USDT of `base` at the start; `place` in [0, 1) chooses within its class when the name is not known."""
    if base in STABLE_BASES:
        return _STABLE
    known = PRICES.get(base)
    if known is not None:
        return known
    lowest, highest = _BUNDLE if base.startswith(_BUNDLES) else _OTHER
    # Three digits: the last bit of an exp cannot show.
    return float(f"{lowest * math.exp(place * math.log(highest / lowest)):.3g}")
