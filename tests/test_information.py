"""Information: values by hand, the laws of entropy and divergence, and scipy."""

import itertools
import math
import re
from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import integrate, special, stats

from mathlib.information import (
    Gaussian,
    aic,
    conditional_entropy,
    cross_entropy,
    density_entropy,
    density_kl,
    entropy,
    gaussian_entropy,
    gaussian_kl,
    huffman_code_lengths,
    kl_divergence,
    kraft_sum,
    mutual_information,
    nats_to_bits,
    perplexity,
    prefix_code,
    shannon_code_lengths,
    surprise,
)

seeds = st.integers(0, 2**32 - 1)
sizes = st.integers(1, 8)
FAIR, BIASED = np.array([0.5, 0.5]), np.array([0.9, 0.1])
SWAPPED = np.array([[0.1, 0.4], [0.4, 0.1]])
X = np.linspace(-30, 30, 6001)


def table(seed, *shape, holes=0.3):
    """A random table, some of its entries 0."""
    rng = np.random.default_rng(seed)
    p = rng.exponential(size=shape) * (rng.uniform(size=shape) >= holes)
    p.flat[rng.integers(p.size)] += 0.1
    return p / p.sum()


def covariance(rng, d):
    B = rng.normal(size=(d, d))
    return B @ B.T + np.eye(d) / 2


def log_normal(x, mean, variance):
    return stats.norm.logpdf(x, mean, np.sqrt(variance))


def refuses(message, error=ValueError):
    return pytest.raises(error, match=f"^{re.escape(message)}")


# Surprise and entropy


def test_surprises_by_hand():
    assert_array_equal(surprise([1.0, 0.5, 0.0]), [0, np.log(2), np.inf])
    assert surprise(0.25) == 2 * np.log(2)
    assert str(surprise(1.0)) == "0.0"  # not -0.0


