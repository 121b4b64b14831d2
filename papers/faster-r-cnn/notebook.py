# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] lang="en"
# # Faster R-CNN, step by step
#
# S. Ren, K. He, R. Girshick, J. Sun, "Faster R-CNN: Towards Real-Time Object Detection with Region Proposal Networks",
# NIPS 2015. Sections are those of the longer text, arXiv:1506.01497v3.
#
# Start this notebook anywhere inside a clone of the project, in its environment. It needs no network and takes less
# than a minute on a CPU.

# %% [markdown] lang="zh"
# # 一步一步看 Faster R-CNN
#
# S. Ren、K. He、R. Girshick、J. Sun：《Faster R-CNN：以候选区域网络迈向实时目标检测》，NIPS 2015。
#
# 节号依照扩展版 arXiv:1506.01497v3。
#
# 请在本项目的克隆目录内、用项目自带的环境运行。全程不需要网络，在 CPU 上不到一分钟。

# %%
import sys
from pathlib import Path

root = next(folder for folder in (Path.cwd(), *Path.cwd().parents) if (folder / "models" / "faster_r_cnn.py").is_file())
sys.path.insert(0, str(root))

import matplotlib.pyplot as plt
import torch
from matplotlib.patches import Rectangle

from export.drawings.blood import Smear, draw
from models import registry
from models.boxes import decode, encode, iou, nms
from models.data.detection import CELLS
from models.faster_r_cnn import judge

torch.set_num_threads(1)
net = registry.build("faster-rcnn-bccd")
COLOURS = ("tab:red", "tab:blue", "tab:green")


def show(axis, pixels, boxes, labels=None, colour="black"):
    """A picture with boxes, coloured by class where there are labels."""
    axis.imshow(pixels)
    axis.axis("off")
    for i, (x1, y1, x2, y2) in enumerate(boxes.tolist()):
        edge = colour if labels is None else COLOURS[labels[i] - 1]
        axis.add_patch(Rectangle((x1, y1), x2 - x1, y2 - y1, fill=False, edgecolor=edge, linewidth=1.2))


# %% [markdown] lang="en"
# ## The cost of proposals
#
# How many parameters are there for proposing? The paper gives the sizes of the output layers and of all proposal layers
# on VGG-16 (Section 3.1.1). On the meta device, a network has shapes but takes no memory.

# %% [markdown] lang="zh"
# ## 候选区域的代价
#
# 提出候选区域要用多少参数？论文给出了以 VGG-16 为主干时输出层和全部候选层的大小（第 3.1.1 节）。
#
# 放在 meta 设备上的网络只有形状，不占内存。

# %%
with torch.device("meta"):
    vgg = registry.build("faster-rcnn-vgg16", weights=False)
for name, network in (("VGG-16", vgg), ("blood cells", net)):
    output = network.rpn.cls.weight.numel() + network.rpn.reg.weight.numel()
    parts = {part: sum(p.numel() for p in layer.parameters()) for part, layer in network.named_children()}
    proposing = f"{output:.1e} in the output layers, {output + network.rpn.conv.weight.numel():.1e} with the 3x3 layer"
    print(f"{name:12} {proposing}; " + ", ".join(f"{part} {count:,}" for part, count in parts.items() if count))

# %% [markdown] lang="en"
# ## Nine anchors
#
# Around one position of a drawn smear. Then the best IoU of any anchor, at any position, with each cell: red and white
# cells mostly find one that fits, platelets and cells that the edge cuts do not.

# %% [markdown] lang="zh"
# ## 九个锚框
#
# 先画出一张绘制的血涂片上某个位置的锚框，再求每个细胞与所有位置上的锚框的最大交并比。
#
# 红细胞和白细胞大多有合适的锚框，血小板和被边缘切断的细胞则没有。

