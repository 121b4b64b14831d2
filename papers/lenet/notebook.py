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
# # LeNet-5, opened up
#
# Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-Based Learning Applied to Document Recognition",
# Proceedings of the IEEE 86(11), 1998.
#
# Start this notebook anywhere inside a clone of the project, in its environment. It needs no network and takes less
# than a minute on a CPU.

# %% [markdown] lang="zh"
# # 拆开看 LeNet-5
#
# Y. LeCun、L. Bottou、Y. Bengio、P. Haffner：《基于梯度的学习在文档识别中的应用》，IEEE 会刊 86 卷 11 期，1998 年。
#
# 请在本项目的克隆目录内、用项目自带的环境运行。全程不需要网络，在 CPU 上不到一分钟。

# %%
import sys
from pathlib import Path

root = next(folder for folder in (Path.cwd(), *Path.cwd().parents) if (folder / "models" / "lenet.py").is_file())
sys.path.insert(0, str(root))

import matplotlib.pyplot as plt
import numpy as np
import torch

from export.pixels import centre_ink, rasterise
from models import registry
from models.lenet import TABLE_I
from papers.schema import load_samples

torch.set_num_threads(1)
net = registry.build("lenet5")

# %% [markdown] lang="en"
# ## Sixty thousand parameters
#
# The paper gives the number for every layer (Section II.B). Count them again. The RBF codes are fixed by hand and do
# not count.

# %% [markdown] lang="zh"
# ## 六万个参数
#
# 论文给出了每一层的参数个数（第 II.B 节），我们重新数一遍。径向基函数的编码由人工指定、固定不变，不计在内。

# %%
paper = {"c1": 156, "s2": 12, "c3": 1516, "s4": 32, "c5": 48120, "f6": 10164, "rbf": 0}
for name, layer in net.named_children():
    count = sum(parameter.numel() for parameter in layer.parameters())
    print(f"{name:4} {count:7,}   {paper[name]:7,}")
    assert count == paper[name]
print(f"all  {sum(parameter.numel() for parameter in net.parameters()):7,}   {60_000:7,}")

# %% [markdown] lang="en"
# ## Table I
#
# A cross says that a map of C3 (column) sees a map of S2 (row). Each cross is one 5x5 kernel.

# %% [markdown] lang="zh"
# ## 表 I
#
# 叉号表示 C3 的某张特征图（列）与 S2 的某张特征图（行）相连。每个叉对应一个 5×5 的卷积核。

# %%
print("    " + " ".join(f"{column:2}" for column in range(16)))
for row in range(6):
    print(f"{row:2}  " + " ".join(" X" if row in rows else " ." for rows in TABLE_I))
crosses = sum(len(rows) for rows in TABLE_I)
print(crosses, "crosses:", crosses * 25, "weights +", len(TABLE_I), "biases =", crosses * 25 + len(TABLE_I))

# %% [markdown] lang="en"
# ## The prototypes
#
# Ten bitmaps, 7 wide and 12 high: what F6 should look like for each digit. They are drawn in the style of the paper's
# Figure 3.

# %% [markdown] lang="zh"
# ## 原型
#
# 十幅位图，宽 7 高 12，是 F6 在每个数字上应有的样子，仿照论文图 3 的风格绘制。

# %%
prototypes = net.rbf.prototypes.reshape(10, 12, 7)
figure, axes = plt.subplots(1, 10, figsize=(10, 2))
for digit, axis in enumerate(axes):
    axis.imshow(prototypes[digit], cmap="gray_r", vmin=-1, vmax=1)
    axis.set_title(digit)
    axis.axis("off")
plt.show()

# %% [markdown] lang="en"
# ## The drawings of the page
#
# Strokes are drawn with a round pen, then scaled and centred as the digits of MNIST were. All of them go through the
# network in one batch. The smallest distance wins; where all are large, the rubbish class takes the probability.

# %% [markdown] lang="zh"
# ## 页面上的手写样例
#
# 先用圆头笔画出笔画，再照 MNIST 的做法缩放、居中，然后一次送进网络。
#
# 距离最小者胜出；如果所有距离都很大，概率就归垃圾类。

