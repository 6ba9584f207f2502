#!/usr/bin/env bash
# LightGBM: a feature that is missing for the first time at prediction counts as 0.0.
#
# "LightGBM handles missing values" is what everybody knows: NaN goes to the side of a split that was better in
# training. That holds for a feature that had NaN in training. One that was complete there has no such side: at
# prediction its NaN is taken for 0.0, whatever the feature's values are. For a price level around 100, an open
# interest, a volume, zero is far below everything in training and goes to the outermost leaf: here a missing value of a
# feature gives a probability of 0.004, its middle value 0.51. Training data are usually cleaned, and a feed fails for
# the first time in live. It costs confident predictions in just the minutes in which a source is away. Instead: refuse
# rows with NaN before `predict`, or put some NaN into every feature of the training set.
#
# Seen with lightgbm 4.7.0 and numpy 2.4.6 on 2026-11-30.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check lightgbm==4.7.0 numpy==2.4.6 scipy==1.17.1
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
level = 100 * np.exp(random.normal(size=5000))
rest = random.normal(size=5000)
won = (np.log(level / 100) + rest / 2 + random.normal(size=5000) * 0.3 > 0).astype(float)


def predictions(missing_in_training):
    """For a missing level, a level of 0 and the middle one."""
    seen = level.copy()
    seen[: int(5000 * missing_in_training)] = np.nan
    data = lgb.Dataset(np.column_stack([seen, rest]), won)
    model = lgb.train(dict(objective="binary", num_leaves=15, verbose=-1, deterministic=True, seed=1), data, 50)
    return [float(p) for p in model.predict(np.array([[np.nan, 0.0], [0.0, 0.0], [100.0, 0.0]]))]


missing, zero, middle = predictions(0)
print(f"complete in training: missing {missing:.3f}, zero {zero:.3f}, middle {middle:.3f}")
expect("  a missing level is exactly a level of 0", missing == zero, True)
expect("  and far from the middle", missing < 0.05 and 0.3 < middle < 0.7, True)
missing, zero, middle = predictions(0.1)
print(f"a tenth missing in training: missing {missing:.3f}, zero {zero:.3f}, middle {middle:.3f}")
expect("  a missing level is no level of 0", missing == zero, False)
finish()
PY
venv/bin/python program.py
