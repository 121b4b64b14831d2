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
# # A Siamese network and its energy
#
# S. Chopra, R. Hadsell, Y. LeCun, "Learning a Similarity Metric Discriminatively, with Application to Face
# Verification", CVPR 2005.
#
# Start this notebook anywhere inside a clone of the project, in its environment. It needs no network and takes less
# than a minute on a CPU.

# %% [markdown] lang="zh"
# # 孪生网络与它的能量
#
# S. Chopra、R. Hadsell、Y. LeCun：《相似性度量的判别式学习及其在人脸验证中的应用》，CVPR 2005。
#
# 请在本项目的克隆目录内、用项目自带的环境运行。全程不需要网络，在 CPU 上不到一分钟。

# %%
import sys
from pathlib import Path

root = next(folder for folder in (Path.cwd(), *Path.cwd().parents) if (folder / "models" / "siamese.py").is_file())
sys.path.insert(0, str(root))

import matplotlib.pyplot as plt
import numpy as np
import torch

from export.pixels import rasterise
from models import registry
from models.siamese import TABLE, Q
from models.training.problems.verification import distort

torch.set_num_threads(1)
net = registry.build("siamese-omniglot")

# %% [markdown] lang="en"
# ## The printed parameters
#
# Section 3.2 prints a number for each layer. C3 differs by its 45 biases; the numbers of S4 and C5 are those of
# 50 maps in S4, which is said to have 45.

# %% [markdown] lang="zh"
# ## 印出的参数个数
#
# 第 3.2 节给每一层都印出了参数个数。C3 差的是 45 个偏置；S4 和 C5 印出的数对应有 50 张图的 S4，而 S4 写的是 45 张。

# %%
printed = {"c1": 750, "s2": 30, "c3": 7128, "s4": 100, "c5": 312750, "f6": 12550}
for name, layer in net.named_children():
    count = sum(parameter.numel() for parameter in layer.parameters())
    print(f"{name:3} {count:8,}   printed {printed[name]:8,}   difference {count - printed[name]:7,}")
kernels = sum(len(maps) for maps in TABLE)
print(f"C3: {kernels} kernels of 6x6 = {kernels * 36:,}; 50 maps: S4 {2 * 50}, C5 {250 * (50 * 25 + 1):,}")

# %% [markdown] lang="en"
# ## The loss
#
# Equation (8), for energies from zero to Q. The third curve is the mean of both: what a pair costs that may be either.
# Its lowest point is where a network that knows nothing puts every pair.

# %% [markdown] lang="zh"
# ## 损失
#
# 式 (8)，能量从零到 Q。第三条曲线是前两条的平均：真假难分的一对要付的代价。
#
# 它的最低点，就是什么也没学会的网络安放所有配对的地方。

# %%
energy = torch.linspace(0, Q, 1001)
genuine, impostor = (
    torch.stack([net.loss(e[None, None], torch.tensor([kind])) for e in energy]) for kind in (0.0, 1.0)
)
both = (genuine + impostor) / 2
for curve, name in ((genuine, "genuine"), (impostor, "impostor"), (both, "either")):
    plt.plot(energy, curve, label=name)
plt.axvline(energy[both.argmin()], color="grey", linestyle=":")
plt.xlabel("energy")
plt.ylabel("loss")
plt.legend()
plt.show()
print(f"Q = {Q:.2f}; lowest mean loss at {energy[both.argmin()] / Q:.2f} Q")

# %% [markdown] lang="en"
# ## Collapse
#
# Ten steps of learning from genuine pairs alone, from fresh weights and from noise as pictures. The energies of
# *impostors* fall as well: nothing holds the points apart.

# %% [markdown] lang="zh"
# ## 坍缩
#
# 从新的权重出发，以噪声为图像，只用真配对学习十步。*假配对*的能量也跟着下降：没有什么能把各点撑开。

# %%
torch.manual_seed(0)
fresh = registry.build("siamese-omniglot", weights=False)
optimiser = torch.optim.Adam(fresh.parameters(), lr=0.01)
pictures = torch.randn(8, 1, 56, 46)
others = pictures.roll(1, 0)
for step in range(11):
    energy = fresh(pictures, pictures + 0.5 * torch.randn_like(pictures))
    loss = fresh.loss(energy, torch.zeros(8))
    if step % 2 == 0:
        print(f"step {step:2}: genuine {energy.mean():6.2f}   impostor {fresh(pictures, others).mean():6.2f}")
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()

