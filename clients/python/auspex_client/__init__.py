"""Client of the auspex evaluator. Standard library only.

    from auspex_client import Surrogate

    rlm = Surrogate("http://127.0.0.1:8080", study="sort-v3", objective="runtime_ms:min")

    @rlm.screened
    def evaluate(program_path): ...
"""

from .http import ServiceError
from .surrogate import Decision, Surrogate

__all__ = ["Decision", "ServiceError", "Surrogate"]
