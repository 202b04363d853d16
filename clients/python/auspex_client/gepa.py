"""GEPA's ``optimize_anything``: evaluators that return ``(score, info)``, larger is better."""

import json
import math


def evaluator(surrogate, evaluate):
    """Wraps ``evaluate(candidate, ...) -> score or (score, info)``: it runs for promoted candidates only."""

    def wrapper(candidate, *args, **kwargs):
        return _one(surrogate, surrogate.decide(_text(candidate)), evaluate, candidate, args, kwargs)

    return wrapper


def batch_evaluator(surrogate, evaluate):
    """A ``batch_evaluator(pairs, opt_states=None)``: one request for all, then the promoted are evaluated."""

    def wrapper(pairs, opt_states=None):
        pairs = list(pairs)
        decisions = surrogate.decide_all([_text(candidate) for candidate, _ in pairs]) if pairs else []
        return [
            _one(surrogate, decision, evaluate, candidate, () if example is None else (example,), {})
            for decision, (candidate, example) in zip(decisions, pairs)
        ]

    return wrapper


def _one(surrogate, decision, evaluate, candidate, args, kwargs):
    sign = 1.0 if surrogate.goal == "max" else -1.0
    if not (decision.promoted or decision.failed):
        feedback = f"Not run: {decision.reason}. Predicted {surrogate.name} {decision.mean:.4g} +- {decision.std:.2g}."
        value = decision.told if math.isfinite(decision.told) else decision.pessimistic
        return sign * value, {"feedback": feedback, "promoted": False}
    text = _text(candidate)
    try:
        result = evaluate(candidate, *args, **kwargs)
    except Exception as error:
        if not decision.failed:
            surrogate.tell_failure(text, type(error).__name__)
        raise
    score, info = result if isinstance(result, tuple) else (result, {})
    if not decision.failed:
        surrogate.tell(text, sign * float(score))
    return score, {**info, "promoted": True}


def _text(candidate):
    """GEPA's candidates are strings, or dicts of named texts."""
    return candidate if isinstance(candidate, str) else json.dumps(candidate, sort_keys=True)