@given(st.floats(1e-150, 1), st.floats(1e-150, 1))
def test_surprises_of_independent_outcomes_add_up(a, b):
    assert_allclose(surprise(a * b), surprise(a) + surprise(b), rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize(
    ("chance", "bits"), [(0.5, 1.0), (0.9, 0.4690), (0.11, 0.4999), (0.0, 0.0)]
)
def test_a_coin_in_bits(chance, bits):
    assert nats_to_bits(entropy([chance, 1 - chance])) == pytest.approx(bits, abs=5e-5)


def test_bits_keep_the_shape():
    assert_array_equal(nats_to_bits(np.log([[2, 4]])), [[1, 2]])
    assert type(nats_to_bits(entropy(FAIR))) is float


@given(seeds, sizes, sizes)
def test_entropy_agrees_with_scipy(seed, r, c):
    p = table(seed, r, c)
    assert_allclose(entropy(p), stats.entropy(p.ravel()), rtol=1e-12, atol=1e-12)
    bits = nats_to_bits(entropy(p))
    assert_allclose(bits, stats.entropy(p.ravel(), base=2), rtol=1e-12, atol=1e-12)


@given(seeds, sizes)
def test_entropy_lies_between_0_and_log_k(seed, k):
    assert 0 <= entropy(table(seed, k)) <= np.log(k) + 1e-12
    assert entropy(np.full(k, 1 / k)) == pytest.approx(np.log(k), abs=1e-12)
    assert str(entropy(np.eye(k)[0])) == "0.0"


@given(seeds, sizes)
def test_entropy_minds_neither_order_nor_impossible_outcomes(seed, k):
    p = table(seed, k)
    more = np.append(p, [0, 0])[::-1]
    assert entropy(more) == pytest.approx(entropy(p), abs=1e-12)


# Cross-entropy and divergence


def test_the_divergences_of_two_coins():
    assert kl_divergence(FAIR, BIASED) == pytest.approx(0.5108, abs=5e-5)
    assert kl_divergence(BIASED, FAIR) == pytest.approx(0.3681, abs=5e-5)


def test_the_source_s_tables():
    p, q = [0.7, 0.2, 0.1], [0.5, 0.25, 0.25]
    assert cross_entropy(p, p) == pytest.approx(0.8018, abs=5e-5)
    assert cross_entropy(p, q) == pytest.approx(0.9011, abs=5e-5)
    assert cross_entropy(q, p) == pytest.approx(1.1563, abs=5e-5)
    bits = [
        f([0.5, 0.25, 0.25], [0.25, 0.25, 0.5]) for f in (cross_entropy, kl_divergence)
    ]
    assert_allclose(nats_to_bits(bits), [1.75, 0.25], rtol=1e-12)


@given(seeds, seeds, sizes, sizes)
def test_divergence_agrees_with_scipy(seed, other, r, c):
    p, q = table(seed, r, c), table(other, r, c)
    expected = special.rel_entr(p, q).sum()
    assert_allclose(kl_divergence(p, q), max(expected, 0), rtol=1e-12, atol=1e-12)
    full = table(other, r, c, holes=0)
    expected = stats.entropy(p.ravel(), full.ravel())
    assert_allclose(kl_divergence(p, full), expected, rtol=1e-12, atol=1e-12)


@given(seeds, seeds, sizes)
def test_cross_entropy_is_entropy_plus_divergence(seed, other, k):
    p, q = table(seed, k), table(other, k)
    total = entropy(p) + kl_divergence(p, q)
    assert_allclose(cross_entropy(p, q), total, rtol=1e-12, atol=1e-12)
    assert kl_divergence(p, p) == 0.0


def test_an_impossible_outcome_that_happens_costs_infinity():
    assert kl_divergence([0.5, 0.5], [1, 0]) == np.inf
    assert cross_entropy([0.5, 0.5], [1, 0]) == np.inf
    assert kl_divergence([1, 0], [0.5, 0.5]) == np.log(2)
    assert perplexity([0.5, 0.5], [1, 0]) == np.inf
    assert perplexity([1.0, 0], [5e-324, 1]) == np.inf  # e^744 overflows


def test_tiny_probabilities_do_not_overflow():
    p, q = np.array([1e-300, 1.0]), np.array([1.0, 5e-324])
    assert kl_divergence(p, q) == pytest.approx(-np.log(5e-324), rel=1e-12)
    assert mutual_information(np.diag([1e-200, 1.0])) == pytest.approx(
        4.6e-198, rel=0.01
    )


def test_divergence_is_no_distance():
    a, b, c = ([x, 1 - x] for x in (0.5, 0.25, 0.1))
    assert kl_divergence(a, c) > kl_divergence(a, b) + kl_divergence(b, c)


@given(seeds, seeds, sizes)
def test_cross_entropy_and_perplexity_agree_with_scipy(seed, other, k):
    p, q = table(seed, k), table(other, k, holes=0)
    nats = stats.entropy(p) + stats.entropy(p, q)
    assert_allclose(cross_entropy(p, q), nats, rtol=1e-12, atol=1e-12)
    assert_allclose(perplexity(p, q), np.exp(nats), rtol=1e-12)
    assert_allclose(perplexity(p), np.exp(stats.entropy(p)), rtol=1e-12)


def test_perplexity_counts_the_faces_of_a_die():
    assert perplexity(np.full(6, 1 / 6)) == pytest.approx(6, rel=1e-12)
    assert perplexity(np.eye(6)[0], np.full(6, 1 / 6)) == pytest.approx(6, rel=1e-12)
    assert perplexity(BIASED) == pytest.approx(2 ** nats_to_bits(entropy(BIASED)))


# Tables that are none


@pytest.mark.parametrize("f", [entropy, shannon_code_lengths, perplexity])
@pytest.mark.parametrize(
    ("p", "message"),
    [
        ([0.5, 0.6], "p must sum to 1, but sums to 1.1: divide it by its sum, p / p.s"),
        ([0.5, 0.6, -0.1], "p must not be negative, but holds -0.1"),
        ([0.0, 0.0], "p must sum to 1, but sums to 0"),
        ([np.nan, 1.0], "p must be finite, but 1 of its 2 entries"),
        ([], "p must hold a probability for each outcome"),
        (1.0, "p must hold a probability for each outcome, but is 1.0"),
    ],
)
def test_what_is_no_table_is_refused_by_name(f, p, message):
    with refuses(message):
        f(p)


def test_a_table_is_not_told_to_divide_by_infinity():
    with np.errstate(over="ignore"), pytest.raises(ValueError, match=r"sums to inf$"):
        entropy([1e308, 1e308])


def test_the_second_table_has_its_own_name():
    with refuses("q must sum to 1, but sums to 0.9"):
        kl_divergence(FAIR, [0.5, 0.4])
    with refuses("q must have the shape of p, (2,), but has (3,)"):
        cross_entropy(FAIR, [0.5, 0.25, 0.25])
    with refuses("q must have the shape of p, (2,), but has (2, 1)"):
        kl_divergence(FAIR, FAIR[:, None])
    with refuses("p must hold real numbers, but holds text", TypeError):
        entropy(["a"])


def test_a_sum_of_32_bit_floats_is_near_enough_to_1():
    p = np.full(1000, 1 / 1000, dtype=np.float32)
    assert entropy(p) == pytest.approx(np.log(1000), abs=1e-4)
    with refuses("p must sum to 1, but sums to 0.999"):
        entropy([0.333, 0.333, 0.333])


@pytest.mark.parametrize("wrong", [1.5, -0.1, np.nan])
def test_what_is_no_probability_is_refused(wrong):
    with refuses(f"probability must be between 0 and 1, but is {wrong:g}"):
        surprise([0.5, wrong])


def test_inputs_are_left_alone():
    p, q = np.array([0.5, 0.5, 0.0]), np.array([0.2, 0.3, 0.5])
    for f in (cross_entropy, kl_divergence, perplexity):
        f(p, q)
    assert_array_equal([p, q], [[0.5, 0.5, 0.0], [0.2, 0.3, 0.5]])


# Joint tables


@pytest.mark.parametrize("joint", [SWAPPED, SWAPPED[::-1]])
def test_the_source_s_joint_table_and_its_swap(joint):
    bits = nats_to_bits(mutual_information(joint))
    assert bits == pytest.approx(0.278072, abs=5e-7)


@given(seeds, sizes, sizes)
def test_the_chain_rule(seed, r, c):
    joint = table(seed, r, c)
    rows, columns = entropy(joint.sum(1)), entropy(joint.sum(0))
    given_x = conditional_entropy(joint)
    assert entropy(joint) == pytest.approx(rows + given_x, abs=1e-12)
    shared = mutual_information(joint)
    assert shared == pytest.approx(columns - given_x, abs=1e-12)
    assert shared == pytest.approx(rows + columns - entropy(joint), abs=1e-12)
    assert shared == pytest.approx(mutual_information(joint.T), abs=1e-12)
    assert 0 <= given_x <= columns + 1e-12
    assert shared <= min(rows, columns) + 1e-12


@given(seeds, seeds, sizes, sizes)
def test_independent_variables_tell_nothing_of_each_other(seed, other, r, c):
    joint = np.outer(table(seed, r), table(other, c))
    assert mutual_information(joint) < 1e-12


@given(seeds, sizes, sizes)
def test_joint_tables_agree_with_scipy(seed, r, c):
    joint = table(seed, r, c)
    apart = np.outer(joint.sum(1), joint.sum(0))
    expected = stats.entropy(joint.ravel(), apart.ravel())
    assert_allclose(mutual_information(joint), expected, rtol=1e-12, atol=1e-12)
    expected = stats.entropy(joint.ravel()) - stats.entropy(joint.sum(1))
    assert_allclose(conditional_entropy(joint), expected, rtol=1e-12, atol=1e-12)


def test_processing_loses_information():
    joint = table(4, 3, 6)
    merged = joint.reshape(3, 3, 2).sum(axis=2)
    assert mutual_information(merged) < mutual_information(joint)


@pytest.mark.parametrize("f", [conditional_entropy, mutual_information])
def test_a_joint_table_has_two_axes(f):
    with refuses("joint must have shape (r, c), but its shape is (2,)"):
        f(FAIR)
    with refuses("joint must sum to 1, but sums to 2"):
        f([[1.0, 0.0], [0.0, 1.0]])


# Densities and Gaussians


def test_gaussian_numbers():
    assert gaussian_entropy(1.0) == pytest.approx(1.41894, abs=5e-6)
    narrow, wide = Gaussian(0, 1), Gaussian(1, 4)
    assert gaussian_kl(narrow, wide) == pytest.approx(0.4431, abs=5e-5)
    assert gaussian_kl(wide, narrow) == pytest.approx(1.3069, abs=5e-5)


@given(st.floats(1e-6, 1e6))
def test_gaussian_entropy_agrees_with_scipy(variance):
    expected = stats.norm.entropy(scale=np.sqrt(variance))
    assert_allclose(gaussian_entropy(variance), expected, rtol=1e-12, atol=1e-12)
    assert gaussian_entropy([variance]) == gaussian_entropy([[variance]])


@given(seeds, st.integers(1, 5))
def test_gaussian_entropy_in_many_dimensions(seed, d):
    S = covariance(np.random.default_rng(seed), d)
    expected = stats.multivariate_normal(np.zeros(d), S).entropy()
    assert_allclose(gaussian_entropy(S), expected, rtol=1e-12, atol=1e-12)


@given(st.floats(-3, 3), st.floats(0.2, 4), st.floats(-3, 3), st.floats(0.2, 4))
def test_gaussian_divergence_is_the_integral(mean, variance, other, spread):
    p, q = stats.norm(mean, np.sqrt(variance)), stats.norm(other, np.sqrt(spread))
    expected, _ = integrate.quad(
        lambda x: p.pdf(x) * (p.logpdf(x) - q.logpdf(x)),
        mean - 25,
        mean + 25,
        limit=200,
    )
    got = gaussian_kl((mean, variance), (other, spread))
    assert_allclose(got, expected, rtol=1e-7, atol=1e-9)
    on_grid = density_kl(p.logpdf(X), q.logpdf(X), X)
    assert_allclose(on_grid, expected, rtol=1e-7, atol=1e-9)


@given(seeds, st.integers(1, 4))
def test_gaussian_divergence_is_the_mean_log_ratio(seed, d):
    rng = np.random.default_rng(seed)
    p = Gaussian(rng.normal(size=d), covariance(rng, d))
    q = Gaussian(rng.normal(size=d), covariance(rng, d))
    inverse = np.linalg.inv(q.covariance)
    shift = q.mean - p.mean
    expected = (
        np.trace(inverse @ p.covariance)
        + shift @ inverse @ shift
        - d
        + np.log(np.linalg.det(q.covariance) / np.linalg.det(p.covariance))
    ) / 2
    assert_allclose(gaussian_kl(p, q), expected, rtol=1e-9, atol=1e-10)
    assert gaussian_kl(p, p) < 1e-12


@given(seeds, st.integers(1, 4))
def test_gaussian_divergence_agrees_with_scipy(seed, d):
    """The mean of log q over p is log q at the mean of p, less half a trace."""
    rng = np.random.default_rng(seed)
    p = Gaussian(rng.normal(size=d), covariance(rng, d))
    q = Gaussian(rng.normal(size=d), covariance(rng, d))
    theirs = stats.multivariate_normal(*q)
    half_trace = np.trace(np.linalg.solve(q.covariance, p.covariance)) / 2
    cross = half_trace - theirs.logpdf(p.mean)
    expected = cross - stats.multivariate_normal(*p).entropy()
    size = max(1, abs(cross))
    assert_allclose(gaussian_kl(p, q), expected, rtol=1e-12, atol=1e-12 * size)


def test_independent_dimensions_add_up():
    p, q = (Gaussian([0, 0], np.diag([1, 4])), Gaussian([1, 0], np.diag([4, 1])))
    each = gaussian_kl((0, 1), (1, 4)) + gaussian_kl((0, 4), (0, 1))
    assert gaussian_kl(p, q) == pytest.approx(each, rel=1e-12)


@given(st.floats(-5, 5), st.floats(0.05, 5))
def test_density_entropy_agrees_with_the_formula(mean, variance):
    got = density_entropy(log_normal(X, mean, variance), X)
    assert got == pytest.approx(gaussian_entropy(variance), abs=1e-9)


def test_no_density_of_variance_1_has_more_entropy_than_the_gaussian():
    uniform = stats.uniform(-np.sqrt(3), 2 * np.sqrt(3)).entropy()
    laplace = density_entropy(stats.laplace(scale=np.sqrt(0.5)).logpdf(X), X)
    assert laplace == pytest.approx(1 + np.log(2) / 2, abs=1e-4)
    assert max(uniform, laplace) < gaussian_entropy(1)


def test_where_a_density_is_zero():
    x = np.linspace(-1, 2, 3001)
    with np.errstate(divide="ignore"):
        unit = np.log(((x >= 0) & (x <= 1)).astype(float))
        half = np.log(2.0 * ((x >= 0) & (x <= 0.5)))
    unit -= np.log(np.trapezoid(np.exp(unit), x))
    half -= np.log(np.trapezoid(np.exp(half), x))
    assert density_kl(half, unit, x) == pytest.approx(np.log(2), abs=2e-3)
    assert density_kl(unit, half, x) == np.inf
    assert density_entropy(half, x) == pytest.approx(-np.log(2), abs=2e-3)


def test_a_density_far_out_in_its_tail_is_not_zero():
    got = density_kl(log_normal(X, 0, 1), log_normal(X, 20, 0.01), X)
    assert got == pytest.approx(gaussian_kl((0, 1), (20, 0.01)), rel=1e-9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: gaussian_entropy(0.0), "covariance must have positive eigenvalues"),
        (lambda: gaussian_entropy([[1, 2], [2, 1]]), "covariance must have positive"),
        (lambda: gaussian_entropy([[1, 2], [0, 5]]), "covariance must be symmetric"),
        (lambda: gaussian_entropy([1, 2]), "covariance must have shape (d, d)"),
        (lambda: gaussian_kl((0, 1), (0, -4)), "q.covariance must have positive eig"),
        (lambda: gaussian_kl(0, 1), "p must be a Gaussian(mean, covariance), but is 0"),
        (lambda: gaussian_kl((0, 1), ([0, 0], np.eye(2))), "q.mean must have shape"),
        (lambda: gaussian_kl(([0, 0], 1), (0, 1)), "p.covariance must have shape (d"),
        (lambda: density_entropy(np.zeros(3), [0, 1, 2]), "log_p must be the log of a"),
        (lambda: density_entropy(np.zeros(2), [1, 0]), "x must hold at least two numb"),
        (lambda: density_entropy([np.nan, 0], [0, 1]), "log_p must be below infinity"),
        (lambda: density_entropy(np.zeros(3), [0, 1]), "log_p must have shape (k,) wi"),
        (lambda: density_kl([0, 0], [0, 0, 0], [0, 1]), "log_q must have shape (k,) w"),
    ],
)
def test_what_is_no_density_is_refused(call, message):
    with refuses(message):
        call()


