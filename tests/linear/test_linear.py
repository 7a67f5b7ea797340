"""No reader, filter or pipeline costs more than n log n in the bytes of a page, and no page blocks the process."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from tests.linear.shapes import SHAPES
from tests.linear.way import MOST_GROWTH, SPIDERS, Measure, Way, made
from tests.marks import first_is_quick

SMALL_BYTES = 16 * 1024
LARGE_BYTES = 128 * 1024  # what only shows on large pages
CAP_BYTES = 8 * 1024 * 1024  # DOWNLOAD_MAXSIZE
SURE_GROWTH = 56  # of 8 times the bytes: quadratic is 64; measured on a busy machine 28 and 41 where more is linear
MOST_S = 15  # of CPU for one page of any size
# Times the cost of as many bytes of plain paragraphs, which take 1.6 s where the dearest page takes 10.6: the same
# bound for a machine that is busy or slow, on which both take longer.
MOST_TIMES = 9


@pytest.fixture(scope="session", params=list(SPIDERS))  # not "module": these tests go to all workers
def measure(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Measure]:
    with Way(tmp_path_factory.mktemp("way"), request.param) as way:
        gc.collect()
        gc.freeze()  # each measurement collects; what other tests have left here would cost more than what is measured
        yield Measure(way)
        gc.unfreeze()


@pytest.mark.parametrize("name", first_is_quick(SHAPES, quick=20))
def test_the_cost_of_a_page_grows_with_its_size_and_no_faster(measure: Measure, name: str) -> None:
    growth = measure.growth(SHAPES[name], SMALL_BYTES)
    if SURE_GROWTH > growth.ratio > MOST_GROWTH:  # a page that leaves the processor's cache does so once
        growth = measure.growth(SHAPES[name], LARGE_BYTES)
    assert growth.is_linear, f"{growth.ratio:.1f} times the cost for 8 times the bytes: {growth}"


@pytest.mark.slow
@pytest.mark.parametrize("name", SHAPES)
def test_so_does_the_cost_of_a_large_page(measure: Measure, name: str) -> None:
    growth = measure.growth(SHAPES[name], LARGE_BYTES)
    if SURE_GROWTH > growth.ratio > MOST_GROWTH:  # pages of more tags than any real one are counted and tried: one step
        growth = measure.growth(SHAPES[name], 4 * LARGE_BYTES)  # both sizes lie behind it
    assert growth.is_linear, f"{growth.ratio:.1f} times the cost for 8 times the bytes: {growth}"


@pytest.mark.slow
@pytest.mark.parametrize("name", SHAPES)
def test_the_largest_page_that_is_read_does_not_block_the_process(measure: Measure, name: str) -> None:
    cost_s = measure.cost_s(SHAPES[name], made(SHAPES[name], CAP_BYTES))
    if cost_s >= MOST_S:
        plain = SHAPES["paragraphs"]
        assert cost_s < MOST_TIMES * measure.cost_s(plain, made(plain, CAP_BYTES))
