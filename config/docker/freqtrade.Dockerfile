# The stock Freqtrade image with FreqAI, the compiler of the core, and the strategy.
# Build from the project's root: docker build -f config/docker/freqtrade.Dockerfile .
FROM freqtradeorg/freqtrade:2026.9_freqai

# The same version as requirements/runtime.txt: a test compares them.
RUN pip install --no-cache-dir --user numba==0.68.1

COPY --chown=ftuser:ftuser user_data/strategies /freqtrade/user_data/strategies
COPY --chown=ftuser:ftuser user_data/pairlists /freqtrade/user_data/pairlists
# Volumes take the owner of what the image has in their place. The parameter file of the strategy is written while the
# bot runs (the companion's settings, hyperopt), so it lies with the state, where the companion reaches it too.
RUN mkdir -p run user_data/data/binance/recorded user_data/hhq user_data/logs \
        user_data/strategies/hhq/__pycache__ user_data/strategies/hhq_freqtrade/__pycache__ \
    && cp user_data/pairlists/seed.json user_data/pairlists/scanner.json \
    && ln -s ../hhq/HHQStrategy.json user_data/strategies/HHQStrategy.json

ENV PYTHONPATH=/freqtrade/user_data/strategies \
    PYTHONUNBUFFERED=1
USER 1000
HEALTHCHECK --interval=30s --timeout=10s --start-period=120s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/api/v1/ping', timeout=8)"]
