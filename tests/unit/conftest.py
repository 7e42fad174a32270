"""What tests of figures and reports share."""

from __future__ import annotations

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from pipelines.drawing import rendering


@pytest.fixture
def without_png(monkeypatch: pytest.MonkeyPatch) -> None:
    """For a test that looks at no PNG; to draw one takes as long as the rest of the figure."""
    monkeypatch.setattr(rendering, "CORES", 1)
    monkeypatch.setattr(FigureCanvasAgg, "print_png", lambda *_, **__: None)
