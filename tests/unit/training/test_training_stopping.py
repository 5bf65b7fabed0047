"""Training only the row of `</s>`."""

import pytest

torch = pytest.importorskip("torch", reason="training needs torch (extra [training])")
pytest.importorskip("tokenizers", reason="training.train reads the tokenizer (extra [training])")
pytest.importorskip("gguf", reason="training.train reads GGUF files (extra [training])")

from training.stopping import fitted  # noqa: E402


def test_the_row_learns_where_to_stop() -> None:
    torch.manual_seed(0)
    features = torch.randn(400, 8)
    ends = (features[:, 0] > 1).float()
    row = fitted(torch.zeros(8), features, torch.full((400,), 0.5), ends)
    likely = torch.sigmoid(features @ row - 0.5)
    assert float(likely[ends > 0].mean()) > 2 * float(likely[ends == 0].mean())
