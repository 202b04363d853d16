"""Against the real openevolve package, where it is installed: ``pip install openevolve``."""

import asyncio
import os
import tempfile
import textwrap
import unittest

from auspex_client import Surrogate

from .service import ServiceCase

try:
    from openevolve.config import EvaluatorConfig
    from openevolve.evaluator import Evaluator
except ImportError:
    Evaluator = None

EVALUATOR = """
import sys
sys.path.insert(0, {client!r})
from auspex_client import Surrogate

rlm = Surrogate({url!r}, study={study!r}, objective="cost:min", auditShare=0)

@rlm.screened(features={{"length": len}})
def evaluate(program_path):
    with open(program_path) as file:
        value = float(file.read().split()[1])
    with open({log!r}, "a") as log:
        log.write(f"{{value}}\\n")
    if value == 13:
        raise RuntimeError("unlucky")
    return {{"combined_score": 100 / value, "cost": value}}

{extra}
"""


@unittest.skipIf(Evaluator is None, "openevolve is not installed")
class OpenEvolveTest(ServiceCase):
    def evaluator(self, extra="", **config):
        folder = tempfile.mkdtemp()
        self.log = os.path.join(folder, "runs.log")
        client = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
        study = self.id().split(".")[-1][:64]
        path = os.path.join(folder, "evaluator.py")
        with open(path, "w") as file:
            file.write(EVALUATOR.format(client=client, url=self.url, study=study, log=self.log, extra=textwrap.dedent(extra)))
        self.study = Surrogate(self.url, study=study, objective="cost:min", auditShare=0)
        return Evaluator(EvaluatorConfig(max_retries=0, **config), path, suffix=".txt")

    def evaluate(self, evaluator, *values):
        async def run():
            return [await evaluator.evaluate_program(f"x {value}", f"p{value}") for value in values]

        return asyncio.run(run())

    def runs(self):
        with open(self.log) as file:
            return [float(line) for line in file]

    def test_a_rejected_program_is_stored_behind_the_best(self):
        evaluator = self.evaluator(cascade_evaluation=False)
        *_, rejected, better = self.evaluate(evaluator, 40, 50, 60, 70, 90, 20)
        self.assertEqual([40.0, 50.0, 60.0, 70.0, 20.0], self.runs())
        self.assertLess(rejected["combined_score"], 100 / 40)
        self.assertEqual(5.0, better["combined_score"])
        self.assertEqual(4.0, rejected["length"])

    def test_the_explanation_reaches_the_artifacts(self):
        evaluator = self.evaluator(cascade_evaluation=False)
        self.evaluate(evaluator, 40, 50, 60, 70, 90)
        artifacts = evaluator.get_pending_artifacts("p90")
        self.assertIn("Not run. A model predicts cost 90", artifacts["surrogate"])

    def test_a_cascade_that_executes_the_file_anew_for_each_candidate_keeps_its_study(self):
        stages = """
        def evaluate_stage1(program_path):
            return evaluate(program_path)
        """
        evaluator = self.evaluator(stages, cascade_evaluation=True, cascade_thresholds=[1e9])
        results = self.evaluate(evaluator, 40, 50, 60, 70, 90)
        self.assertEqual([40.0, 50.0, 60.0, 70.0], self.runs())
        self.assertLess(results[-1]["combined_score"], 100 / 40)
        self.assertEqual(4, self.study.report()["numTells"])

    def test_a_failing_evaluation_is_told_as_a_failure(self):
        evaluator = self.evaluator(cascade_evaluation=False)
        self.evaluate(evaluator, 13)
        self.assertEqual(1, self.study.report()["numFailures"])


if __name__ == "__main__":
    unittest.main()
