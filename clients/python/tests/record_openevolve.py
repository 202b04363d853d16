"""Runs the real OpenEvolve with a scripted proposer and records what went over the wire, and what OpenEvolve was given.

    python3 -m venv venv && venv/bin/pip install openevolve
    cd clients/python && PYTHONPATH=. ../../venv/bin/python -m tests.record_openevolve

writes test/fixtures/openevolve/exchange.json, which tests/test_replay.py replays without OpenEvolve.
"""

import http.server
import importlib.metadata
import json
import logging
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.request

from .service import COMMAND, ROOT

sys.path.insert(0, str(ROOT / "examples/openevolve"))
from scripted_llm import ScriptedLLM  # noqa: E402

FIXTURE = ROOT / "test/fixtures/openevolve/exchange.json"
# What the proposer says in turn: warm-up, good, poor, the same again, a crash, one that cannot be scored, poor ones.
PROPOSALS = ["x 50", "x 60", "x 70", "x 30", "x 90", "x 30 ", "x 13", "bad", "x 95", "x 20", "x 99", "x 19"]

EVALUATOR = '''
import json, os, sys
sys.path.insert(0, {client!r})
from auspex_client import Surrogate

with open({log!r}, "a") as log:
    log.write(json.dumps({{"executed": True}}) + "\\n")
rlm = Surrogate({url!r}, study={study!r}, objective="cost:min", auditShare=0, timeout=30)

@rlm.screened(features={{"length": len}})
def screened(program_path):
    with open(program_path) as file:
        text = file.read()
    if text == "bad":
        return {{"combined_score": 0.0, "error": 1.0}}
    value = float(text.split()[1])
    if value == 13:
        raise RuntimeError("unlucky")
    return {{"combined_score": 100 / value, "cost": value}}

def evaluate(program_path):
    with open(program_path) as file:
        entry = {{"program": file.read()}}
    try:
        result = screened(program_path)
        entry["metrics"] = dict(getattr(result, "metrics", result))
        entry["artifacts"] = dict(getattr(result, "artifacts", {{}}))
        return result
    except RuntimeError as error:
        entry["raised"] = str(error)
        raise
    finally:
        with open({log!r}, "a") as log:
            log.write(json.dumps(entry) + "\\n")
'''
STAGES = "\ndef evaluate_stage1(program_path):\n    return evaluate(program_path)\n"


class Recorder:
    """A proxy that keeps what passes through it."""

    def __init__(self, target):
        recorded = self.recorded = []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                headers = {"content-type": "application/json"} if body else {}
                request = urllib.request.Request(target + self.path, body or None, headers, method=self.command)
                try:
                    with urllib.request.urlopen(request) as response:
                        status, data = response.status, response.read()
                except urllib.error.HTTPError as error:
                    status, data = error.code, error.read()
                entry = {"method": self.command, "path": self.path, "body": json.loads(body) if body else None}
                recorded.append({**entry, "status": status, "answer": json.loads(data)})
                self.send_response(status)
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = answer

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def run(study, is_cascade):
    from openevolve import run_evolution
    from openevolve.config import Config, LLMModelConfig

    service = subprocess.Popen(COMMAND, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    recorder = Recorder(service.stdout.readline().strip())
    folder = pathlib.Path(tempfile.mkdtemp())
    log = folder / "log.jsonl"
    client = str(pathlib.Path(__file__).resolve().parents[1])
    source = EVALUATOR.format(client=client, log=str(log), url=recorder.url, study=study)
    (folder / "evaluator.py").write_text(source + (STAGES if is_cascade else ""))
    (folder / "program.txt").write_text("x 40")
    proposals = iter(PROPOSALS)
    with ScriptedLLM(lambda prompt: f"```text\n{next(proposals, 'x 77')}\n```") as llm:
        config = Config(language="text", file_suffix=".txt", diff_based_evolution=False, max_iterations=len(PROPOSALS))
        config.llm.api_base, config.llm.api_key = llm.url, "none"
        config.llm.models = [LLMModelConfig(name="scripted", api_base=llm.url, api_key="none", weight=1.0)]
        config.llm.evaluator_models = config.llm.models
        config.llm.update_model_params({"timeout": 60, "retries": 1, "retry_delay": 1, "temperature": 0.0, "max_tokens": 100})
        config.database.feature_dimensions = ["complexity"]
        config.evaluator.parallel_evaluations = 1
        config.evaluator.max_retries = 1
        config.evaluator.cascade_evaluation = is_cascade
        config.evaluator.cascade_thresholds = [1e9]
        result = run_evolution(
            str(folder / "program.txt"), str(folder / "evaluator.py"), config, iterations=len(PROPOSALS), output_dir=str(folder / "out")
        )
    service.stdin.close()
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    return {
        "study": study,
        "isCascade": is_cascade,
        "numExecutions": sum("executed" in line for line in lines),
        "evaluations": [line for line in lines if "program" in line],
        "best": {"program": result.best_code, "score": result.best_score},
        "exchange": recorder.recorded,
    }


def main():
    logging.disable(logging.WARNING)
    os.environ["ENABLE_ARTIFACTS"] = "true"
    made = {
        "by": "clients/python/tests/record_openevolve.py",
        "openevolve": importlib.metadata.version("openevolve"),
        "service": "test/support/fake-service.ts: predicts the first number of a text",
    }
    runs = [run("direct", False), run("cascade", True)]
    FIXTURE.write_text(json.dumps({"made": made, "runs": runs}, indent=1) + "\n")
    print(FIXTURE, [len(r["exchange"]) for r in runs], [r["best"] for r in runs])


if __name__ == "__main__":
    main()