# %%
pixels, truth, labels = draw(Smear(seed=7, red=14, white=1, platelets=4))
truth, labels = torch.from_numpy(truth).float(), torch.from_numpy(labels)
height, width = pixels.shape[0] // net.rpn.stride, pixels.shape[1] // net.rpn.stride
anchors = net.rpn.anchors(height, width)  # (hwk, 4)
k = net.rpn.k
print(f"{height} x {width} positions, {k} anchors each: {len(anchors):,}")

figure, axes = plt.subplots(1, 2, figsize=(11, 4))
position = (height // 2) * width + width // 2
show(axes[0], pixels, anchors[position * k : (position + 1) * k])
show(axes[1], pixels, truth, labels)
plt.show()

overlaps = iou(anchors, truth)  # (hwk, M)
for label, name in enumerate(CELLS, 1):
    print(f"{name:10} best IoU {', '.join(f'{best:.2f}' for best in overlaps[:, labels == label].amax(0))}")

# %% [markdown] lang="en"
# ## Positive, negative, neither
#
# The rules of Section 3.1.2. Without the rule that gives each object its best anchor, many cells would have no positive
# one at all.

# %% [markdown] lang="zh"
# ## 正样本、负样本、都不是
#
# 第 3.1.2 节的规则。每个物体至少得到最吻合的一个锚框，没有这一条，许多细胞就一个正样本也没有。

# %%
positive, negative = judge(overlaps)
print(f"positive {int(positive.sum())}, negative {int(negative.sum()):,}, ignored {int((~positive & ~negative).sum())}")
alone = (overlaps.amax(0) <= 0.7).nonzero()[:, 0]
print(f"objects without an anchor above 0.7: {[CELLS[labels[i] - 1] for i in alone.tolist()]}")

# %% [markdown] lang="en"
# ## Equation (2)
#
# A box, written relative to an anchor and read back. Positive numbers: further right, further down, wider, higher.

# %% [markdown] lang="zh"
# ## 式 (2)
#
# 把一个框写成相对锚框的形式，再还原。四个数为正，分别表示偏右、偏下、更宽、更高。

# %%
cell = int((labels == 2).nonzero()[0])
anchor = anchors[overlaps[:, cell].argmax()]
t = encode(truth[cell], anchor)
print("box    ", truth[cell].tolist())
print("anchor ", [round(edge, 1) for edge in anchor.tolist()])
print("t      ", [round(number, 3) for number in t.tolist()])
torch.testing.assert_close(decode(t, anchor), truth[cell])

# %% [markdown] lang="en"
# ## From anchors to cells
#
# The network's own view of the smear: objectness, the largest of the nine anchors at each position; the forty best
# proposals; the detections.

# %% [markdown] lang="zh"
# ## 从锚框到细胞
#
# 网络眼中的这张涂片：各位置九个锚框中最大的物体性得分；最好的四十个候选区域；检测结果。

# %%
score_threshold, nms_threshold = torch.tensor(0.5), torch.tensor(0.3)
with torch.no_grad():
    found = net.detect(net.prepare(torch.from_numpy(pixels)[None]), score_threshold, nms_threshold)
count = int(found["count"])
figure, axes = plt.subplots(1, 3, figsize=(15, 4))
axes[0].imshow(found["anchors"].amax(0), cmap="magma", vmin=0, vmax=1)
axes[0].axis("off")
show(axes[1], pixels, found["proposals"][:40])
show(axes[2], pixels, found["boxes"][:count], found["labels"])
plt.show()
for label, name in enumerate(CELLS, 1):
    print(f"{name:10} drawn {int((labels == label).sum()):3}   found {int((found['labels'][:count] == label).sum()):3}")

# %% [markdown] lang="en"
# ## Non-maximum suppression
#
# Five lines, beside the operator that the network uses. The higher the threshold, the more boxes stay.

# %% [markdown] lang="zh"
# ## 非极大值抑制
#
# 五行代码，与网络所用的算子对照。阈值越高，留下的框越多。


# %%
def suppress(boxes: torch.Tensor, scores: torch.Tensor, threshold: float) -> list[int]:
    """Numbers of the boxes that stay, best first."""
    stay: list[int] = []
    for i in scores.argsort(descending=True, stable=True).tolist():
        if not stay or iou(boxes[i : i + 1], boxes[stay]).max() <= threshold:
            stay.append(i)
    return stay


boxes, scores = found["proposals"], found["objectness"]
for threshold in (0.1, 0.3, 0.5, 0.7):
    stay = suppress(boxes, scores, threshold)
    theirs = nms(boxes, scores, torch.tensor(threshold), torch.tensor(-1.0), len(boxes))
    assert stay == theirs[theirs >= 0].tolist()
    print(f"IoU above {threshold}: {len(stay):3} of {len(boxes)} proposals stay")

# %% [markdown] lang="en"
# ## RoI pooling
#
# Two proposals of different sizes, and the strongest map of each after pooling: 7 by 7 cells both times.

# %% [markdown] lang="zh"
# ## RoI 池化
#
# 取大小不同的两个候选区域，各看池化后响应最强的一张图：都是 7×7 格。

# %%
sizes = (found["proposals"][:40, 2:] - found["proposals"][:40, :2]).prod(1)
figure, axes = plt.subplots(1, 4, figsize=(12, 3))
for column, chosen in enumerate((int(sizes.argmin()), int(sizes.argmax()))):
    pooled = found["pooled"][chosen]  # (C, 7, 7)
    show(axes[2 * column], pixels, found["proposals"][chosen : chosen + 1])
    axes[2 * column + 1].imshow(pooled[pooled.sum((1, 2)).argmax()], cmap="magma")
    axes[2 * column + 1].axis("off")
plt.show()

# %% [markdown] lang="en"
# ## Real smears
#
# With the data pack bccd the next cell counts right and wrong detections on ten test pictures for several score
# thresholds. Without it, it says so. Keep in mind that not every red cell is annotated.

# %% [markdown] lang="zh"
# ## 真实的血涂片
#
# 如果有数据包 bccd，下一格会在十幅测试图片上统计不同得分阈值下正确与错误的检测。
#
# 没有数据包时，它会说明情况。请记住，并非每个红细胞都有标注。

# %%
from models import data
from models.data.detection import bccd

try:
    pack = bccd()
except data.PackNotFound as error:
    print(error)
else:
    tests = pack.test[:10]
    with torch.no_grad():
        answers = [
            net.detect(net.prepare(torch.from_numpy(test.pixels)[None]), torch.tensor(0.1), nms_threshold)
            for test in tests
        ]
    print(f"{sum(len(test.boxes) for test in tests)} annotated cells")
    for threshold in (0.1, 0.3, 0.5, 0.7, 0.9):
        right, wrong = 0, 0
        for test, answer in zip(tests, answers, strict=True):
            for i in (answer["scores"] > threshold).nonzero()[:, 0]:
                same = torch.from_numpy(test.boxes[test.labels == int(answer["labels"][i])])
                hit = len(same) > 0 and iou(answer["boxes"][i : i + 1], same).max() >= 0.5
                right, wrong = right + hit, wrong + (not hit)
        print(f"score above {threshold}: {int(right):4} detections lie on a cell of their kind, {int(wrong):4} do not")

# %% [markdown] lang="en"
# ## Go on
#
# - Take the anchors of 24 pixels away (`net.rpn.shapes`). Which cells lose their anchors?
# - Put a smaller anchor in their place. How far is it then from a platelet?
# - Train your own: `make train VARIANT=faster-rcnn-bccd`.

# %% [markdown] lang="zh"
# ## 接着做
#
# - 去掉边长 24 像素的锚框（`net.rpn.shapes`），哪些细胞会失去合适的锚框？
# - 换上更小的锚框，它离血小板还有多远？
# - 自己训练一个：`make train VARIANT=faster-rcnn-bccd`。
