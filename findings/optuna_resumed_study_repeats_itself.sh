#!/usr/bin/env bash
# Optuna: a study that is resumed with a seed tries the same points again.
#
# A seed is set so that a search can be repeated, and a study is kept in a database so that it can go on after an
# interruption; both together are expected to go on. The storage holds the trials, but the state of the sampler is not
# among them: each process starts the seeded generator at its beginning. RandomSampler repeats all of its former trials
# one by one; TPESampler repeats its random start (10 trials) as far as that goes; workers that share one study and one
# seed all try the same first points. A backtest of minutes per trial so buys nothing for the first half hour after each
# restart, and a search that is interrupted often enough never leaves its first two points. It costs hours of machines,
# and a false impression of how much has been searched (the number of trials grows). Instead: a seed derived from the
# number of trials so far, `seed=base + len(study.trials)`, and another one for each worker.
#
# Seen with optuna 5.0.0 on 2026-11-30.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check optuna==5.0.0 numpy==2.4.6
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
import optuna
from expect import expect, finish

print("optuna", optuna.__version__)
optuna.logging.set_verbosity(optuna.logging.ERROR)


def different_points(name, sampler, *sizes):
    """Points that are tried when the study is resumed for each of these numbers of trials."""
    for size in sizes:
        study = optuna.create_study(
            study_name=name, storage="sqlite:///studies.sqlite", load_if_exists=True, sampler=sampler()
        )
        study.optimize(lambda trial: (trial.suggest_float("x", 0, 1) - 0.3) ** 2, n_trials=size)
    return len(study.trials), len({trial.params["x"] for trial in study.trials})


random, tpe = optuna.samplers.RandomSampler, optuna.samplers.TPESampler
expect("random, 20 at once", different_points("a", lambda: random(seed=1), 20), (20, 20))
expect("random, 10 and 10", different_points("b", lambda: random(seed=1), 10, 10), (20, 10))
expect("TPE, 8 at once", different_points("c", lambda: tpe(seed=1), 8), (8, 8))
expect("TPE, 2 and 2 and 2 and 2", different_points("d", lambda: tpe(seed=1), 2, 2, 2, 2), (8, 2))
expect("TPE without a seed", different_points("e", tpe, 2, 2, 2, 2), (8, 8))
finish()
PY
venv/bin/python program.py
