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
# # U-Net, from the weights of pixels to the tiles
#
# O. Ronneberger, P. Fischer, T. Brox, "U-Net: Convolutional Networks for Biomedical Image Segmentation", MICCAI 2015.
#
# Start this notebook anywhere inside a clone of the project, in its environment. It needs no network and takes less
# than a minute on a CPU.

# %% [markdown] lang="zh"
# # U-Net：从像素的权重到图块
#
# O. Ronneberger、P. Fischer、T. Brox：《U-Net：用于生物医学图像分割的卷积网络》，MICCAI 2015。
#
# 请在本项目的克隆目录内、用项目自带的环境运行。全程不需要网络，在 CPU 上不到一分钟。

# %%
import sys
from pathlib import Path

root = next(folder for folder in (Path.cwd(), *Path.cwd().parents) if (folder / "models" / "unet.py").is_file())
sys.path.insert(0, str(root))

import matplotlib.pyplot as plt
import numpy as np
import torch
from scipy import ndimage

from models import registry
from models.tiling import segment, tiles
from models.training.problems.cells import displacements, sample
from models.unet import UNet, output_size, separated, weight_map

torch.set_num_threads(1)
net = registry.build("unet-em")

# %% [markdown] lang="en"
# ## Figure 1, counted
#
# The network of the paper, without memory for its weights: only the shapes go through it. Each line is one
# convolutional layer with its channels, the side of its output and its parameters.

# %% [markdown] lang="zh"
# ## 数一数图 1
#
# 这是论文里的网络，不给权重分配内存，只让形状走一遍。每行是一个卷积层：通道数、输出的边长、参数个数。

# %%
rows = []


def note(layer, _inputs, output):
    rows.append((layer.in_channels, layer.out_channels, output.shape[-1], sum(p.numel() for p in layer.parameters())))


with torch.device("meta"):
    paper = UNet()
    for layer in paper.modules():
        if isinstance(layer, (torch.nn.Conv2d, torch.nn.ConvTranspose2d)):
            layer.register_forward_hook(note)
    paper(torch.empty(1, 1, 572, 572))
for row in rows:
    print("{:5} -> {:4} channels   {:3} pixels   {:9,} parameters".format(*row))
print(f"{len(rows)} layers, {sum(row[-1] for row in rows):,} parameters")
assert len(rows) == 23

# %% [markdown] lang="en"
# ## Which tiles fit
#
# Every pooling must meet an even size. The sides below do, and 572 is among them.

# %% [markdown] lang="zh"
# ## 哪些图块合适
#
# 每次池化遇到的尺寸都必须是偶数。下面这些边长合乎要求，572 也在其中。

# %%
for side in (*range(204, 340, 16), 572):
    print(f"{side} -> {output_size(side)}")

# %% [markdown] lang="en"
# ## The weights of equation (2)
#
# Three discs, two of which touch. First a line of background parts them; then the second term of equation (2) makes
# the gaps expensive. Here w_c is 1 everywhere.

# %% [markdown] lang="zh"
# ## 式 (2) 的权重
#
# 三个圆，其中两个挨在一起。先用一条背景线把它们分开，再由式 (2) 的第二项加重夹缝里出错的代价。这里 w_c 处处为 1。

# %%
down, right = np.mgrid[:100, :160]
discs = np.zeros((100, 160), dtype=int)
for number, (y, x, radius) in enumerate([(50, 40, 26), (50, 88, 26), (46, 130, 10)], 1):
    discs[np.hypot(down - y, right - x) < radius] = number
parted = separated(discs)
weights = weight_map(parted, np.ones(2, np.float32))
figure, axes = plt.subplots(1, 3, figsize=(12, 3))
shown_maps = {"cells": discs, "parted": parted > 0, "weights": weights}
for axis, (title, image) in zip(axes, shown_maps.items(), strict=True):
    shown = axis.imshow(image, cmap="viridis")
    axis.set_title(title)
    axis.axis("off")
figure.colorbar(shown, ax=axes)
plt.show()
print(f"weights from {weights.min():.2f} to {weights.max():.2f}")

# %% [markdown] lang="en"
# ## Elastic deformation
#
# Random displacements on a grid of 3 by 3 points, 10 pixels of standard deviation, bicubic in between (Section 3.1).
# The same squares, bent four times.

# %% [markdown] lang="zh"
# ## 弹性形变
#
# 在 3×3 的网格上取随机位移，标准差 10 像素，其间用双三次插值（第 3.1 节）。同样的方格，弯了四次。

# %%
side = 160
squares = torch.from_numpy(np.kron(np.indices((8, 8)).sum(0) % 2, np.ones((20, 20)))).float()[None, None]
place = torch.stack(torch.meshgrid(torch.arange(side), torch.arange(side), indexing="xy"), -1).float()
bent = place + displacements(4, side, torch.Generator().manual_seed(1), torch.device("cpu"))
figure, axes = plt.subplots(1, 5, figsize=(13, 3))
images = torch.cat([squares, sample(squares.expand(4, -1, -1, -1), bent, "bilinear")])
for axis, image in zip(axes, images[:, 0], strict=True):
    axis.imshow(image, cmap="gray")
    axis.axis("off")
