"""LLM4AD and EoH: ``evaluate_program(program_str, callable_func) -> float or None``, None where it failed.

LLM4AD maximises what it returns, EoH minimises it: ``sign`` is 1.0 or -1.0. Written for methods and plain functions:
the program is the first text among the arguments.

    class Task(Evaluation):                                 # LLM4AD, exec_code=False hands over text only
        evaluate_program = rlm.llm4ad(real_evaluate_program)
"""

import functools
import math


def screened(surrogate, evaluate_program, sign):
    """Runs ``evaluate_program`` for promoted programs only, and tells what came out."""
    # From the framework's number to the objective, and back.
    scale = sign if surrogate.goal == "max" else -sign

    @functools.wraps(evaluate_program)
    def wrapper(*args, **kwargs):
        text = _program(args, kwargs)
        if text is None:
            return evaluate_program(*args, **kwargs)
        decision = surrogate.decide(text)
        if not (decision.promoted or decision.failed):
            return scale * (decision.told if math.isfinite(decision.told) else decision.pessimistic)
        try:
            result = evaluate_program(*args, **kwargs)
        except Exception as error:
            if not decision.failed:
                surrogate.tell_failure(text, type(error).__name__)
            raise
        if decision.failed:
            return result
        if isinstance(result, (int, float)) and math.isfinite(result):
            surrogate.tell(text, scale * float(result))
        else:
            surrogate.tell_failure(text, "no result")
        return result

    return wrapper


def _program(args, kwargs):
    if isinstance(kwargs.get("program_str"), str):
        return kwargs["program_str"]
    return next((argument for argument in args if isinstance(argument, str)), None)
