#!/usr/bin/env bash
# LightGBM: a label that is missing is trained as a zero.
#
# The last rows of a training set have no label yet (the future that they speak of has not come), and a library that
# takes NaN in features is expected to refuse NaN in labels, or to leave such rows out. scikit-learn's wrapper does
# refuse. `lgb.train` with a `Dataset` takes them without a word: for a classification a NaN is the class 0, for a
# regression it is the value 0.0, and a NaN weight is accepted as well. With half of the labels missing the mean
# prediction of a fair coin falls from 0.49 to 0.24; a regression of values around 3 learns 0 wherever a label was
# missing. It costs a model that believes in losses (or in standstill) exactly for the newest rows, the ones that look
# most like today. Instead: drop rows without a label before the Dataset is made, and assert it.
#
# Seen with lightgbm 4.7.0 and numpy 2.4.6 on 2026-11-30.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check lightgbm==4.7.0 numpy==2.4.6 scipy==1.17.1 \
    scikit-learn==1.9.1
cat > expect.py <<'PY'
import sys

changed = []


def expect(what, seen, written):
    print(f"{what}: {seen}")
    if seen != written:
        changed.append(f"CHANGED: {what}: {written!r} when this was written, {seen!r} now")


def finish():
    print(*(changed or ["as it was when this was written"]), sep="\n")
    sys.exit(1 if changed else 0)
PY
cat > program.py <<'PY'
import lightgbm as lgb
import numpy as np
from expect import expect, finish

print("lightgbm", lgb.__version__, "numpy", np.__version__)
random = np.random.default_rng(0)
features = random.normal(size=(5000, 3))
won = (features[:, 0] + random.normal(size=5000) > 0).astype(float)
half = won.copy()
half[random.permutation(5000)[:2500]] = np.nan


def mean_prediction(objective, labels, rows=slice(None)):
    data = lgb.Dataset(features[rows], labels[rows])
    model = lgb.train(dict(objective=objective, verbose=-1, deterministic=True, seed=1), data, 50)
    return float(model.predict(features).mean())


known = ~np.isnan(half)
left_out, taken = mean_prediction("binary", half, known), mean_prediction("binary", half)
print(f"share of wins {won.mean():.3f}; predicted {left_out:.3f}, with half of the labels missing {taken:.3f}")
expect("  about half of it", (0.45 < left_out < 0.55, 0.2 < taken < 0.3), (True, True))
three = half * 0 + 3.0
expect("a value of 3.0, rows without label left out", round(mean_prediction("regression", three, known), 1), 3.0)
expect("a value of 3.0, half of the labels NaN", round(mean_prediction("regression", three), 1), 1.5)
try:
    lgb.LGBMClassifier(verbose=-1).fit(features, half)
except ValueError as error:
    expect("scikit-learn's wrapper", str(error).splitlines()[0], "Input contains NaN.")
finish()
PY
venv/bin/python program.py
