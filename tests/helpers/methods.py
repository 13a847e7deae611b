"""Methods with made-up results, for pictures of the gallery and the comparison that never change by themselves."""

from __future__ import annotations

from typing import Final

from demos.catalog import HERE, Catalog, DemoCard
from demos.frame import Knob, Summary
from demos.shipped import Figures, Shipped
from studyapp.runs.results.results import Result

JOBS: Final = ("elicit", "compose", "teach", "classify")
NAMES: Final = {
    "in_context": ("In-context learning", 0, (1.0, 0.98, 0.0, 0.0)),
    "hard_prompt": ("Hard Prompt Tuning", 0, (1.0, 0.6, 0.0, 0.12)),
    "soft_prompt": ("Soft Prompt Tuning", 512, (1.0, 1.0, 0.0, 0.4)),
    "prefix": ("Prefix Tuning", 26_176, (1.0, 1.0, 0.31, 0.95)),
    "llama_adapter": ("LLaMA-Adapter", 1_932, (1.0, 0.99, 0.08, 0.99)),
    "llama_adapter_v2": ("LLaMA-Adapter V2", 5_768, (1.0, 1.0, 0.47, 1.0)),
    "adapters": ("Adapters", 6_960, (1.0, 1.0, 0.91, 1.0)),
    "lora": ("LoRA", 14_784, (1.0, 1.0, 1.0, 1.0)),
    "finetuning_2": ("Finetuning II", 150_000, (1.0, 1.0, 0.99, 1.0)),
    "feature_based": ("Feature-based finetuning", 11_960, (0.99, 1.0, 0.2, 0.78)),
    "finetuning_1": ("Finetuning I", 32_056, (1.0, 1.0, 0.25, 0.99)),
}
_KNOBS: Final = (
    Knob("job", "elicit", "what to adapt to", choices=JOBS),
    Knob("seed", 0, "where randomness starts", low=0, high=99),
)
METHODS: Final = Catalog(
    tuple(
        DemoCard(
            name,
            title,
            (title,),
            f"What {title} does to the model, in a line or two.",
            "Nobody 2024, On methods, https://example.org/paper",
            "W[64 × 64] frozen  + ⟦B[64 × 4] zero⟧ · ⟦A[4 × 64] random⟧",
            "?",
            _KNOBS,
            HERE / f"{name}.py",
        )
        for name, (title, _, _) in NAMES.items()
    )
)


SHIPPED: Final = Shipped(
    "a machine",
    {
        job: {
            name: Figures(
                before=0.0,
                median=rates[number],
                worst=max(rates[number] - 0.2, 0.0) if rates[number] < 0.995 else rates[number],
                best=min(rates[number] + 0.1, 1.0) if rates[number] else 0.0,
                failures=3 if 0 < rates[number] < 0.5 else 0,
                trained=trained,
                kept_bytes=4 * trained,
                seconds=1.0 + place,
                seeds=20,
            )
            for place, (name, (_, trained, rates)) in enumerate(NAMES.items())
        }
        for number, job in enumerate(JOBS)
    },
)


def own_run(demo: str = "lora", job: str = "teach", after: float = 0.9) -> Result:
    """One run made here."""
    title, trained, _ = NAMES[demo]
    curve = tuple((step, after * (step / 100) ** 2) for step in range(0, 101, 5))
    summary = Summary(title, job, 0.0, after, trained, 155_456, "a few numbers", 60_000, 8.0, True, "cafe")
    return Result(demo, METHODS.get(demo).settle({"job": job}), summary, "2026-01-01T00:00:00+00:00", curve)
