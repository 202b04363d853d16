"""Golden optimizer steps: writes test/fixtures/optimizers.json.

Run with PyTorch 2.9 or later: python3 scripts/golden-optimizers.py
AdamW and Adafactor are PyTorch's own. Muon is PyTorch's algorithm in float32: its own runs
Newton-Schulz in bfloat16, which is too coarse to compare with.
"""

import json

import torch

torch.manual_seed(7)
SHAPES = {"matrix": (4, 6), "tall": (7, 3), "embedding": (5, 4), "vector": (6,)}
STEPS = 6


def newton_schulz(g):
    a, b, c = 3.4445, -4.775, 2.0315
    x = g.T if g.size(0) > g.size(1) else g
    x = x / x.norm().clamp(min=1e-7)
    for _ in range(5):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.T if g.size(0) > g.size(1) else x


def muon_step(p, g, buffer, lr, momentum, weight_decay):
    buffer.lerp_(g, 1 - momentum)
    update = newton_schulz(g.lerp(buffer, momentum))
    p.mul_(1 - lr * weight_decay)
    p.add_(update, alpha=-lr * 0.2 * max(p.shape) ** 0.5)


start = {name: torch.randn(shape) * 0.3 for name, shape in SHAPES.items()}
gradients = [{name: torch.randn(shape) for name, shape in SHAPES.items()} for _ in range(STEPS)]


def run(make):
    params = {name: torch.nn.Parameter(value.clone()) for name, value in start.items()}
    optimizers, extra = make(params)
    for step in gradients:
        for name, p in params.items():
            p.grad = step[name].clone()
        for optimizer in optimizers:
            optimizer.step()
        extra(params, step)
    return {name: p.detach().flatten().tolist() for name, p in params.items()}


def adamw(names, params, lr, decay):
    groups = [
        {"params": [params[n] for n in names if params[n].dim() == 2], "weight_decay": decay},
        {"params": [params[n] for n in names if params[n].dim() == 1], "weight_decay": 0.0},
    ]
    groups = [g for g in groups if g["params"]]
    return torch.optim.AdamW(groups, lr=lr, betas=(0.9, 0.95), eps=1e-8)


def make_muon(params):
    buffers = {n: torch.zeros_like(params[n]) for n in ("matrix", "tall")}

    def extra(parameters, step):
        with torch.no_grad():
            for n, buffer in buffers.items():
                muon_step(parameters[n], step[n], buffer, 0.02, 0.95, 0.1)

    return [adamw(("embedding", "vector"), params, 0.02, 0.1)], extra


none = lambda *_: None
golden = {
    "shapes": {n: list(s) for n, s in SHAPES.items()},
    "start": {n: v.flatten().tolist() for n, v in start.items()},
    "gradients": [{n: v.flatten().tolist() for n, v in step.items()} for step in gradients],
    "adamw": run(lambda p: ([adamw(tuple(SHAPES), p, 0.02, 0.1)], none)),
    "adafactor": run(lambda p: ([torch.optim.Adafactor(p.values(), lr=0.05)], none)),
    "muon": run(make_muon),
    "torch": torch.__version__,
}
with open("test/fixtures/optimizers.json", "w") as file:
    json.dump(golden, file)
    file.write("\n")
