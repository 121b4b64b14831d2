"""What problems that end in one class for each input have in common."""

from typing import Any

import torch
from torch import Tensor

from models.training import Network

BATCH = 500


@torch.no_grad()
def errors(network: Network, images: Tensor, labels: Tensor) -> dict[str, Any]:
    """Errors of a network in evaluation mode on pixels uint8 (N, H, W, C): the answer is the best score."""
    scores = torch.cat([network(network.prepare(batch)) for batch in images.split(BATCH)])
    answers = scores.argmin(1) if getattr(network, "scores_kind", "") == "rbf-distance" else scores.argmax(1)
    wrong = answers != labels
    metrics = {
        "test_error": round(wrong.sum().item() / len(labels), 6),
        "test_errors": int(wrong.sum()),
        "test_count": len(labels),
        "test_errors_by_label": [int(wrong[labels == label].sum()) for label in range(scores.shape[1])],
    }
    if hasattr(network, "rubbish"):  # inputs that the network takes for none of its classes
        metrics["test_rejected"] = int((network.rubbish(scores) > 0.5).sum())
    return metrics
