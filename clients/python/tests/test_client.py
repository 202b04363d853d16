import http.server
import json
import math
import os
import tempfile
import threading
import unittest
import warnings

from auspex_client import ServiceError, Surrogate

from .service import ServiceCase


class ClientTest(ServiceCase):
    def surrogate(self, objective="cost:min", **options):
        return Surrogate(self.url, study=self.id().split(".")[-1][:64], objective=objective, auditShare=0, **options)

    def told(self, surrogate, *values):
        for value in values:
            self.assertTrue(surrogate.tell(f"x {value}", value))

    def test_decides_after_warm_up_and_reports(self):
        surrogate = self.surrogate()
        self.assertTrue(surrogate.decide("x 99").promoted)
        self.told(surrogate, 40, 50, 60, 70)
        good, poor = surrogate.decide_all(["x 20", "x 90"])
        self.assertEqual(("promote", "reject"), (good.verdict, poor.verdict))
        self.assertLess(good.low, good.mean)
        self.assertGreater(poor.pessimistic, 40)
        self.assertEqual(4, surrogate.report()["numTells"])

    def test_selects_the_most_promising(self):
        surrogate = self.surrogate()
        self.told(surrogate, 40)
        self.assertEqual([1, 2], surrogate.select(["x 60", "x 20", "x 30"], 2))

    def test_errors_carry_code_place_and_hint(self):
        with self.assertRaises(ServiceError) as caught:
            self.surrogate(objective="speed:max").score(["x 1"])
        self.assertEqual(422, caught.exception.status)
        self.assertIn("cost, gain", caught.exception.hint)

    def test_an_unscorable_candidate_is_evaluated(self):
        decision = self.surrogate().decide("bad")
        self.assertTrue(decision.promoted)
        self.assertIn("bad is not allowed", decision.reason)

    def test_not_a_number_is_not_told(self):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.assertFalse(self.surrogate().tell("x 1", float("nan")))

    def test_without_a_service_everything_is_evaluated_and_said_once(self):
        surrogate = Surrogate("http://127.0.0.1:9", study="s", objective="cost:min", timeout=0.5)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            self.assertTrue(surrogate.decide("x 1").promoted)
            self.assertTrue(surrogate.decide("x 2").promoted)
        self.assertEqual(1, len(caught))

    def test_answers_that_are_not_the_services_promote(self):
        good = {"mean": None, "std": 1, "low": None, "high": 2}
        result = {"verdict": "reject", "reason": "r", "predictions": {"cost": good}, "pessimistic": {"cost": None}}
        answers = [
            (502, {"error": "bad gateway"}),
            (500, {"error": None}),
            (500, []),
            (200, {"hello": "world"}),
            (200, []),
            (200, {"results": [{"verdict": "reject"}]}),
            (200, {"results": ["nothing"]}),
            (200, {"results": []}),
            (200, {"results": [{**result, "trust": {"state": "trusted"}}]}),
        ]
        made = {}

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers["content-length"]))
                status, body = (200, {}) if self.path == "/v1/studies" else made["answer"]
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            surrogate = Surrogate(f"http://127.0.0.1:{server.server_port}", study="s", objective="cost:min")
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                for made["answer"] in answers[:-1]:
                    self.assertTrue(surrogate.decide("x 1").promoted, made["answer"])
                    self.assertEqual(made["answer"][0] == 200, surrogate.tell("x 1", 1))
                made["answer"] = answers[-1]
                decision = surrogate.decide("x 1")
            self.assertEqual("reject", decision.verdict)
            self.assertTrue(math.isnan(decision.mean) and math.isnan(decision.pessimistic))
            self.assertEqual(2, decision.high)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def test_a_wrong_objective_is_refused_at_once(self):
        with self.assertRaises(ValueError):
            Surrogate(self.url, study="s", objective="cost")
        with self.assertRaises(ValueError):
            Surrogate(self.url, study="a/b", objective="cost:min")

    # ---- OpenEvolve

    def program(self, text):
        file = tempfile.NamedTemporaryFile("w", suffix=".py", delete=False)
        self.addCleanup(os.unlink, file.name)
        with file:
            file.write(text)
        return file.name

    def evaluator(self, surrogate, **options):
        runs = []

        @surrogate.screened(**options)
        def evaluate(program_path):
            with open(program_path) as file:
                value = float(file.read().split()[1])
            runs.append(value)
            return {"combined_score": 100 / value, "cost": value}

        return evaluate, runs

    def metrics(self, result):
        return getattr(result, "metrics", result)

    def test_promoted_programs_run_and_are_told(self):
        surrogate = self.surrogate()
        evaluate, runs = self.evaluator(surrogate)
        result = self.metrics(evaluate(self.program("x 40")))
        self.assertEqual((2.5, 1.0, [40.0]), (result["combined_score"], result["auspex_promoted"], runs))
        self.assertEqual(1, surrogate.report()["numTells"])

    def test_rejected_programs_do_not_run_and_stay_behind_the_best(self):
        surrogate = self.surrogate()
        evaluate, runs = self.evaluator(surrogate)
        for value in (40, 50, 60, 70):
            evaluate(self.program(f"x {value}"))
        result = self.metrics(evaluate(self.program("x 65")))
        self.assertEqual(4, len(runs))
        self.assertEqual(0.0, result["auspex_promoted"])
        self.assertLess(result["combined_score"], 100 / 40)
        self.assertGreaterEqual(result["combined_score"], 100 / 70)

    def test_a_program_that_was_evaluated_keeps_its_score(self):
        surrogate = self.surrogate()
        evaluate, runs = self.evaluator(surrogate)
        for value in (40, 50):
            evaluate(self.program(f"x {value}"))
        self.assertAlmostEqual(2.5, self.metrics(evaluate(self.program("x 40 ")))["combined_score"])
        self.assertEqual([40.0, 50.0], runs)

    def test_features_are_in_every_result(self):
        evaluate, _ = self.evaluator(self.surrogate(), features={"length": len, "broken": lambda text: 1 / 0})
        for value in (40, 50, 60, 70, 90):
            result = self.metrics(evaluate(self.program(f"x {value}")))
            self.assertEqual((4.0, 0.0), (result["length"], result["broken"]))

    def test_a_score_function_is_used_where_given(self):
        surrogate = self.surrogate()
        self.told(surrogate, 40, 50, 60, 70)
        evaluate, runs = self.evaluator(surrogate, score=lambda cost: 100 / cost)
        result = self.metrics(evaluate(self.program("x 80")))
        self.assertEqual([], runs)
        self.assertLess(result["combined_score"], 100 / 75)

    def test_with_nothing_to_go_by_the_program_runs(self):
        surrogate = self.surrogate()
        self.told(surrogate, 40, 50, 60, 70)
        evaluate, runs = self.evaluator(surrogate)
        evaluate(self.program("x 90"))
        self.assertEqual([90.0], runs)

    def test_the_users_exception_leaves_and_is_told(self):
        surrogate = self.surrogate()

        @surrogate.screened
        def evaluate(program_path):
            raise RuntimeError("segfault")

        with self.assertRaisesRegex(RuntimeError, "segfault"):
            evaluate(self.program("x 1"))
        self.assertEqual(1, surrogate.report()["numFailures"])

    def test_without_combined_score_no_figure_of_ours_enters_the_average(self):
        surrogate = self.surrogate()

        @surrogate.screened
        def evaluate(program_path):
            return {"cost": 3.0}

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.assertEqual({"cost": 3.0}, self.metrics(evaluate(self.program("x 3"))))

    def test_a_retry_of_a_crash_is_run_and_never_gets_a_score_of_ours(self):
        surrogate = self.surrogate()
        self.told(surrogate, 40, 50, 60, 70)
        runs = []

        @surrogate.screened(score=lambda cost: 100 / cost)
        def evaluate(program_path):
            runs.append(program_path)
            raise RuntimeError("segfault")

        program = self.program("x 20")
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            for _ in range(3):
                with self.assertRaisesRegex(RuntimeError, "segfault"):
                    evaluate(program)
        self.assertEqual((3, 1), (len(runs), surrogate.report()["numFailures"]))

    def test_a_missing_combined_score_is_said_once(self):
        surrogate = self.surrogate()
        evaluate = surrogate.screened(lambda program_path: {"cost": 3.0})
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            evaluate(self.program("x 3"))
            evaluate(self.program("x 4"))
        self.assertEqual(1, len([w for w in caught if "no finite combined_score" in str(w.message)]))

    def test_a_score_that_is_not_a_number_is_not_told(self):
        surrogate = self.surrogate()
        evaluate = surrogate.screened(lambda program_path: {"cost": float("nan"), "combined_score": float("nan")})
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            evaluate(self.program("x 3"))
        self.assertEqual((1, 1), tuple(surrogate.report()[key] for key in ("numTells", "numFailures")))

    def test_a_first_stage_passes_promoted_programs_and_stops_the_others_below_every_score(self):
        surrogate = self.surrogate()
        self.told(surrogate, 40, 50, 60, 70)
        stage = surrogate.stage1(threshold=0.7, features={"length": len})
        good, poor = (self.metrics(stage(self.program(text))) for text in ("x 20", "x 90"))
        self.assertEqual((0.7, 1.0, 4.0), (good["combined_score"], good["auspex_promoted"], good["length"]))
        self.assertLessEqual(poor["combined_score"], 0.0)

    # ---- LLM4AD and EoH

    def test_llm4ad_maximises_and_eoh_minimises(self):
        for framework, sign in (("llm4ad", 1), ("eoh", -1)):
            surrogate = Surrogate(self.url, study=f"programs-{framework}", objective="cost:min", auditShare=0)
            runs = []

            class Task:
                def evaluate_program(self, program_str, callable_func=None):
                    value = float(program_str.split()[1])
                    runs.append(value)
                    return None if value == 13 else -sign * value

            Task.evaluate_program = getattr(surrogate, framework)(Task.evaluate_program)
            task = Task()
            for value in (40, 50, 60, 70):
                self.assertEqual(-sign * value, task.evaluate_program(f"x {value}", None))
            # Worse than the best that was run, in the direction of the framework.
            self.assertLess(sign * task.evaluate_program("x 90", None), -40)
            self.assertEqual(-sign * 40, task.evaluate_program("x 40 ", callable_func=None))
            self.assertIsNone(task.evaluate_program(program_str="x 13"))
            self.assertEqual([40, 50, 60, 70, 13], runs)
            report = surrogate.report()
            self.assertEqual((5, 1), (report["numTells"], report["numFailures"]))

    # ---- GEPA

    def test_gepa_evaluators_return_score_and_info(self):
        surrogate = self.surrogate(objective="gain:max")
        runs = []

        def evaluate(candidate):
            runs.append(candidate)
            return -float(candidate.split()[1]), {"note": "measured"}

        one = surrogate.gepa(evaluate)
        self.assertEqual((-40.0, {"note": "measured", "promoted": True}), one("x 40"))
        for value in (50, 60, 70):
            one(f"x {value}")
        batch = surrogate.gepa_batch(evaluate)
        good, poor = batch([("x 20", None), ("x 90", None)])
        self.assertEqual(-20.0, good[0])
        self.assertLess(poor[0], -40.0)
        self.assertFalse(poor[1]["promoted"])
        self.assertEqual(5, len(runs))
        self.assertEqual([], batch([]))


if __name__ == "__main__":
    unittest.main()
