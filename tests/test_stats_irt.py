"""1PL and 2PL by girth on LSAT6, against what mirt and ltm are published to give. Needs the extra `irt`."""

import numpy as np
import pytest

from leerlijn import stats_irt
from leerlijn.errors import LeerlijnError

from .lsat6 import lsat6

LTM_B, LTM_A = [-3.3597, -1.3696, -0.2799, -1.8659, -3.1236], [0.8254, 0.7229, 0.8905, 0.6886, 0.6575]
MIRT_RASCH_B = [-2.7306, -0.9989, -0.2399, -1.3068, -2.0999]


def test_lsat6_as_published():
    uit = stats_irt.fit(lsat6() > 0.5)
    assert uit["2pl"]["b"] == pytest.approx(LTM_B, abs=0.003) and uit["2pl"]["a"] == pytest.approx(LTM_A, abs=0.001)
    assert uit["1pl"]["a"] * uit["1pl"]["b"] == pytest.approx(MIRT_RASCH_B, abs=0.001)


def test_curve():
    assert stats_irt.curve(1.7, 0.4, np.array([0.4])) == pytest.approx(0.5)
    assert stats_irt.curve(2.0, 0.0, np.array([1.0])) == pytest.approx(1 / (1 + np.exp(-2.0)))


def test_no_spread_is_told():
    with pytest.raises(LeerlijnError, match="iedereen"):
        stats_irt.fit(np.ones((10, 3), bool))
