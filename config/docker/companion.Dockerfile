# The companion service and the replay exchange.
# Build from the project's root: docker build -f config/docker/companion.Dockerfile .
FROM node:24.19.0-slim AS page
WORKDIR /app/companion/dashboard
COPY companion/dashboard/package.json companion/dashboard/package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY companion/dashboard ./
RUN npm run build

FROM python:3.11-slim AS packages
COPY requirements/runtime.txt /opt/runtime.txt
RUN python -m venv /opt/venv && /opt/venv/bin/pip install --no-cache-dir -r /opt/runtime.txt

FROM python:3.11-slim
# The same number as the user of the Freqtrade image: both write to the volumes that they share.
RUN groupadd --gid 1000 hhq && useradd --uid 1000 --gid hhq --no-create-home --home-dir /app hhq
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY companion ./companion
COPY --from=page /app/companion/page/built ./companion/page/built
COPY config ./config
COPY user_data ./user_data
RUN mkdir -p run user_data/data/binance/recorded user_data/hhq user_data/strategies/hhq/__pycache__ \
    && cp user_data/pairlists/seed.json user_data/pairlists/scanner.json \
    && chown -R hhq:hhq run user_data/data user_data/hhq user_data/pairlists user_data/strategies/hhq/__pycache__

ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/app:/app/user_data/strategies \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 1000
EXPOSE 8090
ENTRYPOINT ["python", "-m", "companion"]
CMD ["serve"]
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8090/health', timeout=8)"]