plt.show()

# %% [markdown] lang="en"
# ## A drawn tissue
#
# Cells are the points that lie nearest to the same seed; where the second seed is about as near, there is a membrane.
# A little blur and noise make a picture for the network, which has seen only real micrographs.

# %% [markdown] lang="zh"
# ## 画一片组织
#
# 离同一个种子最近的点属于同一个细胞；离第二个种子也差不多近的地方是膜。
#
# 再加一点模糊和噪声，就成了给网络看的图片；网络只见过真实的显微图像。

# %%
random = np.random.default_rng(4)
height, width = 300, 420
seeds = random.uniform((0, 0), (height, width), (40, 2))
wobble = 70 * ndimage.gaussian_filter(random.normal(size=(height, width, 2)), (12, 12, 0))
points = np.stack(np.mgrid[:height, :width], -1) + wobble
near = np.sort(np.linalg.norm(points[:, :, None] - seeds, axis=-1), axis=-1)
interior = near[..., 1] - near[..., 0] > 5
grey = ndimage.gaussian_filter(np.where(interior, 175.0, 60.0), 1.2)
grey += ndimage.gaussian_filter(random.normal(0, 50, grey.shape), 1.5) + random.normal(0, 8, grey.shape)
pixels = torch.from_numpy(grey.clip(0, 255).astype(np.uint8))[..., None]

# %% [markdown] lang="en"
# ## Tiles without seams
#
# The same picture in tiles of two sizes. Every pixel gets the same answer, but for rounding: nobody can tell where the
# tiles met.

# %% [markdown] lang="zh"
# ## 没有接缝的图块
#
# 同一幅图片，用两种大小的图块各算一遍。除了舍入误差，每个像素的结果都相同，谁也看不出图块在哪里相接。

# %%
small = UNet(width=8, tile=220).eval()
small.load_state_dict(net.state_dict())
answers = [segment(network, pixels)[1] for network in (net, small)]
print("largest difference:", (answers[0] - answers[1]).abs().max().item())
figure, axes = plt.subplots(1, 3, figsize=(14, 3.6))
axes[0].imshow(pixels[..., 0], cmap="gray")
for axis, network, answer in zip(axes[1:], (net, small), answers, strict=True):
    axis.imshow(answer, vmin=0, vmax=1)
    for tile in tiles(height, width, network.plan):
        axis.add_patch(plt.Rectangle((tile.left, tile.top), tile.columns, tile.rows, fill=False, color="white"))
for axis in axes:
    axis.axis("off")
plt.show()

# %% [markdown] lang="en"
# ## One connection less
#
# The skip connections, cut one at a time, the finest first, and then all four. The number is the mean change of the
# probability.

# %% [markdown] lang="zh"
# ## 少一条连接
#
# 跳跃连接逐一切断，先切最精细的，最后四条全部切断。图上的数字是概率的平均变化。

# %%
cuts = {f"level {level + 1} cut": 1 - one for level, one in enumerate(torch.eye(4))} | {"all cut": torch.zeros(4)}
figure, axes = plt.subplots(1, 5, figsize=(16, 3))
for axis, (title, switches) in zip(axes, cuts.items(), strict=True):
    answer = segment(net, pixels, switches)[1]
    axis.imshow(answer, vmin=0, vmax=1)
    axis.set_title(f"{title}: {(answer - answers[0]).abs().mean():.3f}")
    axis.axis("off")
plt.show()

# %% [markdown] lang="en"
# ## Real micrographs
#
# With the pack isbi2012_em the next cell shows a slice that was not learned from. Without it, it says so.

# %% [markdown] lang="zh"
# ## 真实的显微图像
#
# 如果有数据包 isbi2012_em，下一格会显示一幅没有用来训练的切片。
#
# 没有数据包时，它会说明情况。

# %%
from models import data
from models.data.microscopy import membranes

try:
    slices = membranes()
except data.PackNotFound as error:
    print(error)
else:
    last = slices.images[-1][:256, :256]
    figure, axes = plt.subplots(1, 3, figsize=(13, 4.4))
    axes[0].imshow(last[..., 0], cmap="gray")
    axes[1].imshow(segment(net, torch.from_numpy(last))[1], vmin=0, vmax=1)
    axes[2].imshow(slices.interior[-1][:256, :256])
    for axis, title in zip(axes, ("slice", "network", "annotation"), strict=True):
        axis.set_title(title)
        axis.axis("off")
    plt.show()

# %% [markdown] lang="en"
# ## Go on
#
# - Set w_0 to 0 or 50 and look at the weights again.
# - Make the gap between the two large discs wider. From which width on does the second term stop to matter?
# - Train your own: `make train VARIANT=unet-em`.

# %% [markdown] lang="zh"
# ## 接着做
#
# - 把 w_0 改成 0 或 50，再看一遍权重。
# - 把两个大圆之间的缝拉宽。从多宽开始，第二项就无关紧要了？
# - 自己训练一个：`make train VARIANT=unet-em`。
