"""The decoder: llama architecture (RMSNorm, rotary positions, SwiGLU, tied embedding), and nothing that a GGUF cannot express.

It computes in the type to which its inputs are autocast, and knows nothing of data, optimizers or files.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.ending import without_end

NORM_EPSILON = 1e-5
ROPE_BASE = 10_000.0


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes that define a model; they are stored in every checkpoint."""

    vocabulary: int = 6144
    width: int = 288
    layers: int = 5
    heads: int = 3
    feed_forward: int = 768
    context: int = 1024


def rotary_table(positions: int, head_width: int) -> tuple[Tensor, Tensor]:
    """Cosines and sines, each (positions, head_width / 2): pair i rotates by position * base^(-2i / head_width)."""
    frequencies = ROPE_BASE ** (-torch.arange(0, head_width, 2, dtype=torch.float32) / head_width)
    angles = torch.outer(torch.arange(positions, dtype=torch.float32), frequencies)
    return angles.cos(), angles.sin()


def rotate(x: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
    """Rotate the first half of each head against the second (x: batch, heads, positions, head width).

    The exporter permutes rows so that llama.cpp, which rotates neighbours, computes the same.
    """
    first, second = x.chunk(2, dim=-1)
    return torch.cat((first * cosines - second * sines, second * cosines + first * sines), dim=-1).to(x.dtype)


class Norm(nn.Module):
    """Root-mean-square norm with a learned gain, computed in float32."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x: Tensor) -> Tensor:
        y = x.float()
        y = y * torch.rsqrt(y.pow(2).mean(-1, keepdim=True) + NORM_EPSILON)
        return (y * self.weight).to(x.dtype)


class SelfAttention(nn.Module):
    """Causal self-attention with rotary positions; query, key and value come from one product."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.qkv = nn.Linear(shape.width, 3 * shape.width, bias=False)
        self.out = nn.Linear(shape.width, shape.width, bias=False)

    def forward(self, x: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
        batch, positions, width = x.shape
        q, k, v = self.qkv(x).view(batch, positions, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        q, k = rotate(q, cosines, sines), rotate(k, cosines, sines)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.out(y.transpose(1, 2).reshape(batch, positions, width))  # type: ignore[no-any-return]


class FeedForward(nn.Module):
    """SwiGLU: down(silu(gate x) * up x)."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.gate_up = nn.Linear(shape.width, 2 * shape.feed_forward, bias=False)
        self.down = nn.Linear(shape.feed_forward, shape.width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        gate, up = self.gate_up(x).chunk(2, dim=-1)
        return self.down(F.silu(gate) * up)  # type: ignore[no-any-return]


class DecoderBlock(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.attention_norm, self.attention = Norm(shape.width), SelfAttention(shape)
        self.feed_forward_norm, self.feed_forward = Norm(shape.width), FeedForward(shape)

    def forward(self, x: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
        x = x + self.attention(self.attention_norm(x), cosines, sines)
        return x + self.feed_forward(self.feed_forward_norm(x))  # type: ignore[no-any-return]


class Decoder(nn.Module):
    """Token ids (batch, positions) to logits (batch, positions, vocabulary)."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.embedding = nn.Embedding(shape.vocabulary, shape.width)
        self.blocks = nn.ModuleList(DecoderBlock(shape) for _ in range(shape.layers))
        self.norm = Norm(shape.width)
        cosines, sines = rotary_table(shape.context, shape.width // shape.heads)
        self.register_buffer("cosines", cosines, persistent=False)
        self.register_buffer("sines", sines, persistent=False)
        self._start()

    def _start(self) -> None:
        """Initialise: a small embedding; matrices scaled to keep the variance; both outputs of a block at zero."""
        nn.init.normal_(self.embedding.weight, std=0.04)
        for name, parameter in self.blocks.named_parameters():
            if parameter.ndim == 2:
                if name.endswith(("out.weight", "down.weight")):
                    nn.init.zeros_(parameter)
                else:
                    nn.init.normal_(parameter, std=parameter.shape[1] ** -0.5)

    def features(self, ids: Tensor) -> Tensor:
        """The last hidden state after the norm: multiplied by the tied embedding it gives the logits."""
        cosines, sines = self.cosines[: ids.shape[1]], self.sines[: ids.shape[1]]  # type: ignore[index]
        x = self.embedding(ids)
        if torch.is_autocast_enabled(ids.device.type):
            x = x.to(torch.get_autocast_dtype(ids.device.type))
        for block in self.blocks:
            x = block(x, cosines, sines)
        return self.norm(x)  # type: ignore[no-any-return]

    def forward(self, ids: Tensor) -> Tensor:
        return F.linear(self.features(ids), self.embedding.weight)

    def loss(self, ids: Tensor, targets: Tensor, weights: Tensor) -> Tensor:
        """The weighted sum of the cross entropies, in nats; the caller divides it by its own total weight."""
        logits = without_end(self(ids).float().flatten(0, 1), weights.flatten())
        losses = F.cross_entropy(logits, targets.flatten(), reduction="none")
        return (losses * weights.flatten()).sum()
