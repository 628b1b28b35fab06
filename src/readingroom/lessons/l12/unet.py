"""A U-Net in three dimensions, small enough to train in minutes (after Ronneberger et al. 2015).

It thinks in voxels of 2 mm, which makes it eight times quicker, and decides each voxel of 1 mm from
that thought and its own grey. Normalised over the batch, not over a cube, so that what it says of
a voxel does not hang on how much lung was cut out around it.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

LOW, TOP, THIN, EDGE = 12, 24, 4, 8  # channels at 2 mm, at 4 mm, brought to 1 mm, last at 1 mm
SEEN = 2  # what it sees of a voxel: grey, and distance from the click


def _block(before: int, after: int, stride: int = 1) -> nn.Sequential:
    """Two convolutions, each normalised and rectified; the first may halve."""
    return nn.Sequential(
        nn.Conv3d(before, after, 3, stride=stride, padding=1, bias=False),
        nn.BatchNorm3d(after),
        nn.ReLU(inplace=True),
        nn.Conv3d(after, after, 3, padding=1, bias=False),
        nn.BatchNorm3d(after),
        nn.ReLU(inplace=True),
    )


class Small(nn.Module):
    """Voxels in, one logit for each out; what each scale saw before halving joins on the way up."""

    def __init__(self) -> None:
        super().__init__()
        self.first = _block(SEEN, LOW, stride=2)
        self.second = _block(LOW, TOP, stride=2)
        self.joined = _block(TOP + LOW, LOW)
        self.thin = nn.Conv3d(LOW, THIN, 1)
        self.edge = nn.Conv3d(THIN + SEEN, EDGE, 1)
        self.last = nn.Conv3d(EDGE, 1, 1)
        self.enlarge = nn.Upsample(scale_factor=2, mode="trilinear", align_corners=False)

    def forward(self, cubes: Tensor) -> Tensor:
        """(B, 2, D, H, W), see `segment.seen`, to (B, 1, D, H, W) logits; sides divisible by 4."""
        first = self.first(cubes)
        second = self.second(first)
        joined = self.joined(torch.cat([self.enlarge(second), first], 1))
        edge = self.edge(torch.cat([self.enlarge(self.thin(joined)), cubes], 1))
        return self.last(torch.relu(edge))
