"""Replays the exchange that was recorded with the real OpenEvolve, without it: test/fixtures/openevolve.

The recorded requests must get the recorded answers from the service of today, and the recorded programs, in
OpenEvolve's order, the recorded metrics from the client of today. ``record_openevolve.py`` makes the recording.
"""

import json
import math
import os
import tempfile
import warnings

from auspex_client import Surrogate
from auspex_client.http import ServiceError, request

from .service import ROOT, ServiceCase

with open(ROOT / "test/fixtures/openevolve/exchange.json") as file:
    RUNS = {run["study"]: run for run in json.load(file)["runs"]}


class Replay:
    recorded = None

    def test_the_recorded_requests_get_the_recorded_answers(self):
        for number, entry in enumerate(self.recorded["exchange"]):
            try:
                answer = request(self.url, entry["method"], entry["path"], entry["body"], timeout=30)
                self.assertLess(entry["status"], 400)
                self.alike(entry["answer"], answer, f"exchange {number}")
            except ServiceError as error:
                self.assertEqual(entry["status"], error.status)
                self.assertEqual(entry["answer"]["error"]["code"], error.code)

    def test_the_recorded_programs_get_the_recorded_metrics(self):
        surrogate = Surrogate(self.url, study="again-" + self.recorded["study"], objective="cost:min", auditShare=0, timeout=30)
        executed = []

        @surrogate.screened(features={"length": len})
        def evaluate(program_path):
            with open(program_path) as file:
                text = file.read()
            executed.append(text)
            if text == "bad":
                return {"combined_score": 0.0, "error": 1.0}
            value = float(text.split()[1])
            if value == 13:
                raise RuntimeError("unlucky")
            return {"combined_score": 100 / value, "cost": value}

        for entry in self.recorded["evaluations"]:
            metrics = self.evaluate(evaluate, entry["program"], entry.get("raised"))
            self.alike(entry.get("metrics"), metrics, entry["program"])
        # Everything that OpenEvolve stored is a finite number, and no program that was not run leads.
        stored = [entry["metrics"] for entry in self.recorded["evaluations"] if "metrics" in entry]
        self.assertTrue(all(math.isfinite(value) for metrics in stored for value in metrics.values()))
        run = max(m["combined_score"] for m in stored if m.get("auspex_promoted") == 1.0)
        rejected = [m["combined_score"] for m in stored if m.get("auspex_promoted") == 0.0]
        self.assertGreater(len(rejected), 1)
        self.assertLess(max(rejected), run)
        self.assertEqual(run, self.recorded["best"]["score"])
        self.assertTrue(all("length" in metrics for metrics in stored))
        self.assertIn("x 13", executed)
        self.assertNotIn("x 99", executed)

    def evaluate(self, evaluate, program, raised):
        with tempfile.NamedTemporaryFile("w", suffix=".txt", delete=False) as file:
            file.write(program)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                result = evaluate(file.name)
            self.assertIsNone(raised)
            return dict(getattr(result, "metrics", result))
        except RuntimeError as error:
            self.assertEqual(raised, str(error))
            return None
        finally:
            os.unlink(file.name)

    def alike(self, expected, actual, place):
        """Equal, numbers to seven digits; fields that were added since do not matter."""
        if isinstance(expected, dict):
            self.assertIsInstance(actual, dict, place)
            for key, value in expected.items():
                if key not in ("model", "fineTuning"):
                    self.alike(value, actual.get(key), f"{place}.{key}")
        elif isinstance(expected, list):
            self.assertEqual(len(expected), len(actual), place)
            for index, (one, other) in enumerate(zip(expected, actual)):
                self.alike(one, other, f"{place}[{index}]")
        elif isinstance(expected, float) and not isinstance(actual, bool) and isinstance(actual, (int, float)):
            self.assertTrue(math.isclose(expected, actual, rel_tol=1e-7, abs_tol=1e-9), f"{place}: {expected} {actual}")
        else:
            self.assertEqual(expected, actual, place)


class DirectTest(Replay, ServiceCase):
    recorded = RUNS["direct"]


class CascadeTest(Replay, ServiceCase):
    recorded = RUNS["cascade"]

    def test_the_evaluator_was_executed_anew_for_every_candidate_and_kept_its_study(self):
        # Once when it is loaded, once more for each program: the trap that a client in a module's globals falls into.
        self.assertGreater(self.recorded["numExecutions"], len(set(e["program"] for e in self.recorded["evaluations"])))
        created = [entry for entry in self.recorded["exchange"] if entry["path"] == "/v1/studies"]
        self.assertLessEqual(len(created), 2)


del ServiceCase
