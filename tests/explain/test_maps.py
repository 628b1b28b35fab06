"""Maps agree with hand calculations on small networks, and with what their methods promise."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from readingroom.explain import maps, sanity
from readingroom.lessons.l05 import make_attention
from readingroom.models import nets


class Tiny(nn.Module):
    """One convolution, then the mean: everything about it can be worked out by hand."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.stem = nn.Identity()
        self.stages = nn.Sequential(nn.Conv2d(1, 3, 4, 4, bias=False))
        self.score = nn.Linear(3, 2)

    def forward(self, x):
        return self.score(self.stages(self.stem(x)).mean((2, 3)))


@pytest.fixture(scope="module")
def films() -> np.ndarray:
    """Four films of noise."""
    return np.random.default_rng(0).integers(0, 255, (4, 32, 32)).astype(np.uint8)


@pytest.fixture(scope="module")
def net() -> nets.SmallResNet:
    """An untrained network with two findings, its statistics not at rest's zeros."""
    torch.manual_seed(1)
    made = nets.SmallResNet(outputs=2, strides=nets.EARLY, local=True)
    made(torch.randn(16, 1, 32, 32))
    return made.eval()


def test_grad_cam_agrees_with_a_hand_calculation(films):
    """With a mean and a linear score, Grad-CAM is a weighted sum of features."""
    tiny = Tiny()
    with torch.no_grad():
        features = tiny.stages(nets.tensor_of(films))  # (4, 3, 8, 8)
        by_hand = (features * tiny.score.weight[1][None, :, None, None]).sum(1).relu() / 64
    found = maps.grad_cam(tiny, films, 1)
    assert found.shape == (4, 8, 8)
    assert np.allclose(found, by_hand.numpy(), atol=1e-6)


def test_grad_cam_is_as_coarse_as_the_last_layer(net):
    """At 128 pixels the map has 8 x 8 cells, and making it leaves no hook behind."""
    film = np.zeros((1, 128, 128), np.uint8)
    assert maps.grad_cam(net, film).shape == (1, 8, 8)
    assert not any(part._forward_hooks or part._backward_hooks for part in net.modules())


def test_integrated_gradients_add_up(net, films):
    """Their sum is f(film) - f(baseline), and the error is the delta that Captum reports."""
    from captum.attr import IntegratedGradients

    start = np.full_like(films, 90)
    found = maps.integrated_gradients(net, films, 1, start, steps=64)
    difference = maps.logits(net, films, 1) - maps.logits(net, start, 1)
    error = found.sum((1, 2)) - difference
    assert np.abs(error).max() < 0.05 * np.abs(difference).max() + 0.02
    _, delta = IntegratedGradients(maps.Logits(net)).attribute(
        nets.tensor_of(films), baselines=nets.tensor_of(start), target=1, n_steps=64,
        return_convergence_delta=True,
    )  # fmt: skip
    assert np.allclose(error, delta.numpy(), atol=2e-3)


def test_integrated_gradients_of_a_linear_network_are_known(films):
    """For a linear network each pixel's share is its weight times its step from the baseline."""
    tiny = Tiny()
    x = nets.tensor_of(films).requires_grad_()
    tiny(x)[:, 0].sum().backward()
    steps = x.detach() - nets.tensor_of(np.zeros_like(films))
    assert np.allclose(
        maps.integrated_gradients(tiny, films, 0), (x.grad * steps)[:, 0].numpy(), atol=1e-5
    )


def test_occlusion_finds_the_patch_that_matters():
    """For a network that reads one corner, the fall is there and exactly as large as computed."""

    class Corner(nn.Module):
        def forward(self, x):
            return x[:, :, :8, :8].mean((1, 2, 3))[:, None]

    film = np.full((1, 32, 32), 255, np.uint8)
    found = maps.occlusion(Corner(), film, patch=8, step=8)[0]
    assert np.allclose(found[:8, :8], 2 - maps.GREY, atol=0.01)  # from white, +2, to the patch
    assert np.allclose(found[8:], 0) and np.allclose(found[:, 8:], 0)