# Codes


def test_codes_by_hand():
    assert_array_equal(shannon_code_lengths([0.5, 0.25, 0.125, 0.125]), [1, 2, 3, 3])
    assert_array_equal(shannon_code_lengths([0.7, 0.2, 0.1]), [1, 3, 4])
    assert_array_equal(huffman_code_lengths([0.7, 0.2, 0.1]), [1, 2, 2])
    assert_array_equal(huffman_code_lengths([1.0]), [0])
    assert prefix_code([2, 1, 3, 3]) == ["10", "0", "110", "111"]
    assert prefix_code([0]) == [""]


@given(seeds, sizes)
def test_mean_lengths_keep_shannon_s_promise(seed, k):
    p = table(seed, k, holes=0)
    bits = nats_to_bits(entropy(p))
    best, rounded = p @ huffman_code_lengths(p), p @ shannon_code_lengths(p)
    assert bits - 1e-9 <= best <= rounded < bits + 1


@given(seeds, st.integers(1, 5))
def test_no_prefix_code_is_shorter_than_huffman_s(seed, k):
    p = table(seed, k, holes=0)
    every = itertools.product(range(k), repeat=k)
    best = min(p @ lengths for lengths in every if kraft_sum(lengths) <= 1)
    assert p @ huffman_code_lengths(p) == pytest.approx(best, rel=1e-12)
    assert kraft_sum(huffman_code_lengths(p)) == 1


