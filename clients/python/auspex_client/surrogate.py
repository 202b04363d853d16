"""A study of an auspex service, as a search loop sees it."""

import math
import re
import threading
import warnings
from dataclasses import dataclass, field
from typing import Dict, List, Optional
from urllib.parse import quote

from . import gepa, openevolve, programs
from .http import ServiceError, request

# Studies that this process has made sure of, by (url, study): survives a caller that is executed anew.
_known = set()
_lock = threading.Lock()


@dataclass(frozen=True)
class Decision:
    """What to do with one candidate. ``verdict`` is promote, reject or abstain."""

    verdict: str
    reason: str
    mean: float = math.nan
    std: float = math.nan
    low: float = math.nan
    high: float = math.nan
    #: In the objective's unit: the bad end of the interval, never better than the best that was told.
    pessimistic: float = math.nan
    #: The true value, where it was told before; nan otherwise.
    told: float = math.nan
    #: Whether its evaluation failed before. Frameworks retry failures: a retry is run, and not told again.
    failed: bool = False
    trust: str = "untrusted"
    error: Optional[ServiceError] = None
    raw: Dict = field(default_factory=dict)

    @property
    def promoted(self):
        return self.verdict == "promote"


class Surrogate:
    """One study on one service.

    objective: ``name:min`` or ``name:max``; the name is one of the model's objectives (``y0`` where it has no names).
    metric: the key of the true evaluator's metrics that holds it; default: the objective's name.
    kind: ``yaml``, ``code``, ... or None to let the service tell.
    timeout: seconds after which the service is given up on, and the true evaluation runs instead.
    options: further fields of the study's specification: ``policy``, ``auditShare``, ``budget``, ``context``, ...
    """

    def __init__(self, url, study, objective, kind=None, metric=None, token=None, timeout=2.0, **options):
        name, _, goal = objective.rpartition(":")
        if goal not in ("min", "max") or not name:
            raise ValueError(f'objective must be "name:min" or "name:max", got {objective!r}')
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", study):
            raise ValueError(f"study must be up to 64 letters, digits, dots, dashes, underscores, got {study!r}")
        self.url = url.rstrip("/")
        self.study = study
        self.name = name
        self.goal = goal
        self.kind = kind
        self.metric = metric or name
        self.token = token
        self.timeout = timeout
        self._spec = {"id": study, "objectives": [{"name": name, "goal": goal}], **options}

    # ---- the wire

    def score(self, texts) -> List[Dict]:
        """Predictions corrected by what was told, one per text. Raises ServiceError."""
        return self._post("score", {"candidates": [self._candidate(text) for text in texts]})["results"]

    def select(self, texts, q) -> List[int]:
        """Indices of the ``q`` most promising, best first. Raises ServiceError."""
        body = {"candidates": [self._candidate(text) for text in texts], "q": q}
        return self._post("select", body)["picks"]

    def report(self) -> Dict:
        """What has come of the study so far. Raises ServiceError."""
        self._ensure()
        return self._request("GET", f"/v1/studies/{quote(self.study)}")

    def decide(self, text) -> Decision:
        """Whether to evaluate a candidate. Never raises: without an answer the verdict is promote."""
        return self.decide_all([text])[0]

    def decide_all(self, texts) -> List[Decision]:
        """The same for several candidates in one request."""
        try:
            body = {"candidates": [self._candidate(text) for text in texts]}
            results = self._post("decide", body)["results"]
            decisions = [self._decision(result) for result in results]
            if len(decisions) != len(texts):
                raise ValueError(f"{len(decisions)} answers to {len(texts)} candidates")
            return decisions
        except ServiceError as error:
            return self._promote_all(texts, error)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            # Valid JSON, but not the service's: a proxy, or another version.
            message = f"cannot be read as its answer: {type(error).__name__}: {error}"
            return self._promote_all(texts, ServiceError(0, "BAD_ANSWER", message))

    def _promote_all(self, texts, error):
        _warn_once(self.url, error)
        fallback = Decision("promote", f"no answer: {error}", error=error)
        return [fallback for _ in texts]

    def tell(self, text, value) -> bool:
        """Tells a true value. Never raises; False where it was not taken."""
        return self._tell(text, {"values": {self.name: value}})

    def tell_failure(self, text, failure) -> bool:
        """Tells that an evaluation failed. Never raises; False where it was not taken."""
        return self._tell(text, {"failure": str(failure)[:500] or "failed"})

    # ---- search frameworks

    def screened(self, evaluate=None, **options):
        """Decorator for an OpenEvolve ``evaluate(program_path)``; see auspex_client.openevolve."""
        if evaluate is None:
            return lambda function: openevolve.screened(self, function, **options)
        return openevolve.screened(self, evaluate, **options)

    def stage1(self, **options):
        """An OpenEvolve ``evaluate_stage1``: second choice to ``screened``; see auspex_client.openevolve."""
        return openevolve.stage1(self, **options)

    def llm4ad(self, evaluate_program):
        """Wraps LLM4AD's ``evaluate_program(program_str, callable_func)``: its result is maximised."""
        return programs.screened(self, evaluate_program, sign=1.0)

    def eoh(self, evaluate_program):
        """Wraps EoH's ``evaluate_program(program_str, callable_func)``: its result is minimised."""
        return programs.screened(self, evaluate_program, sign=-1.0)

    def gepa(self, evaluator):
        """Wraps a GEPA ``evaluator(candidate, ...)``."""
        return gepa.evaluator(self, evaluator)

    def gepa_batch(self, evaluator):
        """A GEPA ``batch_evaluator`` that asks about all candidates at once."""
        return gepa.batch_evaluator(self, evaluator)

    # ---- inside

    def _candidate(self, text):
        return {"text": text} if self.kind is None else {"text": text, "kind": self.kind}

    def _decision(self, result):
        if "error" in result:
            # The true evaluator may still know what to do with it; it is not for us to call it wrong.
            return Decision("promote", f"cannot be scored: {result['error']['message']}", raw=result)
        predicted = result["predictions"][self.name]
        told = result.get("told", {})
        return Decision(
            result["verdict"],
            result["reason"],
            _number(predicted["mean"]),
            _number(predicted["std"]),
            _number(predicted["low"]),
            _number(predicted["high"]),
            _number(result["pessimistic"][self.name]),
            _number(told.get(self.name)),
            "failure" in told,
            result["trust"]["state"],
            raw=result,
        )

    def _tell(self, text, outcome):
        try:
            self._post("tell", {"candidate": self._candidate(text), **outcome})
            return True
        except ServiceError as error:
            _warn_once(self.url, error)
            return False

    def _post(self, verb, body):
        self._ensure()
        path = f"/v1/studies/{quote(self.study)}/{verb}"
        try:
            return self._request("POST", path, body)
        except ServiceError as error:
            if error.code != "STUDY_UNKNOWN":
                raise
            # The service was started anew without its studies: make it again, once.
            with _lock:
                _known.discard((self.url, self.study))
            self._ensure()
            return self._request("POST", path, body)

    def _ensure(self):
        key = (self.url, self.study)
        with _lock:
            if key in _known:
                return
        self._request("POST", "/v1/studies", self._spec)
        with _lock:
            _known.add(key)

    def _request(self, method, path, body=None):
        return request(self.url, method, path, body, self.token, self.timeout)


def _number(value):
    """JSON has null where a figure is not finite."""
    return math.nan if value is None else float(value)


_warned = set()


def _warn_once(url, error):
    """A service that is never asked, because of a wrong token or specification, must not go unnoticed."""
    if (url, error.code) not in _warned:
        _warned.add((url, error.code))
        warnings.warn(f"auspex at {url}: {error}; evaluating without it", RuntimeWarning, stacklevel=3)