@pytest.mark.parametrize(("patch", "step"), [(16, 8), (12, None), (7, 5)])
def test_occlusion_is_captums(net, films, patch, step):
    """The map is that of Captum's Occlusion, also where the last patch reaches over the edge."""
    from captum.attr import Occlusion

    stride = step or max(4, patch // 3)
    wanted = Occlusion(maps.Logits(net)).attribute(
        nets.tensor_of(films), sliding_window_shapes=(1, patch, patch), strides=(1, stride, stride),
        baselines=maps.GREY, target=1,
    )  # fmt: skip
    found = maps.occlusion(net, films, 1, patch, step)
    assert np.allclose(found, wanted[:, 0].numpy(), atol=1e-5)


def test_a_patch_may_be_as_bright_as_its_film(net, films):
    """Each film has its own grey, and a number stands for each place of the patch."""
    greys = nets.tensor_of(films.mean((1, 2), keepdims=True).astype(np.uint8))
    falls = maps.patch_falls(net, films, 1, 16, 8, greys)
    covered = films.copy()
    covered[:, 8:24, 16:32] = films.mean((1, 2), keepdims=True).astype(np.uint8)
    wanted = maps.logits(net, films, 1) - maps.logits(net, covered, 1)
    assert np.allclose(falls[:, 1, 2], wanted, atol=1e-5)


def test_the_plain_gradient_is_torchs(net, films):
    """The gradient map is the size of torch's own gradient."""
    x = nets.tensor_of(films).requires_grad_()
    net(x)[:, 1].sum().backward()
    assert np.allclose(maps.gradient(net, films, 1), x.grad[:, 0].abs().numpy(), atol=1e-6)


def test_guided_backprop_really_guides(net, films):
    """Every ReLU of the network is a module, so that guiding changes the gradient."""
    assert sum(isinstance(part, nn.ReLU) for part in net.modules()) == 9
    guided, plain = maps.guided_backprop(net, films, 1), maps.gradient(net, films, 1)
    assert guided.shape == plain.shape and not np.allclose(guided, plain)


def test_a_single_output_works_too(films):
    """A network with one score per film is explained as output 0."""
    net = nets.SmallResNet().eval()
    assert maps.grad_cam(net, films).shape == (4, 2, 2)
    assert maps.logits(net, films).shape == (4,)


@pytest.mark.parametrize("layers", range(len(sanity.LAYERS) + 1))
def test_erasing_goes_from_the_last_layer_down(net, layers):
    """Exactly the named layers change, the original stays, and the seed fixes the outcome."""
    before = {k: v.clone() for k, v in net.state_dict().items()}
    erased = sanity.randomised(net, layers, seed=3)
    again = sanity.randomised(net, layers, seed=3)
    for name, value in erased.state_dict().items():
        touched = any(name.startswith(part + ".") for part in sanity.LAYERS[:layers])
        assert torch.equal(value, again.state_dict()[name])
        assert torch.equal(before[name], net.state_dict()[name])
        if not touched:
            assert torch.equal(value, before[name]), name
        elif name.endswith("weight") and value.ndim > 1:
            assert not torch.equal(value, before[name]), name


def test_erasing_leaves_other_random_numbers_alone(net):
    """The global random stream goes on as if nothing had been drawn."""
    torch.manual_seed(9)
    wanted = torch.rand(3)
    torch.manual_seed(9)
    sanity.randomised(net)
    assert torch.equal(torch.rand(3), wanted)


def test_attention_adds_up_to_one_and_learns():
    """The toy's attention is a set of shares, and it learns which cells matter."""
    torch.manual_seed(0)
    cells = torch.randn(300, 16, 12)
    labels = np.arange(300) % 2
    cells[labels == 1, 5, 0] += 4
    toy = make_attention.train(cells, labels, seed=0)
    looks, says = toy(cells)
    assert torch.allclose(looks.sum(1), torch.ones(300), atol=1e-5)
    called = ((looks * says).sum(1) > 0).numpy()
    assert (called == labels).mean() > 0.9