@given(st.lists(st.integers(0, 9), min_size=1, max_size=12))
def test_a_prefix_code_exists_exactly_by_kraft(lengths):
    if kraft_sum(lengths) > 1:
        with refuses("lengths must have a Kraft sum of at most 1, but it is"):
            prefix_code(lengths)
        return
    words = prefix_code(lengths)
    assert [len(word) for word in words] == lengths
    for a, b in itertools.permutations(words, 2):
        assert not b.startswith(a)


def test_what_is_no_code_is_refused():
    with refuses("p must be positive, but holds 0: leave out what never happens"):
        huffman_code_lengths([1.0, 0.0])
    with refuses("p must have shape (k,), but its shape is (1, 2)"):
        shannon_code_lengths([[0.5, 0.5]])
    with refuses("lengths must be a whole number >= 0, but is 1.5", TypeError):
        kraft_sum([1.5])
    with refuses("lengths must be a whole number >= 0, but is -1"):
        prefix_code([-1])
    with refuses("lengths must hold at least one length"):
        kraft_sum([])


# Choosing a model


def test_aic_by_hand():
    assert aic(-100, 3) == 206
    assert aic(-np.inf, 0) == np.inf
    with refuses("log_likelihood must be below infinity, but is inf"):
        aic(np.inf, 1)
    with refuses("log_likelihood must have shape (), but its shape is (2,)"):
        aic([1.0, 2.0], 1)
    with refuses("parameters must be a whole number >= 0", TypeError):
        aic(-1.0, 1.5)


