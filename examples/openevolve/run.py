"""Evolves a NAS-Bench-201 cell with OpenEvolve, with and without a surrogate. README.md has the commands.

The "LLM" is a script on loopback that changes one operation of the parent: what is compared is the evaluation.
"""

import argparse
import json
import logging
import os
import pathlib
import random
import re
import tempfile

from scripted_llm import ScriptedLLM

HERE = pathlib.Path(__file__).resolve().parent
OPERATIONS = ["none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"]
START = "|none~0|+|none~0|none~1|+|none~0|none~1|none~2|"
EDGE = re.compile(r"(\w+)~(\d)")


def proposer(seed):
    """One operation of the parent changed, by a stream of random numbers of its own."""
    stream = random.Random(seed)

    def propose(prompt):
        parent = re.findall(r"\|[\w|~+]+\|", prompt.split("Current Program")[-1])
        cell = parent[0] if parent else START
        place = stream.randrange(6)
        edges = list(EDGE.finditer(cell))
        at = edges[place]
        others = [name for name in OPERATIONS if name != at.group(1)]
        return f"```text\n{cell[: at.start(1)]}{stream.choice(others)}{cell[at.end(1) :]}\n```"

    return propose


def evolve(url, seed, iterations):
    """Returns the accuracies of the real evaluations, in order."""
    from openevolve import run_evolution
    from openevolve.config import Config, LLMModelConfig

    folder = pathlib.Path(tempfile.mkdtemp())
    runs = folder / "runs.jsonl"
    os.environ.update(RUNS=str(runs), AUSPEX_URL=url or "", AUSPEX_STUDY=f"nb201-{seed}-{os.getpid()}")
    (folder / "cell.txt").write_text(START)
    with ScriptedLLM(proposer(seed)) as llm:
        config = Config(language="text", file_suffix=".txt", diff_based_evolution=False, random_seed=seed)
        config.llm.api_base, config.llm.api_key = llm.url, "none"
        config.llm.models = [LLMModelConfig(name="scripted", api_base=llm.url, api_key="none", weight=1.0)]
        config.llm.evaluator_models = config.llm.models
        config.llm.update_model_params({"timeout": 60, "retries": 1, "retry_delay": 1, "temperature": 0.0, "max_tokens": 100})
        config.checkpoint_interval = iterations + 1
        config.evaluator.parallel_evaluations = 1
        config.evaluator.cascade_evaluation = False
        run_evolution(str(folder / "cell.txt"), str(HERE / "evaluator.py"), config, iterations, str(folder / "out"))
    return [json.loads(line)["accuracy"] for line in runs.read_text().splitlines()]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--service", help="URL of auspex serve; without it every proposal is evaluated")
    parser.add_argument("--iterations", type=int, default=150)
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)
    print("seed  proposals  real evaluations  best after 25  after 50  after 100   in all")
    for seed in range(1, arguments.seeds + 1):
        accuracies = evolve(arguments.service, seed, arguments.iterations)
        after = [f"{max(accuracies[:n]):.2f}" if len(accuracies) >= n else "-" for n in (25, 50, 100)]
        figures = f"{after[0]:>13}  {after[1]:>8}  {after[2]:>9}  {max(accuracies):7.2f}"
        print(f"{seed:4}  {arguments.iterations:9}  {len(accuracies):16}  {figures}", flush=True)


if __name__ == "__main__":
    main()
