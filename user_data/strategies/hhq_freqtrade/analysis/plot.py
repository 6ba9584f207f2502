"""Which of the strategy's columns FreqUI draws."""

from __future__ import annotations

from typing import Any

PLOT_CONFIG: dict[str, Any] = {
    "main_plot": {
        "hhq_vwap": {"color": "#f6c343"},
        "hhq_poc": {"color": "#9b59b6"},
        "hhq_vah": {"color": "#5d6d7e"},
        "hhq_val": {"color": "#5d6d7e"},
        "hhq_ema8": {"color": "#2e86de"},
        "hhq_ema21": {"color": "#10ac84"},
        "hhq_entry_price": {"color": "#ee5253", "type": "scatter"},
    },
    "subplots": {
        "z": {"hhq_zscore": {"color": "#2e86de"}, "hhq_threshold": {"color": "#ee5253"}},
        "Hurst": {"hhq_hurst": {"color": "#8854d0"}},
        "score": {
            "hhq_score": {"color": "#20bf6b", "type": "bar"},
            "hhq_minimum": {"color": "#eb3b5a"},
        },
        "gate": {"hhq_gate": {"color": "#a5b1c2"}},
        "leverage": {"hhq_leverage": {"color": "#fa8231", "type": "bar"}},
        "funding": {"hhq_funding_rate": {"color": "#0fb9b1"}},
    },
}
