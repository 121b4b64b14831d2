"""Building many variants: one after the other, or side by side in processes of one thread each."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

Result = dict[str, bytes] | str

# A process needs about five seconds to import PyTorch, a small variant one or two to be built. Measured with the four
# of LeNet on two busy cores: eleven seconds one after the other, seventeen in two processes.
WORTH_A_PROCESS = 4


def attempts(variants: Sequence[tuple[str, str]]) -> Iterator[tuple[tuple[str, str], Result]]:
    """Each (slug, variant) with its files or, in words, what went wrong; in the order in which they are done."""
    workers = min(len(variants) // WORTH_A_PROCESS, os.cpu_count() or 1)
    if workers < 2:
        yield from ((variant, attempt(*variant)) for variant in variants)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        futures = {pool.submit(attempt, *variant): variant for variant in variants}
        for future in as_completed(futures):
            yield futures[future], future.result()


def attempt(slug: str, variant: str) -> Result:
    """The files of one variant; the text of an expected error, so that the other variants go on."""
    from export.build import ERRORS, build  # imports PyTorch

    try:
        return build(slug, variant)
    except ERRORS as error:
        return str(error.args[0]) if isinstance(error, KeyError) else str(error)
