"""OpenEvolve: a decorator around the user's own ``evaluate(program_path)``.

What it holds, because OpenEvolve stores whatever it is given as a program's fitness:

- ``combined_score`` is always there and finite. Where it is missing, OpenEvolve averages every number, ours included.
- A rejected program gets a score behind the best that was truly evaluated, never its predicted mean.
- The names in ``features`` are in every result: MAP-Elites raises an exception where one is missing.
- Where the service does not answer, the true evaluation runs. No exception leaves but the user's own.
"""

import functools
import math
import threading
import warnings

_TRUST = {"trusted": 1.0, "calibrating": 0.5, "untrusted": 0.0}
# True results that this process has seen, by study: pairs (objective, combined_score).
_seen = {}
_unscored = set()
_lock = threading.Lock()
_MAX_SEEN = 1000


def screened(surrogate, evaluate, score=None, features=None):
    """Runs ``evaluate`` for promoted programs only, and tells what came out.

    score: from the objective's value to ``combined_score``; not needed where the objective is ``combined_score``
        itself, and learnt from what ``evaluate`` returned where it is absent.
    features: functions from the program's text to a number, by name, for ``database.feature_dimensions``.
    """

    @functools.wraps(evaluate)
    def wrapper(program_path, *args, **kwargs):
        text = _read(program_path)
        decision = surrogate.decide(text)
        extra = {**_features(features, text), **_figures(decision)}
        must_run = decision.promoted or decision.failed
        rejected = None if must_run else _score_of(surrogate, decision, score)
        if rejected is not None:
            return _result({"combined_score": rejected, **extra, "auspex_promoted": 0.0}, _explain(surrogate, decision))
        # A failure was told already, and the first tell counts.
        told = _Silent(surrogate) if decision.failed else surrogate
        return _evaluate(told, evaluate, text, extra, (program_path, *args), kwargs)

    return wrapper


def stage1(surrogate, threshold=0.5, features=None):
    """An ``evaluate_stage1`` that lets promoted programs pass ``cascade_thresholds[0]`` and stops the others below it.

    It runs nothing. OpenEvolve keeps the score of the last stage that ran as a program's fitness: a stopped program's
    is 0 or less here, and ``evaluate_stage2`` must give the real one. ``screened`` needs no second stage.
    """

    def evaluate_stage1(program_path):
        text = _read(program_path)
        decision = surrogate.decide(text)
        passes = decision.promoted or decision.failed
        figures = {**_features(features, text), **_figures(decision), "auspex_promoted": float(passes)}
        score = threshold if passes else min(0.0, threshold - 1.0)
        return _result({"combined_score": float(score), **figures}, None if passes else _explain(surrogate, decision))

    return evaluate_stage1


class _Silent:
    """A surrogate that is told nothing."""

    def __init__(self, surrogate):
        self._surrogate = surrogate

    def __getattr__(self, name):
        return getattr(self._surrogate, name)

    def tell(self, text, value):
        return False

    def tell_failure(self, text, failure):
        return False


def _evaluate(surrogate, evaluate, text, extra, args, kwargs):
    try:
        result = evaluate(*args, **kwargs)
    except Exception as error:
        surrogate.tell_failure(text, type(error).__name__)
        raise
    metrics = getattr(result, "metrics", result)
    if not isinstance(metrics, dict):
        return result
    value = metrics.get(surrogate.metric)
    if _is_finite(value):
        surrogate.tell(text, float(value))
        if _is_finite(metrics.get("combined_score")):
            _remember(surrogate, float(value), float(metrics["combined_score"]))
    else:
        surrogate.tell_failure(text, metrics.get("error", f"no finite {surrogate.metric}"))
    if _is_finite(metrics.get("combined_score")):
        # The user's own figures win over ours of the same name.
        merged = {**extra, "auspex_promoted": 1.0, **metrics}
    else:
        _warn_unscored(surrogate)
        # Without a score of the user's our figures would become part of an average: only features are added.
        merged = {**{k: v for k, v in extra.items() if not k.startswith("auspex_")}, **metrics}
    if metrics is result:
        return merged
    metrics.update(merged)
    return result


def _warn_unscored(surrogate):
    if _key(surrogate) not in _unscored:
        _unscored.add(_key(surrogate))
        warnings.warn(
            f"study {surrogate.study}: evaluate returned no finite combined_score; nothing can be rejected without one",
            RuntimeWarning,
            stacklevel=4,
        )


def _score_of(surrogate, decision, score):
    """``combined_score`` of a rejected program, behind the best seen; None where there is nothing to go by."""
    is_known = math.isfinite(decision.told)
    value = decision.told if is_known else decision.pessimistic
    seen = _seen.get(_key(surrogate), [])
    best = max((s for _, s in seen), default=None)
    if score is not None:
        guess = _call(score, value)
    elif surrogate.metric == "combined_score":
        guess = value if surrogate.goal == "max" else -value
    else:
        guess = _interpolate(sorted(seen), value)
    if not _is_finite(guess):
        return None
    if best is None or is_known:
        return float(guess)
    return float(min(guess, best - 1e-3 * abs(best) - 1e-12))


def _interpolate(pairs, value):
    """The score at ``value``, between the true results around it; at the end of what was seen, that end."""
    if not pairs:
        return None
    if value <= pairs[0][0]:
        return pairs[0][1]
    for (x0, y0), (x1, y1) in zip(pairs, pairs[1:]):
        if value <= x1:
            return y0 if x1 == x0 else y0 + (y1 - y0) * (value - x0) / (x1 - x0)
    return pairs[-1][1]


def _remember(surrogate, value, score):
    with _lock:
        seen = _seen.setdefault(_key(surrogate), [])
        seen.append((value, score))
        if len(seen) > _MAX_SEEN:
            # The best is what the cap needs; the oldest other goes.
            best = max(seen, key=lambda pair: pair[1])
            seen.remove(next(pair for pair in seen if pair is not best))


def _key(surrogate):
    return (surrogate.url, surrogate.study)


def _figures(decision):
    figures = {"auspex_mean": decision.mean, "auspex_std": decision.std, "auspex_trust": _TRUST.get(decision.trust, 0.0)}
    return {name: float(value) for name, value in figures.items() if _is_finite(value)}


def _features(features, text):
    values = {name: _call(function, text) for name, function in (features or {}).items()}
    return {name: float(value) if _is_finite(value) else 0.0 for name, value in values.items()}


def _explain(surrogate, decision):
    return (
        f"Not run. A model predicts {surrogate.name} {decision.mean:.4g} "
        f"(90 % between {decision.low:.4g} and {decision.high:.4g}): {decision.reason}."
    )


def _result(metrics, explanation):
    """OpenEvolve's own result type carries artifacts to the next prompt; a plain dict where it is not installed."""
    try:
        from openevolve.evaluation_result import EvaluationResult
    except Exception:  # noqa: BLE001 - whatever is wrong with the package, the metrics are enough
        return metrics
    if explanation is None:
        return metrics
    return EvaluationResult(metrics=metrics, artifacts={"surrogate": explanation})


def _read(program_path):
    with open(program_path, encoding="utf-8", errors="replace") as file:
        return file.read()


def _call(function, argument):
    try:
        return function(argument)
    except Exception:  # noqa: BLE001 - a helper of the user's must not stop the search
        return None


def _is_finite(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
