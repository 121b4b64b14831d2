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
# # A spatial transformer, taken apart
#
# M. Jaderberg, K. Simonyan, A. Zisserman, K. Kavukcuoglu, "Spatial Transformer Networks", NIPS 2015.
#
# Start this notebook anywhere inside a clone of the project, in its environment. It needs no network and takes less
# than a minute on a CPU.

# %% [markdown] lang="zh"
# # 拆开看空间变换器
#
# M. Jaderberg、K. Simonyan、A. Zisserman、K. Kavukcuoglu：《空间变换网络》，NIPS 2015。
#
# 请在本项目的克隆目录内、用项目自带的环境运行。全程不需要网络，在 CPU 上不到一分钟。

# %%
import sys
from pathlib import Path

root = next(folder for folder in (Path.cwd(), *Path.cwd().parents) if (folder / "models" / "stn.py").is_file())
sys.path.insert(0, str(root))

import matplotlib.pyplot as plt
import numpy as np
import torch

from export.pixels import centre_ink, rasterise
from models import registry
from models.stn import Affine, Sampler, ThinPlateSpline, placement
from papers.schema import load_samples

torch.set_num_threads(1)
stn, plain = registry.build("stn-affine-rts"), registry.build("stn-plain-rts")

# %% [markdown] lang="en"
# ## The same number of parameters
#
# The paper compares networks of about equal size (Section 4.1). What the transformer needs is missing elsewhere.

# %% [markdown] lang="zh"
# ## 参数一样多
#
# 论文比较的是大小相近的网络（第 4.1 节）。变换器要用的参数，就得从别处省出来。

# %%
for name, network in (("ST-CNN", stn), ("CNN", plain)):
    parts = {part: sum(p.numel() for p in layer.parameters()) for part, layer in network.named_children()}
    listed = ", ".join(f"{part} {count:,}" for part, count in parts.items() if count)
    print(f"{name:7}{sum(parts.values()):7,}   {listed}")

# %% [markdown] lang="en"
# ## Equations (5) and (7)
#
# The sampler, written as the sums over all pixels that the paper has, and the derivative with respect to where it
# looks. Both are compared with what PyTorch computes.

# %% [markdown] lang="zh"
# ## 式 (5) 和式 (7)
#
# 把采样器照论文写成对所有像素的求和，再写出对取样位置的导数，两者都与 PyTorch 的计算结果对照。

# %%
random = np.random.default_rng(0)
U = random.uniform(size=(6, 6))
x, y = random.uniform(0, 5, (2, 8))  # in pixels
m, n = np.arange(6)[None], np.arange(6)[None]
across = np.maximum(0, 1 - abs(x[:, None] - m))  # (8, 6)
down = np.maximum(0, 1 - abs(y[:, None] - n))
V = np.einsum("nm,im,in->i", U, across, down)
side = np.where(abs(m - x[:, None]) >= 1, 0, np.where(m >= x[:, None], 1, -1))
slope = np.einsum("nm,im,in->i", U, side, down)

grid = torch.tensor(np.stack([x, y]) / 2.5 - 1)[None, :, None].requires_grad_()  # from -1 to 1
sampled = Sampler()(torch.tensor(U)[None, None], grid)
sampled.sum().backward()
np.testing.assert_allclose(sampled.detach().flatten(), V)
np.testing.assert_allclose(grid.grad[0, 0, 0] / 2.5, slope)
print("value     ", V.round(3))
print("derivative", slope.round(3))

# %% [markdown] lang="en"
# ## Digits out of place
#
# Drawn digits, turned, scaled and moved on a canvas of 42 by 42 pixels, within the ranges of the training data. The
# dots are the grid that the network chose, every third of its points; the lower row is what it made of the picture.

# %% [markdown] lang="zh"
# ## 放歪的数字
#
# 把手绘的数字旋转、缩放、平移，放到 42×42 的画布上，幅度与训练数据相同。
#
# 圆点是网络选定的网格，每隔三个点画一个；下一排是变换的结果。

# %%
drawn = [sample for sample in load_samples("lenet") if sample.label]
ink = np.stack([centre_ink(rasterise(sample.strokes, sample.width)) for sample in drawn])
digits = torch.from_numpy(ink)[:, None].float()  # (N, 1, 28, 28)
labels = torch.tensor([int(sample.label) for sample in drawn])


def placed(angle: torch.Tensor, scale: torch.Tensor, shift: torch.Tensor) -> torch.Tensor:
    """Every digit, turned by angles in degrees (N,), scaled (N,) and moved by pixels (N, 2): (N, 1, 42, 42)."""
    theta = placement(torch.deg2rad(angle), scale[:, None], shift, 42)
    return Sampler()(digits, Affine(42)(theta)) / 255


generator = torch.Generator().manual_seed(4)
draw = torch.rand(4, len(digits), generator=generator)
scale = 0.7 + 0.5 * draw[1]
shift = (2 * draw[2:].T - 1) * (42 - 28 * scale[:, None]) / 2
pictures = placed(90 * draw[0] - 45, scale, shift)
with torch.no_grad():
    theta, points, straight = stn.transform(pictures)
    answers = [network.probabilities(network(pictures)) for network in (stn, plain)]