# %%
samples = list(load_samples("lenet"))
pixels = np.stack([centre_ink(rasterise(sample.strokes, sample.width)) for sample in samples])[..., None]
with torch.no_grad():
    inputs = net.prepare(torch.from_numpy(pixels))  # (N, 1, 32, 32)
    distances = net(inputs)  # (N, 10)
    probabilities = net.probabilities(distances)  # (N, 10)

print(f"{'drawing':20} label  read  distance  rubbish")
for sample, distance, probability in zip(samples, distances, probabilities, strict=True):
    rubbish = max(0.0, 1 - probability.sum().item())
    print(f"{sample.id:20} {sample.label or '-':5}  {distance.argmin():4}  {distance.min():8.1f}  {rubbish:7.1%}")

# %% [markdown] lang="en"
# ## Feature maps
#
# A forward hook keeps what each layer gives for one drawing. C1 finds strokes by direction, S2 keeps them at half the
# resolution, C3 combines them. The second row of pictures has F6, twelve
# rows of seven: compare it with the prototype of the 7.

# %% [markdown] lang="zh"
# ## 特征图
#
# 用前向钩子留下各层对同一幅字的输出。C1 按方向找出笔画，S2 以一半的分辨率保留它们，C3 再把它们组合起来。
#
# 最后一组图中有 F6，排成 12 行 7 列：请与 7 的原型对照。

# %%
outputs: dict[str, torch.Tensor] = {}
hooks = [
    layer.register_forward_hook(lambda _layer, _inputs, output, name=name: outputs.update({name: output[0]}))
    for name, layer in net.named_children()
]
chosen = next(i for i, sample in enumerate(samples) if sample.id == "seven-bar")
with torch.no_grad():
    net(inputs[chosen : chosen + 1])
for hook in hooks:
    hook.remove()

figure, axes = plt.subplots(4, 16, figsize=(16, 4.4))
for axis in axes.flat:
    axis.axis("off")
for row, name in enumerate(("c1", "s2", "c3", "s4")):
    for column, feature_map in enumerate(outputs[name]):
        axes[row, column].imshow(feature_map, cmap="RdBu_r", vmin=-1.7, vmax=1.7)
    axes[row, 0].set_title(name.upper(), loc="left")
plt.show()

figure, axes = plt.subplots(1, 3, figsize=(9, 3))
axes[0].imshow(inputs[chosen, 0], cmap="gray_r")
axes[0].set_title("input")
axes[1].imshow(outputs["f6"].reshape(12, 7), cmap="RdBu_r", vmin=-1.7, vmax=1.7)
axes[1].set_title("F6")
axes[2].bar(range(10), distances[chosen])
axes[2].set_title("distances")
axes[2].set_xticks(range(10))
plt.show()

# %% [markdown] lang="en"
# ## Real digits
#
# With the MNIST pack (`python -m models.data fetch mnist`) the next cell shows test digits that LeNet-5 gets wrong.
# Without it, it says so.

# %% [markdown] lang="zh"
# ## 真实的数字
#
# 如果有 MNIST 数据包（`python -m models.data fetch mnist`），下一格会显示 LeNet-5 认错的测试数字。
#
# 没有数据包时，它会说明情况。

# %%
from models import data

try:
    digits = data.mnist()
except data.PackNotFound as error:
    print(error)
else:
    some, labels = digits.test_images[:2000], digits.test_labels[:2000]
    with torch.no_grad():
        read = net(net.prepare(torch.from_numpy(some))).argmin(1).numpy()
    wrong = np.flatnonzero(read != labels)
    print(f"{len(wrong)} of the first {len(labels):,} test digits are read wrongly")
    figure, axes = plt.subplots(1, 10, figsize=(12, 1.8))
    for axis in axes:
        axis.axis("off")
    for axis, index in zip(axes, wrong, strict=False):
        axis.imshow(some[index, ..., 0], cmap="gray_r")
        axis.set_title(f"{labels[index]} as {read[index]}")
    plt.show()

# %% [markdown] lang="en"
# ## Go on
#
# - Replace `TABLE_I` by the full table and count the parameters again.
# - Add noise to a prototype. How much can it bear before the digit is lost?
# - Train your own: `make train VARIANT=lenet5`.

# %% [markdown] lang="zh"
# ## 接着做
#
# - 把 `TABLE_I` 换成全部连接的表，再数一遍参数。
# - 给某个原型加上噪声，看加到多大时那个数字就认不出来了。
# - 自己训练一个：`make train VARIANT=lenet5`。
