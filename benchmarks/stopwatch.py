"""Two ways of doing one thing, timed in turn: the fastest of each is compared."""

from time import perf_counter


def share(quick, slow, rounds):
    """Return the fastest time of one as a percentage of that of the other."""
    times = [(seconds(quick), seconds(slow)) for _ in range(rounds)]
    fastest, other = map(min, zip(*times, strict=True))
    return 100 * fastest / other


def seconds(run):
    """Return how long one call takes."""
    begin = perf_counter()
    run()
    return perf_counter() - begin