figure, axes = plt.subplots(2, 10, figsize=(14, 3))
for column in range(10):
    upper, lower = axes[:, column]
    upper.imshow(pictures[column, 0], cmap="gray_r", extent=(-1, 1, 1, -1))
    upper.scatter(*points[column, :, ::3, ::3].flatten(1), s=0.7, color="tab:orange")
    lower.imshow(straight[column, 0], cmap="gray_r")
    for axis in (upper, lower):
        axis.axis("off")
plt.show()
for name, answer in zip(("ST-CNN", "CNN"), answers, strict=True):
    print(f"{name:7}{int((answer.argmax(1) == labels).sum())} of {len(labels)} drawn digits read as meant")

# %% [markdown] lang="en"
# ## It is not rotation invariant
#
# All drawings, turned from -180 to 180 degrees. Left: the mean probability of the right digit. The shaded angles
# occurred in training. Right: by how much the transformer turns the picture back; on the dotted line it would undo
# the turn completely.

# %% [markdown] lang="zh"
# ## 它并不具有旋转不变性
#
# 把所有手绘数字从 -180 度转到 180 度。左图是正确数字的平均概率，阴影内的角度在训练中出现过。
#
# 右图是变换器把图转回了多少度，落在虚线上才算完全转正。

# %%
angles = torch.arange(-180, 181, 10).float()
still = torch.zeros(len(digits), 2)
right, undone = [], []
with torch.no_grad():
    for angle in angles:
        turned_digits = placed(angle.expand(len(digits)), torch.ones(len(digits)), still)
        said = [network.probabilities(network(turned_digits)) for network in (stn, plain)]
        right.append([each.gather(1, labels[:, None]).mean().item() for each in said])
        a, b, _, c, d, _ = stn.localisation(turned_digits).T  # the matrix of equation (1), row by row
        undone.append(torch.rad2deg(torch.atan2(c - b, a + d)).mean().item())

figure, axes = plt.subplots(1, 2, figsize=(11, 3))
for curve, name in zip(np.array(right).T, ("ST-CNN", "CNN"), strict=True):
    axes[0].plot(angles, curve, label=name)
axes[0].set_ylabel("probability of the right digit")
axes[0].legend()
axes[1].plot(angles, undone)
axes[1].plot([-90, 90], [-90, 90], ":", color="grey")
axes[1].set_ylabel("degrees turned back")
for axis in axes:
    axis.axvspan(-45, 45, alpha=0.1)
    axis.set_xlabel("degrees turned")
plt.show()

# %% [markdown] lang="en"
# ## A grid that bends
#
# The thin plate spline of Section 4.1: sixteen control points, two numbers each. Move one of them, and see how far the
# bend reaches.

# %% [markdown] lang="zh"
# ## 会弯曲的网格
#
# 第 4.1 节的薄板样条：16 个控制点，每个点两个数。移动其中一个，看看弯曲波及多远。

# %%
spline = ThinPlateSpline(42)
moved = spline.identity().clone()
moved[2 * 5 : 2 * 5 + 2] += 0.3  # the second point of the second row, to the right and down
bent = spline(moved[None])[0]
figure, axes = plt.subplots(1, 3, figsize=(9, 3))
axes[0].plot(*bent[:, ::3].permute(0, 2, 1), color="tab:orange", linewidth=0.6)
axes[0].plot(*bent[:, :, ::3], color="tab:orange", linewidth=0.6)
axes[0].set(xlim=(-1.1, 1.1), ylim=(1.1, -1.1), aspect="equal")
upright = placed(torch.zeros(len(digits)), torch.full((len(digits),), 1.2), still)[:1]
axes[1].imshow(upright[0, 0], cmap="gray_r")
axes[2].imshow(Sampler()(upright, bent[None])[0, 0], cmap="gray_r")
for axis in axes:
    axis.axis("off")
plt.show()

# %% [markdown] lang="en"
# ## Real digits
#
# With the MNIST pack (`python -m models.data fetch mnist`) the next cell counts errors by the size of the turn.
# Without it, it says so.

# %% [markdown] lang="zh"
# ## 真实的数字
#
# 如果有 MNIST 数据包（`python -m models.data fetch mnist`），下一格会按旋转的幅度统计错误。
#
# 没有数据包时，它会说明情况。

# %%
from models import data

try:
    pack = data.mnist()
except data.PackNotFound as error:
    print(error)
else:
    some, truth = torch.from_numpy(pack.test_images[:500]), torch.from_numpy(pack.test_labels[:500])
    digits = some.permute(0, 3, 1, 2).float()
    print("turned by   ST-CNN      CNN   (errors in 500)")
    with torch.no_grad():
        for degrees in range(0, 100, 15):
            angle = torch.full((500,), float(degrees))
            test = placed(angle, torch.ones(500), torch.zeros(500, 2))
            wrong = [int((network(test).argmax(1) != truth).sum()) for network in (stn, plain)]
            print(f"{degrees:9}   {wrong[0]:6}   {wrong[1]:6}")

# %% [markdown] lang="en"
# ## Go on
#
# - Which way does the transformer turn a 6 that stands on its head?
# - Give the localisation network another start than the identity. Does it still learn?
# - Train the network with a spline: `make train VARIANT=stn-tps-rts`.

# %% [markdown] lang="zh"
# ## 接着做
#
# - 把 6 倒过来，变换器会往哪边转？
# - 定位网络不从恒等变换开始，还学得会吗？
# - 训练一个用薄板样条的网络：`make train VARIANT=stn-tps-rts`。
