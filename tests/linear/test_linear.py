"""No reader, filter or pipeline costs more than n log n in the bytes of a page, and no page blocks the process."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from tests.linear.shapes import SHAPES
from tests.linear.way import MOST_TRIES, SPIDERS, Measure, Way, made
from tests.marks import first_is_quick

SMALL_BYTES = 16 * 1024
LARGE_BYTES = 128 * 1024  # what only shows on large pages
CAP_BYTES = 8 * 1024 * 1024  # DOWNLOAD_MAXSIZE
MOST_S = 15  # of CPU for one page of any size
# Times the cost of as many bytes of plain paragraphs, which take 1.2 s where the dearest page takes 9.5: the same bound
# for a machine that is busy or slow, on which both take longer.
MOST_TIMES = 12


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
    if not growth.is_linear:  # a page that leaves the processor's cache does so once
        growth = measure.growth(SHAPES[name], LARGE_BYTES)
    assert growth.is_linear, f"{growth.ratio:.1f} times the cost for 8 times the bytes: {growth}"


@pytest.mark.slow
@pytest.mark.parametrize("name", SHAPES)
def test_so_does_the_cost_of_a_large_page(measure: Measure, name: str) -> None:
    growth = measure.growth(SHAPES[name], LARGE_BYTES)
    if not growth.is_linear:  # pages of more tags than any real one are counted and tried: one step
        growth = measure.growth(SHAPES[name], 4 * LARGE_BYTES)  # both sizes lie behind it
    assert growth.is_linear, f"{growth.ratio:.1f} times the cost for 8 times the bytes: {growth}"


@pytest.mark.slow
@pytest.mark.parametrize("name", SHAPES)
def test_the_largest_page_that_is_read_does_not_block_the_process(measure: Measure, name: str) -> None:
    if measure.cost_s(SHAPES[name], made(SHAPES[name], CAP_BYTES)) >= MOST_S:
        tries = (measure.times_plain(SHAPES[name], CAP_BYTES) for _ in range(MOST_TRIES))
        assert any(times < MOST_TIMES for times in tries)  # other work on the machine only ever adds, to either
