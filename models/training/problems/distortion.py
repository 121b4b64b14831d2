"""Random distortions of pictures, whole batches at a time."""

import torch
import torch.nn.functional as F
from torch import Tensor

SHIFT = 2.0  # pixels, each way
SCALE = 0.15  # of the size
SQUEEZE = 0.12  # horizontal compression with vertical elongation, or the reverse
SHEAR = 0.3  # horizontal, pixels per row


def distort(pixels: Tensor, generator: torch.Generator) -> Tensor:
    """Translate, scale, squeeze and shear ink (N, H, W, 1) at random -> float of the same shape.

    The kinds of distortion are those of the LeNet paper (1998, Section III.B), which gives no ranges: these are ours.
    The generator lives on the CPU, so that a seed means the same on every device.
    """
    count, height, width, _ = pixels.shape
    spread = torch.tensor([2 * SHIFT / width, 2 * SHIFT / height, SCALE, SQUEEZE, SHEAR])
    dx, dy, scale, squeeze, shear = (spread * (2 * torch.rand(count, 5, generator=generator) - 1)).to(pixels.device).T
    across, down = (1 + scale) * (1 + squeeze), (1 + scale) / (1 + squeeze)
    # Each row of the matrix says where in the original a point of the distorted picture comes from.
    zero = torch.zeros_like(dx)
    matrix = torch.stack([torch.stack([across, shear, dx], 1), torch.stack([zero, down, dy], 1)], 1)  # (N, 2, 3)
    grid = F.affine_grid(matrix, [count, 1, height, width], align_corners=False)
    ink = pixels.permute(0, 3, 1, 2).float()
    return F.grid_sample(ink, grid, align_corners=False).permute(0, 2, 3, 1)


def waves(count: int, knots: int, height: int, width: int, generator: torch.Generator, device: torch.device) -> Tensor:
    """Smooth random displacements (N, H, W, 2): of deviation 1 on a grid of knots x knots, bicubic in between."""
    coarse = torch.randn(count, 2, knots, knots, generator=generator).to(device)
    fine = F.interpolate(coarse, (height, width), mode="bicubic", align_corners=True)
    return fine.permute(0, 2, 3, 1)
