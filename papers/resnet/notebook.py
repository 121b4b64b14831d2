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
# # ResNet-20 and its plain twin
#
# K. He, X. Zhang, S. Ren, J. Sun, "Deep Residual Learning for Image Recognition", CVPR 2016.
#
# Start this notebook anywhere inside a clone of the project, in its environment. It needs no network and takes less
# than a minute on a CPU.

# %% [markdown] lang="zh"
# # ResNet-20 与同样深的普通网络
#
# K. He、X. Zhang、S. Ren、J. Sun：《用于图像识别的深度残差学习》，CVPR 2016。
#
# 请在本项目的克隆目录内、用项目自带的环境运行。全程不需要网络，在 CPU 上不到一分钟。

# %%
import sys
from pathlib import Path

root = next(folder for folder in (Path.cwd(), *Path.cwd().parents) if (folder / "models" / "resnet.py").is_file())
sys.path.insert(0, str(root))

import matplotlib.pyplot as plt
import numpy as np
import torch

from export.pictures import PICTURES
from export.pixels import fit
from models import registry
from models.data.photographs import CLASSES
from models.resnet import CifarResNet

torch.set_num_threads(1)
resnet, plain = registry.build("resnet20"), registry.build("plain20")

# %% [markdown] lang="en"
# ## Depth without extra parameters
#
# The networks for CIFAR-10 have 6n + 2 layers. The paper rounds their sizes in Table 6. A shortcut of kind A costs
# nothing, so a plain network is exactly as large.

# %% [markdown] lang="zh"
# ## 更深，捷径不添参数
#
# 用于 CIFAR-10 的网络有 6n + 2 层，论文在表 6 中给出了约数。A 类捷径不花参数，所以普通网络恰好一样大。

# %%
table_6 = {20: "0.27M", 32: "0.46M", 44: "0.66M", 56: "0.85M", 110: "1.7M"}
for layers, published in table_6.items():
    n = (layers - 2) // 6
    counts = [sum(p.numel() for p in CifarResNet(n, residual).parameters()) for residual in (True, False)]
    print(f"{layers:4} layers: {counts[0]:9,}   plain {counts[1]:9,}   paper {published}")
    assert counts[0] == counts[1]

# %% [markdown] lang="en"
# ## What the two answer
#
# The pictures of the page, reduced to 32 by 32 pixels.

# %% [markdown] lang="zh"
# ## 两个网络的回答
#
# 页面上的图片，缩小到 32 × 32 像素。

# %%
pictures = PICTURES[resnet.classes]
pixels = torch.from_numpy(np.stack([fit(picture.make(), 32) for picture in pictures]))
with torch.no_grad():
    answers = [network.probabilities(network(network.prepare(pixels))) for network in (resnet, plain)]
for picture, one, other in zip(pictures, *answers, strict=True):
    said = "   ".join(f"{CLASSES[p.argmax()]:10} {p.max():5.1%}" for p in (one, other))
    print(f"{picture.id:22} {said}")

# %% [markdown] lang="en"
# ## One branch less
#
# Each block's branch is multiplied by 0, one block at a time. How much of the answer to the pictures above is left? The
# bars show the mean probability of the class that the whole network chose.

# %% [markdown] lang="zh"
# ## 少一条分支
#
# 轮流把每一块的分支乘以 0，看上面那些图片的答案还剩多少。
#
# 柱形是整个网络原先所选类别的平均概率。

# %%
figure, axes = plt.subplots(1, 2, figsize=(10, 3), sharey=True)
for axis, network, answer, name in zip(axes, (resnet, plain), answers, ("ResNet-20", "plain, 20 layers"), strict=True):
    chosen, left = answer.argmax(1, keepdim=True), []
    for block in range(9):
        scales = torch.ones(9)
        scales[block] = 0
        with torch.no_grad():
            after = network.probabilities(network(network.prepare(pixels), scales))
        left.append(after.gather(1, chosen).mean().item())
    axis.bar(range(1, 10), left)
    axis.axhline(answer.gather(1, chosen).mean().item(), linestyle="--", color="grey")
    axis.set_title(name)
    axis.set_xlabel("block")
plt.show()

# %% [markdown] lang="en"
# ## How strongly the layers respond
#
# As in Figure 7: the standard deviation of what each 3x3 layer gives, after batch normalization and before anything is
# added or cut off. The paper finds weaker responses in residual networks.

# %% [markdown] lang="zh"
# ## 各层响应的强弱
#
# 与图 7 一样：每个 3×3 层的输出在批量归一化之后、相加和 ReLU 之前的标准差。
#
# 论文发现残差网络的响应更弱。

# %%
figure, axis = plt.subplots(figsize=(8, 3))
for network, name in ((resnet, "ResNet-20"), (plain, "plain, 20 layers")):
    spread: list[float] = []
    layers = [layer for path, layer in network.named_modules() if "bn" in path.split(".")[-1]]
    keep = lambda _layer, _inputs, output: spread.append(output.std().item())  # noqa: B023, E731
    hooks = [layer.register_forward_hook(keep) for layer in layers]
    with torch.no_grad():
        network(network.prepare(pixels))
    for hook in hooks:
        hook.remove()
    axis.plot(range(1, len(spread) + 1), spread, marker=".", label=name)
axis.set_xlabel("layer")
axis.set_ylabel("standard deviation")
axis.legend()
plt.show()

# %% [markdown] lang="en"
# ## Real photographs
#
# With the pack cifar10 the next cell shows test photographs that one of the two networks gets right and the other
# wrong. Without it, it says so.

# %% [markdown] lang="zh"
# ## 真实的照片
#
# 如果有数据包 cifar10，下一格会显示两个网络一个答对、一个答错的测试照片。
#
# 没有数据包时，它会说明情况。

# %%
from models import data
from models.data.photographs import cifar10

try:
    pack = cifar10()
except data.PackNotFound as error:
    print(error)
else:
    chosen_photos = np.random.default_rng(0).permutation(len(pack.test_images))[:500]
    photos, labels = torch.from_numpy(pack.test_images[chosen_photos]), pack.test_labels[chosen_photos]
    with torch.no_grad():
        said_by = [network(network.prepare(photos)).argmax(1).numpy() for network in (resnet, plain)]
    apart = np.flatnonzero((said_by[0] == labels) != (said_by[1] == labels))
    print(f"{[int((said != labels).sum()) for said in said_by]} of 500 wrong; they differ on {len(apart)}")
    figure, axes = plt.subplots(1, 8, figsize=(13, 2.2))
    for axis in axes:
        axis.axis("off")
    for axis, index in zip(axes, apart, strict=False):
        axis.imshow(photos[index])
        axis.set_title(f"{CLASSES[said_by[0][index]]} / {CLASSES[said_by[1][index]]}", fontsize=8)
    plt.show()

# %% [markdown] lang="en"
# ## Go on
#
# - Take away two branches at once. Does it matter whether they lie in the same stage?
# - Replace option A by projections (`Shortcut` with "B") and count the parameters.
# - Train your own: `make train VARIANT=resnet20`.

# %% [markdown] lang="zh"
# ## 接着做
#
# - 一次去掉两条分支。它们在不在同一阶段有没有区别？
# - 把 A 类捷径换成投影（`Shortcut` 的 "B"），再数一遍参数。
# - 自己训练一个：`make train VARIANT=resnet20`。
