"""Lesson 11's networks: two small ones that need torch."""

from __future__ import annotations

import torch
from torch import Tensor, nn

WIDE, DEEP = 24, 4  # channels and layers of the denoiser
SLICES = 5  # that it sees, to clean the middle one
SEES = 3  # channels that `Painter` is given: the slice, and where each voxel lies


class Denoiser(nn.Module):
    """Four layers of 3 x 3 on five neighbouring slices; says what to take away from the middle one.

    After Zhang et al. 2017, who let a network say the noise and not the picture.
    """

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = [nn.Conv2d(SLICES, WIDE, 3, padding=1, padding_mode="replicate")]
        for _ in range(DEEP - 2):
            layers += [nn.ReLU(inplace=True),
                       nn.Conv2d(WIDE, WIDE, 3, padding=1, padding_mode="replicate")]  # fmt: skip
        layers += [
            nn.ReLU(inplace=True),
            nn.Conv2d(WIDE, 1, 3, padding=1, padding_mode="replicate"),
        ]
        self.layers = nn.Sequential(*layers)

    def forward(self, roots: Tensor) -> Tensor:
        """(B, 5, H, W) of √SUV to the middle slice, (B, 1, H, W), with less noise."""
        middle = SLICES // 2
        return roots[:, middle : middle + 1] - self.layers(roots)


def _block(before: int, after: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(before, after, 3, padding=1), nn.ReLU(inplace=True),
        nn.Conv2d(after, after, 3, padding=1), nn.ReLU(inplace=True),
    )  # fmt: skip


class Painter(nn.Module):
    """A U-Net of one slice (after Ronneberger et al. 2015) that knows where a voxel lies.

    It says √SUV itself, not what to take away: so it can paint what was not there.
    """

    def __init__(self, wide: int = 8) -> None:
        super().__init__()
        self.first = _block(SEES, wide)
        self.second = _block(wide, 2 * wide)
        self.third = _block(2 * wide, 2 * wide)
        self.up = _block(4 * wide, wide)
        self.last = _block(2 * wide, wide)
        self.out = nn.Conv2d(wide, 1, 1)
        self.enlarge = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=False)

    def forward(self, slices: Tensor) -> Tensor:
        """(B, 3, H, W), see `denoise.seen`, to (B, 1, H, W); sides divisible by 4."""
        first = self.first(slices)
        second = self.second(nn.functional.avg_pool2d(first, 2))
        third = self.third(nn.functional.avg_pool2d(second, 2))
        up = self.up(torch.cat([self.enlarge(third), second], 1))
        return self.out(self.last(torch.cat([self.enlarge(up), first], 1)))