def test_a_fitted_table_flatters_itself_by_a_nat_for_each_parameter():
    rng, n, p = np.random.default_rng(0), 1000, np.array([0.4, 0.3, 0.2, 0.1])
    fits = rng.multinomial(n, p, size=2000) / n
    own = n * np.mean([kl_divergence(q, p) for q in fits])  # it beats the truth here,
    new = n * np.mean([kl_divergence(p, q) for q in fits])  # and loses to it there
    assert_allclose([own, new], 1.5, rtol=0.1)


# Differences that are small, tables of 32 bits, densities that are none


def exact_kl(p, q):
    """KL of the tables p and q, divided by their sums, in 60 digits."""
    with localcontext() as context:
        context.prec = 60
        p, q = ([Decimal(float(x)) for x in table] for table in (p, q))
        P, Q = sum(p), sum(q)
        pairs = [(x / P, y / Q) for x, y in zip(p, q, strict=True) if x]
        return float(sum(x * (x / y).ln() for x, y in pairs))


@pytest.mark.parametrize("gap", [0.3, 0.1, 1e-3, 1e-6, 1e-9, 1e-12])
def test_the_divergence_of_nearly_equal_tables_keeps_its_digits(gap):
    for q in ([0.5, 0.5], [0.3, 0.3, 0.4], [1e-3, 0.499, 0.5]):
        p = np.array(q)
        p[:2] += gap * p[0] * np.array([1, -1])
        close = pytest.approx(exact_kl(p, q), rel=1e-9, abs=1e-30)
        assert kl_divergence(p, q) == close
        assert kl_divergence(p, q) > 0
    joint = np.full((2, 2), 0.25) + gap / 4 * np.array([[1, -1], [-1, 1]])
    product = np.outer(joint.sum(axis=1), joint.sum(axis=0))
    close = pytest.approx(exact_kl(joint.ravel(), product.ravel()), rel=1e-9, abs=1e-30)
    assert mutual_information(joint) == close


