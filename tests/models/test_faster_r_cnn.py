"""Faster R-CNN beside the paper: its numbers, its rules, and its equations written another way."""

import math
from itertools import pairwise

import pytest
import torch
from torch import Tensor, nn

from models import faster_r_cnn, registry
from models.boxes import iou
from models.faster_r_cnn import FasterRCNN, judge, pick, sample

DEMOS = ["faster-rcnn-bccd", "faster-rcnn-voc"]
VGG = "faster-rcnn-vgg16"
SIZE = (48, 64)
TRUTH = torch.tensor(
    [[[4.0, 6, 22, 25], [30, 20, 60, 40], [0, 0, 0, 0]], [[20, 10, 36, 26], [0, 0, 0, 0], [0, 0, 0, 0]]]
)
LABELS = torch.tensor([[2, 1, 0], [3, 0, 0]])


def tiny() -> FasterRCNN:
    """Stride 4 on 48 x 64 pixels, three classes."""
    torch.manual_seed(0)
    return FasterRCNN(((4, 1), (8, 1), (8, 1)), 12, 3, (8, 16, 24), (40, 30), normalized=True)


def images(count: int = 2) -> Tensor:
    return torch.randint(0, 256, (count, *SIZE, 3), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def count(module: nn.Module) -> int:
    return sum(p.numel() for p in module.parameters())


@pytest.fixture(scope="module")
def vgg() -> FasterRCNN:
    with torch.device("meta"):
        network = registry.build(VGG, weights=False)
    assert isinstance(network, FasterRCNN)
    return network


def test_vgg16_by_part(vgg: FasterRCNN) -> None:
    plan = [3, 64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512]
    convolutions = [m for m in vgg.shared.modules() if isinstance(m, nn.Conv2d)]
    assert len(convolutions) == 13  # "13 shareable convolutional layers", Section 3.1
    shared = sum(9 * a * b + b for a, b in pairwise(plan))
    assert [layer.in_channels for layer in convolutions] == plan[:-1] and count(vgg.shared) == shared == 14_714_688
    proposal = 3 * 3 * 512 * 512 + 512 + 512 * (4 + 2) * 9 + (4 + 2) * 9
    head = 7 * 7 * 512 * 4096 + 4096 + 4096 * 4096 + 4096 + 4096 * 21 + 21 + 4096 * 4 * 20 + 4 * 20
    assert count(vgg.rpn) == proposal and count(vgg.head) == head
    assert count(vgg) == shared + proposal + head == registry.find(VGG).parameters


def test_the_numbers_of_section_3(vgg: FasterRCNN) -> None:
    output = vgg.rpn.cls.weight.numel() + vgg.rpn.reg.weight.numel()
    assert output == 512 * (4 + 2) * 9 and f"{output:.1e}" == "2.8e+04"
    assert f"{output + vgg.rpn.conv.weight.numel():.1e}" == "2.4e+06"  # footnote 6
    seen, stride = 1, 1
    for layer in [*vgg.shared.modules(), vgg.rpn.conv]:
        if isinstance(layer, (nn.Conv2d, nn.MaxPool2d)):
            seen += (3 - 1 if isinstance(layer, nn.Conv2d) else 2 - 1) * stride
            stride *= 2 if isinstance(layer, nn.MaxPool2d) else 1
    assert (seen, stride, vgg.rpn.stride) == (228, 16, 16)


def test_anchors_of_a_typical_image() -> None:
    with torch.device("cpu"):
        rpn = faster_r_cnn.RegionProposalNetwork(8, (128, 256, 512), 16)
    anchors = rpn.anchors(600 // 16, 1000 // 16)
    assert len(anchors) == pytest.approx(20_000, rel=0.05)  # Section 3.3
    inside = (anchors >= 0).all(1) & (anchors[:, 2] <= 1000) & (anchors[:, 3] <= 600)
    assert inside.sum().item() == pytest.approx(6_000, rel=0.5)
    sizes = anchors[:, 2:] - anchors[:, :2]
    torch.testing.assert_close(sizes[:9].prod(1), torch.tensor([128.0, 256, 512]).repeat_interleave(3) ** 2)
    torch.testing.assert_close(sizes[:9, 0] / sizes[:9, 1], torch.tensor([2, 1, 0.5]).repeat(3))  # as in Table 1
    middle = (anchors[:, 2:] + anchors[:, :2]).reshape(600 // 16, 1000 // 16, 9, 2) / 2
    torch.testing.assert_close(middle[2, 5, 4], torch.tensor([5 * 16 + 8.0, 2 * 16 + 8.0]))


@pytest.mark.parametrize("name", DEMOS)
def test_the_demos_are_small(name: str) -> None:
    network = registry.build(name, weights=False)
    values = sum(value.numel() for value in network.state_dict().values())
    assert values * 2 < 2e6  # bytes in fp16
    assert {type(m) for m in network.modules()} - {type(m) for m in tiny().modules()} == set()


def test_which_anchors_are_positive() -> None:
    overlaps = torch.tensor(
        [
            [0.9, 0.0, 0.0],  # above 0.7
            [0.7, 0.0, 0.0],  # not above 0.7, and not the highest
            [0.1, 0.4, 0.0],  # the highest of the second object
            [0.2, 0.4, 0.0],  # as high
            [0.2, 0.3, 0.0],  # not below 0.3
            [0.2, 0.29, 0.0],
            [0.0, 0.0, 0.0],  # the third object has no anchor: this is not its highest
        ]
    )
    positive, negative = judge(overlaps)
    assert positive.tolist() == [True, False, True, True, False, False, False]
    assert negative.tolist() == [False, False, False, False, False, True, True]


def test_picking_at_random() -> None:
    mask = torch.arange(50) % 2 == 0
    chosen = pick(mask, 10, seeded())
    assert len(set(chosen.tolist())) == 10 and mask[chosen].all()
    assert torch.equal(chosen, pick(mask, 10, seeded())) and not torch.equal(chosen, pick(mask, 10, seeded(1)))
    assert sorted(pick(mask, 99, seeded()).tolist()) == list(range(0, 50, 2))


def smooth(x: float) -> float:
    return 0.5 * x * x if abs(x) < 1 else abs(x) - 0.5


def coordinates(box: list[float], reference: list[float]) -> list[float]:
    (x1, y1, x2, y2), (a1, b1, a2, b2) = box, reference
    w, h, wa, ha = x2 - x1, y2 - y1, a2 - a1, b2 - b1
    return [(x1 + x2 - a1 - a2) / 2 / wa, (y1 + y2 - b1 - b2) / 2 / ha, math.log(w / wa), math.log(h / ha)]


def test_equation_1() -> None:
    """Anchor by anchor, with so few anchors that all are drawn."""
    rpn, truth, size = faster_r_cnn.RegionProposalNetwork(8, (10, 20, 30), 16), TRUTH[0, :2], SIZE
    anchors = rpn.anchors(3, 4)
    scores, deltas = torch.randn(108, 2, generator=seeded()), torch.randn(108, 4, generator=seeded(1))
    best = [max(iou(anchors, box[None])[i, 0] for i in range(108) if within(anchors[i], size)) for box in truth]
    classification, regression, kinds = 0.0, 0.0, {0: 0, 1: 0}
    for i in range(108):
        overlaps = iou(anchors[i : i + 1], truth)[0]
        positive = bool((overlaps > 0.7).any()) or any(overlaps[j] == best[j] for j in range(2))
        if not within(anchors[i], size) or (not positive and bool((overlaps >= 0.3).any())):
            continue
        kinds[int(positive)] += 1
        classification -= torch.log_softmax(scores[i], 0)[int(positive)].item()
        if positive:
            t = coordinates(truth[overlaps.argmax()].tolist(), anchors[i].tolist())
            regression += sum(smooth(a - b) for a, b in zip(deltas[i].tolist(), t, strict=True))
    assert kinds[1] >= 2 and kinds[0] > 10
    expected = classification / 256 + 10 * regression / (3 * 4)
    assert rpn.loss(scores, deltas, anchors, size, TRUTH[0], seeded()).item() == pytest.approx(expected, rel=1e-4)


def within(anchor: Tensor, size: tuple[int, int]) -> bool:
    x1, y1, x2, y2 = anchor.tolist()
    return x1 >= 0 and y1 >= 0 and x2 <= size[1] and y2 <= size[0]


def test_256_anchors_half_of_them_positive(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[tuple[int, int]] = []

    def watch(mask: Tensor, most: int, generator: torch.Generator) -> Tensor:
        chosen = pick(mask, most, generator)
        drawn.append((int(mask.sum()), len(chosen)))
        return chosen

    monkeypatch.setattr(faster_r_cnn, "pick", watch)
    rpn = faster_r_cnn.RegionProposalNetwork(8, (16, 17, 18), 1)
    anchors = rpn.anchors(*SIZE)
    truth = torch.tensor([[x, y, x + 17.0, y + 17] for x in range(0, 40, 8) for y in range(0, 30, 8)])
    for boxes in (truth, truth[:1]):
        rpn.loss(torch.zeros(len(anchors), 2), torch.zeros(len(anchors), 4), anchors, SIZE, boxes, seeded())
    (many, half), (_, rest), (few, all_of_them), (_, padding) = drawn
    assert many > 128 and half == rest == 128
    assert few == all_of_them < 128 and padding == 256 - few


def test_equation_1_of_fast_rcnn() -> None:
    head = tiny().head
    logits, t = torch.randn(5, 4, generator=seeded()), torch.randn(5, 3, 4, generator=seeded(1))
    classes, targets = torch.tensor([0, 2, 3, 0, 1]), torch.randn(5, 4, generator=seeded(2)) / 10
    expected = 0.0
    for i, u in enumerate(classes.tolist()):
        expected -= torch.log_softmax(logits[i], 0)[u].item() / 5
        if u >= 1:
            scaled = [v / s for v, s in zip(targets[i].tolist(), (0.1, 0.1, 0.2, 0.2), strict=True)]
            expected += sum(smooth(a - b) for a, b in zip(t[i, u - 1].tolist(), scaled, strict=True)) / 5
    assert head.loss(logits, t, classes, targets).item() == pytest.approx(expected, rel=1e-5)


def test_boxes_come_back_from_their_coordinates() -> None:
    head, proposals = tiny().head, torch.tensor([[2.0, 3, 30, 20], [10, 10, 20, 40]])
    truth = torch.tensor([[4.0, 6, 22, 25], [12, 5, 26, 45]])
    t = torch.tensor([coordinates(*pair) for pair in zip(truth.tolist(), proposals.tolist(), strict=True)])
    boxes = head.boxes((t / torch.tensor([0.1, 0.1, 0.2, 0.2]))[:, None].repeat(1, 3, 1), proposals, SIZE)
    torch.testing.assert_close(boxes, truth[:, None].repeat(1, 3, 1), rtol=1e-4, atol=1e-4)


def test_regions_to_learn_from() -> None:
    truth, labels = TRUTH[0], LABELS[0]
    jitter = torch.rand(300, 4, generator=seeded()) * 8 - 4
    candidates = torch.cat([truth[0] + jitter[:150], truth[1] + jitter[150:], torch.rand(99, 4).sort(1)[0] * 40])
    boxes, classes, targets = sample(candidates, truth, labels, seeded())
    assert len(boxes) == 64 and (classes > 0).sum() == 16 and set(classes.tolist()) == {0, 1, 2}
    for box, kind, target in zip(boxes, classes.tolist(), targets, strict=True):
        overlaps = iou(box[None], truth)[0]
        assert (overlaps.max() >= 0.5) == (kind > 0)
        if kind:
            assert labels[overlaps.argmax()] == kind
            expected = coordinates(truth[overlaps.argmax()].tolist(), box.tolist())
            torch.testing.assert_close(target, torch.tensor(expected), rtol=1e-4, atol=1e-5)
    assert targets[classes == 0].eq(0).all()


def test_proposals() -> None:
    network = tiny().eval()
    with torch.no_grad():
        found = network(network.prepare(images(1)))
    boxes, objectness = found["proposals"], found["objectness"]
    assert boxes.shape == (30, 4) and (objectness > 0).all()
    assert (boxes >= 0).all() and (boxes[:, 2] <= SIZE[1]).all() and (boxes[:, 3] <= SIZE[0]).all()
    assert (objectness.diff() <= 0).all() and found["anchors"].max() == objectness[0]
    assert iou(boxes, boxes).fill_diagonal_(0).max() <= 0.7
    assert found["anchors"].shape == (9, 12, 16) and found["pooled"].shape == (30, 8, 7, 7)


def test_places_without_a_proposal_are_empty() -> None:
    anchors = torch.tensor([[0.0, 0, 10, 10], [0, 0, 10, 11], [20, 20, 30, 30]])
    scores = torch.tensor([[0.0, 1], [0, 2], [0, 0]])
    proposals = faster_r_cnn.ProposalLayer()(scores, torch.zeros(3, 4), anchors, SIZE, 4)
    assert proposals[:, :4].tolist() == [[0, 0, 10, 11], [20, 20, 30, 30], [0] * 4, [0] * 4]
    torch.testing.assert_close(proposals[:, 4], torch.tensor([1 / (1 + math.exp(-2)), 0.5, 0, 0]))


def trained(network: FasterRCNN) -> FasterRCNN:
    """Not trained, but with opinions: weights large enough that the scores differ."""
    for layer in (network.head.cls, network.head.reg, network.rpn.cls, network.rpn.reg):
        nn.init.normal_(layer.weight, std=0.2, generator=seeded(5))
    return network.eval()


@pytest.mark.parametrize(("least", "most"), [(0.1, 0.3), (0.4, 0.5), (1.0, 0.3)])
def test_detections_class_by_class(least: float, most: float) -> None:
    network = trained(tiny())
    with torch.no_grad():
        x = network.prepare(images(1)) / 128
        answer = network.detect(x, torch.tensor(least), torch.tensor(most))
        boxes = network.head.boxes(answer["coordinates"], answer["proposals"], SIZE)
    scores = torch.softmax(answer["logits"], 1)
    expected = []
    for label in (1, 2, 3):
        left = [i for i in scores[:, label].argsort(descending=True).tolist() if scores[i, label] > least]
        while left:
            best = left.pop(0)
            expected.append((scores[best, label].item(), label, best))
            left = [i for i in left if iou(boxes[best, label - 1][None], boxes[i, label - 1][None]).item() <= most]
    expected.sort(reverse=True)
    number = int(answer["count"])
    assert number == len(expected) and (number > 3 or least == 1.0)
    got = zip(*(answer[name][:number].tolist() for name in ("scores", "labels", "source")), strict=True)
    assert [each[1:] for each in got] == [each[1:] for each in expected]
    for place, (score, label, source) in enumerate(expected):
        assert answer["scores"][place].item() == pytest.approx(score)
        assert torch.equal(answer["boxes"][place], boxes[source, label - 1])
    assert all(answer[name][number:].eq(0).all() for name in ("boxes", "scores", "labels", "source"))


def test_the_graph_of_detections_has_fixed_sizes() -> None:
    class Graph(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = trained(tiny())

        def forward(self, pixels: Tensor, least: Tensor, most: Tensor) -> dict[str, Tensor]:
            return self.network.detect(self.network.prepare(pixels), least, most)

    inputs = (images(1), torch.tensor(0.2), torch.tensor(0.3))
    program = torch.export.export(Graph(), inputs)
    calls = [node.target for node in program.graph.nodes if node.op == "call_function"]
    assert calls.count(torch.ops.live_papers.nms.default) == 2
    for node in program.graph.nodes:
        shape = getattr(node.meta.get("val"), "shape", ())
        assert all(isinstance(size, int) for size in shape), node
    with torch.no_grad():
        torch.testing.assert_close(program.module()(*inputs), Graph()(*inputs))


def test_folded_batch_normalization_says_the_same() -> None:
    network = tiny().train()
    for seed in range(3):
        network.shared(torch.randn(4, 3, *SIZE, generator=seeded(seed)) * 50 + 20)
    network.eval()
    x = network.prepare(images())
    with torch.no_grad():
        before = network.shared(x)
        network.fold()
        torch.testing.assert_close(network.shared(x), before, rtol=1e-4, atol=1e-4)
        weight = network.shared.conv2[1].weight.clone()
        network.fold()  # nothing is left to fold: another time, or an exporter, changes no bit
    assert torch.equal(network.shared.conv2[1].weight, weight)
    assert before.std() > 0.1
    normalizations = [m for m in network.shared.modules() if isinstance(m, nn.BatchNorm2d)]
    assert len(normalizations) == 3
    assert all((m.weight / torch.sqrt(m.running_var + m.eps) == 1).all() for m in normalizations)  # type: ignore[operator]


def test_gradients_reach_all_parameters() -> None:
    network = tiny().train()
    network.loss(network.prepare(images()), TRUTH, LABELS, seeded()).backward()
    assert [name for name, p in network.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0] == []


def test_joint_training_is_approximate(monkeypatch: pytest.MonkeyPatch) -> None:
    """The detector's loss reaches the shared layers, but not the proposals' coordinates (Section 3.2)."""
    network = tiny().train()
    monkeypatch.setattr(network.rpn, "loss", lambda scores, *_: scores.sum() * 0)
    network.loss(network.prepare(images()), TRUTH, LABELS, seeded()).backward()
    assert network.rpn.reg.weight.grad is None
    assert network.rpn.cls.weight.grad.abs().sum() == 0  # type: ignore[union-attr]
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in network.shared.parameters())


def test_images_without_objects_are_background() -> None:
    network = tiny().train()
    loss = network.loss(network.prepare(images()), torch.zeros(2, 1, 4), torch.zeros(2, 1, dtype=torch.long), seeded())
    loss.backward()
    assert loss.isfinite() and network.head.cls.weight.grad.isfinite().all()  # type: ignore[union-attr]


def test_half_precision_changes_little() -> None:
    network = tiny().train()
    x = network.prepare(images())
    exact = network.loss(x, TRUTH, LABELS, seeded())
    with torch.autocast("cpu", torch.bfloat16):
        rough = network.loss(x, TRUTH, LABELS, seeded())
    assert rough.dtype == torch.float32 and rough.item() == pytest.approx(exact.item(), rel=0.05)


def test_the_loss_follows_from_the_seed() -> None:
    network = tiny().train()
    x = network.prepare(images())
    losses = [network.loss(x, TRUTH, LABELS, seeded(seed)).item() for seed in (3, 3, 4)]
    assert losses[0] == losses[1] != losses[2]
