"""A demonstration market: generated candles, funding and books that look like Binance's, by seed."""

from companion.replay.embedded.folder import MarketFolderError, ensure_market
from companion.replay.embedded.specification import MarketSpecification, SpecificationError

__all__ = ["MarketFolderError", "MarketSpecification", "SpecificationError", "ensure_market"]