@given(seeds)
def test_the_divergence_of_far_tables_keeps_its_digits(seed):
    p, q = np.random.default_rng(seed).dirichlet(np.full(5, 0.05), size=2)
    q = np.maximum(q, 1e-300)
    q /= q.sum()
    assert kl_divergence(p, q) == pytest.approx(exact_kl(p, q), rel=1e-12)


@pytest.mark.parametrize("shift", [1e-12, 1e-9, 1e-3, 1.0, 1e100])
def test_the_divergence_of_nearly_equal_gaussians_keeps_its_digits(shift):
    apart = pytest.approx(shift**2 / 2, rel=1e-12)
    assert gaussian_kl((shift, 1), (0, 1)) == apart
    assert gaussian_kl(([0, shift], np.eye(2)), ([0, 0], np.eye(2))) == apart
    small = min(shift, 1.0)
    wide = ([0, 0], np.diag([1.0, (1 + small) ** 2]))
    t = Decimal((1 + small) ** 2) - 1
    with localcontext() as context:
        context.prec = 60
        expected = float((t - (1 + t).ln()) / 2)
    got = gaussian_kl(wide, ([0, 0], np.eye(2)))
    assert got == pytest.approx(expected, rel=1e-3 if small < 1e-6 else 1e-9)


def test_gaussians_of_very_different_size():
    for variance in (1e-300, 1e-150, 1e150):
        expected = (variance - 1 - math.log(variance)) / 2
        assert gaussian_kl((0, variance), (0, 1)) == pytest.approx(expected, rel=1e-12)
    tiny = np.array([[1.0, 1e-17], [0.0, 1.0]])  # symmetric up to rounding
    assert gaussian_entropy(tiny) == pytest.approx(gaussian_entropy(np.eye(2)))
    with refuses("covariance must be symmetric, but differs"):
        gaussian_entropy(1e-200 * np.array([[1.0, 1e-3], [0.0, 1.0]]))