# %% [markdown] lang="en"
# ## Signs that nobody taught
#
# Five signs made up for this notebook, each written four times: bent by the function that distorts the training
# pictures. The table of energies has low blocks on its diagonal where the network recognises a sign.

# %% [markdown] lang="zh"
# ## 没人教过的符号
#
# 为这个笔记本编的五个符号，各写四遍：用扭曲训练图像的那个函数加以变形。
#
# 在能量表里，如果网络认得出某个符号，对角线上就有一块较低的值。

# %%
turn = np.linspace(0, 2 * np.pi, 40)
circle = np.stack([0.5 + 0.2 * np.cos(turn), 0.5 + 0.2 * np.sin(turn)], 1).tolist()
spiral = np.stack([0.5 + 0.04 * turn * np.cos(2 * turn), 0.5 + 0.04 * turn * np.sin(2 * turn)], 1).tolist()
signs = [
    [circle, [(0.5, 0.2), (0.5, 0.8)]],
    [[(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)]],
    [[(0.5, 0.2), (0.5, 0.8)], [(0.3, 0.35), (0.7, 0.35)], [(0.3, 0.65), (0.7, 0.65)]],
    [spiral],
    [[(0.25, 0.8), (0.5, 0.2), (0.75, 0.8)], [(0.5, 0.55), (0.5, 0.8)]],
]
ink = torch.from_numpy(np.stack([rasterise(strokes, 0.03, 105) for strokes in signs]))[..., None]
written = distort(ink.repeat_interleave(4, 0), torch.Generator().manual_seed(3), mirrored=False)
with torch.no_grad():
    points = net.embed(net.prepare(written))  # (20, 50)
table = (points[:, None] - points).abs().sum(2)

figure, axes = plt.subplots(4, 5, figsize=(5, 4))
for number, axis in enumerate(axes.T.flat):
    axis.imshow(written[number, ..., 0], cmap="gray_r")
    axis.axis("off")
plt.show()
plt.figure(figsize=(5, 4))
plt.imshow(table, cmap="viridis")
plt.colorbar(label="energy")
plt.show()
sign = torch.arange(5).repeat_interleave(4)
same = (sign[:, None] == sign) & ~torch.eye(20, dtype=torch.bool)
threshold = net.threshold.item()
print(f"threshold {threshold:.1f}")
print(f"genuine pairs below it:  {(table[same] <= threshold).float().mean():.0%}")
print(f"impostor pairs above it: {(table[sign[:, None] != sign] > threshold).float().mean():.0%}")

# %% [markdown] lang="en"
# ## Real faces
#
# With the pack orl_faces the next cell measures the network for faces on the five people whom it has never seen. Their
# pictures are not shown: they are private people's. Without the pack, it says so.

# %% [markdown] lang="zh"
# ## 真实的人脸
#
# 如果有数据包 orl_faces，下一格会在五个没见过的人身上测量人脸网络。这些照片属于普通人，所以不显示出来。
#
# 没有数据包时，它会说明情况。

# %%
from models import data
from models.data.orl import orl_faces
from models.training.problems.verification import Rates, every

try:
    people = torch.from_numpy(orl_faces()[-5:])  # (5, 10, 112, 92, 1)
except data.PackNotFound as error:
    print(error)
else:
    faces = registry.build("siamese-orl")
    pairs = every(people)
    with torch.no_grad():
        points = faces.embed(faces.prepare(people.flatten(0, 1)))
    energies = faces.energy(points[pairs.first], points[pairs.second])[:, 0].numpy()
    rates = Rates(energies, pairs.impostor.numpy())
    plt.plot(rates.false_accept, rates.false_reject)
    plt.plot([0, 0.3], [0, 0.3], color="grey", linestyle=":")
    plt.xlim(0, 0.3)
    plt.ylim(0, 0.3)
    plt.xlabel("false accepts")
    plt.ylabel("false rejects")
    plt.show()
    print(f"equal error rate {rates.equal_error()[0]:.2%} on {len(energies):,} pairs")

# %% [markdown] lang="en"
# ## Go on
#
# - Replace the norm in `energy` by its square and follow the gradient of an impostor pair near zero.
# - Make up two signs that differ in one stroke. Which stroke does the network notice?
# - Train your own: `make train VARIANT=siamese-orl`.

# %% [markdown] lang="zh"
# ## 接着做
#
# - 把 `energy` 里的范数换成它的平方，看假配对在零附近的梯度。
# - 编两个只差一笔的符号，看网络能注意到哪一笔。
# - 自己训练一个：`make train VARIANT=siamese-orl`。