def test_tables_of_32_bits_are_divided_by_their_sums():
    p = np.array([1, 2, 3, 4, 5], dtype=np.float32) / np.float32(15.000006)
    assert abs(p.sum() - 1) > 1e-7
    assert 0 <= entropy(p) <= math.log(5)
    assert entropy([1.0000009]) == 0.0
    assert kl_divergence(p, np.arange(1, 6) / 15) < 1e-13
    assert cross_entropy(p, p) == pytest.approx(entropy(p), rel=1e-15)


@pytest.mark.parametrize(
    "log_q",
    [
        -(X**2) / 2,  # the constant forgotten
        log_normal(X, 0, 1) + 5,
        np.exp(log_normal(X, 0, 1)),  # a density for its logarithm
        np.where(X == 0, np.inf, -1.0),
        np.full(X.size, np.nan),
    ],
)
def test_what_is_no_density_is_no_perfect_fit(log_q):
    with refuses("log_q must be "):
        density_kl(log_normal(X, 0, 1), log_q, X)


def test_a_kraft_sum_above_1_is_never_rounded_to_1():
    for lengths in ([0, 60], [0, 2000], [1, 1, 10**12], [1, 2, 3, 3, 99]):
        assert kraft_sum(lengths) > 1
        with refuses("lengths must have a Kraft sum of at most 1"):
            prefix_code(lengths)
    assert kraft_sum([1, 2, 10**12]) == 0.75


@given(st.lists(st.integers(0, 5), min_size=1, max_size=12))
def test_a_code_exists_exactly_where_one_is_found_by_search(lengths):
    def search(left, taken):
        if not left:
            return True
        words = (f"{i:0{left[0]}b}" if left[0] else "" for i in range(2 ** left[0]))
        # any free word will do: all have as much room behind them
        for word in words:
            if not any(word.startswith(w) or w.startswith(word) for w in taken):
                return search(left[1:], [*taken, word])
        return False

    exists = search(sorted(lengths), [])
    assert (kraft_sum(lengths) <= 1) == exists


def test_shannon_s_lengths_belong_to_a_code_whatever_the_rounding():
    p = np.append(2.0 ** -np.arange(1, 46), 2.0**-45) * (1 - 5e-13)
    assert kraft_sum(shannon_code_lengths(p)) <= 1
    prefix_code(shannon_code_lengths(p))


def test_what_two_tell_where_the_product_of_their_chances_vanishes():
    rare = 1e-200  # its square is rounded to 0
    joint = np.array([[rare, 0.0], [0.0, 1.0 - rare]])
    assert mutual_information(joint) == pytest.approx(-rare * np.log(rare), rel=1e-12)


@pytest.mark.parametrize("share", [1e-2, 1e-4, 1e-8])
def test_the_divergence_of_gaussians_does_not_depend_on_units(share):
    def pair(unit):
        units, c = np.diag([1.0, unit]), np.array([[1.0, share], [share, 1.0]])
        wide = np.array([[2.0, 0.5], [0.5, 3.0]])
        p, q = units @ wide @ units, units @ c @ units
        return gaussian_kl((np.zeros(2), p), (units @ [1.0, 0.5], q))

    assert pair(2.0**33) == pytest.approx(pair(1.0), rel=1e-14)


def test_an_entropy_of_zero_has_no_sign():
    assert str(density_entropy(np.zeros(11), np.linspace(0, 1, 11))) == "0.0"


def test_lengths_and_counts_beyond_a_float_are_no_crash():
    assert kraft_sum([1, 10**400]) == 0.5
    with refuses("parameters must be a finite number >= 0, but is of type"):
        aic(-1.0, 10**400)


def test_a_masked_length_is_no_length():
    lengths = np.ma.array([1, 1, 2], mask=[False, True, False])
    for code in (kraft_sum, prefix_code):
        with refuses("lengths must be a whole number >= 0, but is None", TypeError):
            code(lengths)


def test_a_covariance_that_is_refused_shows_no_eigenvalue_above_0():
    rng, shown = np.random.default_rng(0), set()
    for _ in range(300):
        B = rng.normal(size=(3, 2))
        try:
            gaussian_entropy(B @ B.T)
        except ValueError as error:
            shown.add(float(str(error).rsplit(maxsplit=1)[-1]))
    assert len(shown) > 9
    assert max(shown) <= 0
