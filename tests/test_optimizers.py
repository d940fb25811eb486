"""Optimizers: known numbers, laws of noise and schedules, and torch, step for step."""

import math
import tracemalloc
from fractions import Fraction

import numpy as np
import pytest
from checking import careless, refuses
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import rosen_der

from mathlib.momentum import momentum, nesterov
from mathlib.optimizers import (
    OPTIMIZERS,
    adagrad,
    adam,
    adam_in_place,
    adamw,
    amsgrad,
    average_gradients,
    constant,
    cosine_decay,
    inverse_decay,
    minibatch_gradient,
    minibatches,
    naive_adam,
    noise_floor,
    rmsprop,
    sgd_in_place,
    step_decay,
    sweep,
    warmup,
)
from mathlib.update_rules import minimize, sgd

TABLE = pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)

seeds = st.integers(0, 2**32 - 1)
shapes = st.sampled_from([(), (1,), (4,), (2, 3), (2, 1, 2)])


def identity(theta):
    """The gradient of ½‖θ‖²."""
    return theta


def wavy(theta):
    """A gradient that is linear nowhere."""
    return 3 * theta + np.cos(5 * theta) + 0.1


# By hand


def test_two_steps_of_adagrad_by_hand():
    # s = 9, θ = 3 − 1 = 2; s = 9 + 4, θ = 2 − 2/√13.
    path = minimize(identity, 3.0, adagrad(1.0), steps=2)
    assert_allclose(path, [3, 2, 2 - 2 / math.sqrt(13)], rtol=1e-9)


def test_two_steps_of_rmsprop_by_hand():
    # s = 4/4, θ = 2 − 2 = 0, and there it stays: the gradient is 0.
    path = minimize(identity, 2.0, rmsprop(1.0, beta=0.75), steps=2)
    assert_allclose(path, [2, 0, 0], atol=1e-7)


@given(seeds, st.floats(1e-3, 1e3))
def test_adam_s_first_step_has_the_length_of_the_rate_in_every_weight(seed, scale):
    g = scale * np.random.default_rng(seed).uniform(0.5, 2, 5) * [1, -1, 1, -1, 1]
    path = minimize(lambda theta: g, np.zeros(5), adam(0.1), steps=3)
    assert_allclose(path, np.outer([0, 1, 2, 3], -0.1 * np.sign(g)), rtol=1e-4)


def test_adamw_shrinks_what_has_no_gradient():
    path = minimize(np.zeros_like, [3.0], adamw(0.1, decay=0.5), steps=10)
    assert_allclose(path.ravel(), 3 * 0.95 ** np.arange(11), rtol=1e-14)


def test_naive_adam_divides_by_the_root_and_epsilon():
    there = minimize(lambda w: 2 * w, [3.0], naive_adam(0.1, epsilon=1.0), steps=1)
    mean, root = 0.1 * 6.0, np.sqrt(0.001 * 36.0)
    assert_allclose(there[-1], 3.0 - 0.1 * mean / (root + 1.0))


def test_without_correction_adam_s_twelfth_step_is_the_longest():
    steps = -np.diff(minimize(np.ones_like, 0.0, naive_adam(1.0), steps=5000))
    t = np.arange(1, 5001)
    assert_allclose(steps, (1 - 0.9**t) / np.sqrt(1 - 0.999**t), rtol=1e-6)
    assert steps[0] == pytest.approx(3.162, abs=5e-4)
    assert np.argmax(steps) + 1 == 12
    assert steps.max() == pytest.approx(6.569, abs=5e-4)


# Every optimizer of the table


@TABLE
def test_every_optimizer_reaches_the_bottom_of_a_bowl(make):
    path = minimize(identity, [1.0, -2.0], make(0.1), steps=3000)
    assert_allclose(path[-1], 0, atol=0.051)  # RMSProp hops by η from side to side


@TABLE
@given(shape=shapes, seed=seeds)
def test_a_step_is_pure_and_keeps_the_shape(make, shape, seed):
    rng = np.random.default_rng(seed)
    theta, g = rng.normal(size=(2, *shape))
    optimizer = make(0.1)
    _, state = optimizer.step(theta, g, optimizer.init(theta))
    before = [np.copy(each) for each in (theta, g, *state)]
    first, second = (optimizer.step(theta, g, state) for _ in range(2))
    assert first[0].shape == theta.shape
    assert first[1].steps == 2
    for old, new in zip(before, (theta, g, *state), strict=True):
        assert_array_equal(old, new)
    assert_array_equal(first[0], second[0])


@TABLE
def test_every_weight_is_treated_alike(make):
    together = minimize(wavy, np.full((2, 3), 0.7), make(0.05), steps=9)
    alone = minimize(wavy, 0.7, make(0.05), steps=9)
    assert_array_equal(together, np.broadcast_to(alone[:, None, None], (10, 2, 3)))


@TABLE
def test_a_sweep_is_the_loop_over_the_rates_to_the_last_bit(make):
    rates, start = np.geomspace(1e-3, 3, 20), [1.0, -2.0]
    curvature = np.array([0.3, 1.0])

    def gradient(theta):
        return curvature * theta

    together = sweep(gradient, start, rates, optimizer=make, steps=30)
    assert together.shape == (31, 20, 2)
    for i, rate in enumerate(rates):
        assert_array_equal(
            together[:, i], minimize(gradient, start, make(rate), steps=30)
        )


@TABLE
def test_a_schedule_gives_the_rate_of_each_step(make):
    rates = [0.3, 0.0, 0.1]
    path = minimize(wavy, [1.0, 2.0], make(lambda k: rates[k]), steps=3)
    assert_array_equal(path[2], path[1])
    assert_array_equal(path[1], minimize(wavy, [1.0, 2.0], make(0.3), steps=1)[1])
    assert (path[3] != path[2]).all()


@TABLE
def test_a_gradient_of_another_shape_is_refused(make):
    optimizer = make(0.1)
    message = "gradient must have the shape of theta, (3,), but its shape is (3, 1)"
    with refuses(ValueError, message):
        optimizer.step(np.ones(3), np.ones((3, 1)), optimizer.init(np.ones(3)))


@TABLE
@pytest.mark.parametrize(
    ("rate", "message"),
    [
        (-0.1, "rate must be finite and > 0, but is -0.1"),
        (0, "rate must be finite and > 0, but is 0"),
        (np.inf, "rate must be finite and > 0, but is inf"),
        (np.array([0.1, np.nan]), "rate must be finite and > 0, but holds nan"),
    ],
)
def test_a_rate_that_is_none_is_refused(make, rate, message):
    with refuses(ValueError, message):
        make(rate)


@pytest.mark.parametrize(
    ("make", "arguments", "message"),
    [
        (momentum, {"beta": 1.0}, "beta must be finite and in [0, 1), but is 1"),
        (nesterov, {"beta": -0.1}, "beta must be finite and in [0, 1), but is -0.1"),
        (rmsprop, {"beta": 1.5}, "beta must be finite and in [0, 1), but is 1.5"),
        (adam, {"beta1": 1.0}, "beta1 must be finite and in [0, 1), but is 1"),
        (adam, {"beta2": 1.0}, "beta2 must be finite and in [0, 1), but is 1"),
        (adam, {"epsilon": 0.0}, "epsilon must be a finite number > 0, but is 0.0"),
        (adagrad, {"epsilon": -1.0}, "epsilon must be a finite number > 0, but is -1"),
        (adamw, {"decay": -1.0}, "decay must be a finite number >= 0, but is -1.0"),
        (adam_in_place, {"beta1": 2}, "beta1 must be finite and in [0, 1), but is 2"),
    ],
)
def test_optimizers_refuse_by_name(make, arguments, message):
    with refuses(ValueError, message):
        make(0.1, **arguments)


# Torch, step for step


RULES = {
    "sgd": (lambda: sgd(0.05), "SGD", {"lr": 0.05}),
    "sgd in place": (lambda: sgd_in_place(0.05), "SGD", {"lr": 0.05}),
    "momentum": (lambda: momentum(0.02, 0.9), "SGD", {"lr": 0.02, "momentum": 0.9}),
    "nesterov": (
        lambda: nesterov(0.02, 0.9),
        "SGD",
        {"lr": 0.02, "momentum": 0.9, "nesterov": True},
    ),
    "adagrad": (lambda: adagrad(0.1), "Adagrad", {"lr": 0.1}),
    "rmsprop": (lambda: rmsprop(), "RMSprop", {}),
    "adam": (lambda: adam(), "Adam", {}),
    "adam in place": (lambda: adam_in_place(0.02), "Adam", {"lr": 0.02}),
    "adamw": (lambda: adamw(), "AdamW", {}),
    "adamw, a strong decay": (
        lambda: adamw(0.02, decay=0.3, beta1=0.8, beta2=0.95),
        "AdamW",
        {"lr": 0.02, "weight_decay": 0.3, "betas": (0.8, 0.95)},
    ),
}


def torch_or_skip():
    return pytest.importorskip("torch", reason="torch is not installed")


@pytest.mark.parametrize("name", RULES)
def test_a_hundred_steps_equal_torch_s(name):
    torch = torch_or_skip()
    make, theirs, options = RULES[name]
    start = np.random.default_rng(7).normal(size=(3, 4))
    mine = minimize(wavy, start, make(), steps=100)
    theta = torch.tensor(start, requires_grad=True)
    optimizer = getattr(torch.optim, theirs)([theta], **options)
    for k in range(100):
        theta.grad = 3 * theta.detach() + torch.cos(5 * theta.detach()) + 0.1
        optimizer.step()
        assert_allclose(mine[k + 1], theta.detach().numpy(), rtol=0, atol=1e-12)
    assert np.abs(mine[-1] - start).max() > 0.05


@pytest.mark.parametrize(
    ("schedule", "theirs", "options"),
    [
        (step_decay(0.1, 7, 0.5), "StepLR", {"step_size": 7, "gamma": 0.5}),
        (
            cosine_decay(0.1, 30, floor=0.01),
            "CosineAnnealingLR",
            {"T_max": 30, "eta_min": 0.01},
        ),
    ],
    ids=["step", "cosine"],
)
def test_schedules_equal_torch_s(schedule, theirs, options):
    torch = torch_or_skip()
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    scheduler = getattr(torch.optim.lr_scheduler, theirs)(optimizer, **options)
    for k in range(30):
        assert schedule(k) == pytest.approx(scheduler.get_last_lr()[0], rel=1e-12)
        optimizer.step()
        scheduler.step()


# In place


def assert_same_walks(start, pure, quick):
    assert_array_equal(
        minimize(wavy, start, pure, steps=60), minimize(wavy, start, quick, steps=60)
    )


@given(seed=seeds, decay=st.sampled_from([0.0, 0.1]))
def test_adam_in_place_gives_the_same_to_the_last_bit(seed, decay):
    start = np.random.default_rng(seed).normal(size=(3, 5))
    schedule = warmup(cosine_decay(0.1, 50), 5)
    pure = adamw(schedule, decay=decay) if decay else adam(schedule)
    assert_same_walks(start, pure, adam_in_place(schedule, decay=decay))


@given(seed=seeds)
def test_sgd_in_place_gives_the_same_to_the_last_bit(seed):
    start = np.random.default_rng(seed).normal(size=(3, 5))
    schedule = warmup(cosine_decay(0.1, 50), 5)
    assert_same_walks(start, sgd(schedule), sgd_in_place(schedule))


@pytest.mark.parametrize("make", [sgd_in_place, adam_in_place])
def test_a_step_in_place_allocates_no_array_and_leaves_the_gradient_alone(make):
    theta, g = np.ones(100_000), np.ones(100_000)
    optimizer = make(0.1)
    state = optimizer.init(theta)
    tracemalloc.start()
    for _ in range(3):
        again, state = optimizer.step(theta, g, state)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert again is theta
    assert peak < theta.nbytes / 50
    assert_array_equal(g, np.ones(100_000))


@pytest.mark.parametrize("make", [sgd_in_place, adam_in_place])
def test_two_walks_of_one_optimizer_in_place_do_not_mix(make):
    optimizer = make(0.1)
    thetas = [np.zeros(2), np.zeros(2)]
    states = [optimizer.init(theta) for theta in thetas]
    for _ in range(3):
        for i, sign in enumerate((1.0, -1.0)):
            _, states[i] = optimizer.step(thetas[i], np.full(2, sign), states[i])
    assert_allclose(thetas, [[-0.3, -0.3], [0.3, 0.3]], rtol=1e-6)


@pytest.mark.parametrize("make", [sgd_in_place, adam_in_place])
@pytest.mark.parametrize(
    ("theta", "g", "message"),
    [
        ([1.0], np.ones(1), "theta must be an array of float64 to be worked on in pl"),
        (np.ones(1, np.float32), np.ones(1), "theta must be an array of float64"),
        (np.ones(1), np.ones(1, int), "gradient must be an array of float64"),
    ],
)
def test_what_cannot_be_overwritten_is_refused(make, theta, g, message):
    optimizer = make(0.1)
    with refuses(TypeError, message):
        optimizer.step(theta, g, optimizer.init(np.ones(1)))


# The walk


def test_sweep_refuses_by_name():
    with refuses(TypeError, "optimizer must be a function, but is of type Optimizer"):
        sweep(wavy, [1.0], [0.1], optimizer=sgd(0.1))
    with refuses(ValueError, "start must have shape (d,), but its shape is (1, 1)"):
        sweep(identity, [[1.0]], [0.1])
    with refuses(ValueError, "rates must have shape (m,), but its shape is ()"):
        sweep(identity, [1.0], 0.1)


# Mini-batches


@given(st.integers(1, 40), st.data())
def test_an_epoch_holds_every_sample_once(n, data):
    size = data.draw(st.integers(1, n))
    batches = list(minibatches(n, size, rng=np.random.default_rng(0)))
    assert_array_equal(np.sort(np.concatenate(batches)), np.arange(n))
    assert [len(batch) for batch in batches[:-1]] == [size] * (math.ceil(n / size) - 1)
    assert 1 <= len(batches[-1]) <= size


def test_each_epoch_has_an_order_of_its_own():
    rng = np.random.default_rng(0)
    first, second = (np.concatenate([*minibatches(50, 8, rng=rng)]) for _ in range(2))
    assert (first != second).any()


def test_the_batches_of_an_epoch_average_to_the_whole_gradient():
    x = np.random.default_rng(1).normal(size=(60, 2))
    noisy = minibatch_gradient(
        lambda theta, rows: theta - x[rows].mean(axis=0),
        60,
        12,
        rng=np.random.default_rng(0),
    )
    for _ in range(3):
        epoch = np.mean([noisy(np.zeros(2)) for _ in range(5)], axis=0)
        assert_allclose(epoch, -x.mean(axis=0), atol=1e-15)


@given(st.integers(1, 6), seeds)
def test_the_average_of_shards_is_the_whole_gradient(m, seed):
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 20, m)
    X, y, theta = (
        rng.normal(size=(sizes.sum(), 3)),
        rng.normal(size=sizes.sum()),
        rng.normal(size=3),
    )

    def gradient(X, y):
        return 2 * X.T @ (X @ theta - y) / len(y)

    cuts = np.cumsum(sizes)[:-1]
    parts = [
        gradient(*shard)
        for shard in zip(np.split(X, cuts), np.split(y, cuts), strict=True)
    ]
    whole = gradient(X, y)
    assert_allclose(average_gradients(parts, sizes), whole, rtol=0, atol=1e-12)


def test_minibatches_and_shards_refuse_by_name():
    rng = np.random.default_rng(0)
    for size in (0, 6):
        message = f"size must be a whole number in 1 … n = 5, but is {size}"
        with refuses(ValueError, message):
            minibatches(5, size, rng=rng)
        with refuses(ValueError, message):
            minibatch_gradient(lambda theta, rows: theta, 5, size, rng=rng)
    with refuses(TypeError, "rng must be a random generator"):
        minibatches(5, 1, rng=np.random)
    with refuses(ValueError, "gradients must have shape (m, ...) with m = 2"):
        average_gradients(np.ones((3, 2)), [1, 2])
    for sizes in ([0, 0], [-1, 2]):
        with refuses(ValueError, "sizes must be numbers >= 0, not all 0, but are"):
            average_gradients(np.ones((2, 2)), sizes)


@given(st.floats(0.05, 0.95), st.floats(0.2, 5), st.floats(0.1, 3))
def test_the_noise_floor_is_where_the_variance_stays(share, curvature, noise):
    rate = share * 2 / curvature
    floor = noise_floor(rate, curvature, noise)
    again = (1 - rate * curvature) ** 2 * floor + rate**2 * noise**2
    assert again == pytest.approx(floor, rel=1e-12)


def test_the_noise_floor_is_met():
    rng = np.random.default_rng(0)
    walk = minimize(lambda w: w + rng.normal(size=2000), np.zeros(2000), sgd(0.1))
    assert noise_floor(0.1, 1.0, 1.0) == pytest.approx(0.0526, abs=5e-5)
    assert (walk[200:] ** 2).mean() == pytest.approx(0.0526, rel=0.01)


def test_beyond_the_limit_there_is_no_floor():
    with refuses(ValueError, "rate must be below 2/curvature = 0.5, but is 0.5"):
        noise_floor(0.5, 4.0, 1.0)


# Schedules


def test_schedules_by_hand():
    assert [step_decay(1.0, 2, 0.5)(k) for k in range(5)] == [1, 1, 0.5, 0.5, 0.25]
    assert [inverse_decay(1.0)(k) for k in range(3)] == [1, 1 / 2, 1 / 3]
    assert [constant(0.3)(k) for k in (0, 99)] == [0.3, 0.3]
    cosine = cosine_decay(2.0, 4, floor=1.0)
    assert_allclose([cosine(k) for k in (0, 2, 4, 9)], [2, 1.5, 1, 1])
    assert [warmup(constant(8.0), 4)(k) for k in range(6)] == [2, 4, 6, 8, 8, 8]


def test_a_rate_of_one_over_k_makes_the_running_mean():
    x = np.random.default_rng(3).normal(size=200)
    samples = iter(x)
    path = minimize(
        lambda w: w - next(samples), 5.0, sgd(inverse_decay(1.0)), steps=200
    )
    assert_allclose(path[1:], np.cumsum(x) / np.arange(1, 201), atol=1e-14)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: constant(0), "rate must be a finite number > 0, but is 0"),
        (lambda: step_decay(1.0, 0), "every must be at least 1, but is 0"),
        (lambda: step_decay(1.0, 2, 1.0), "factor must be a number between 0 and 1"),
        (lambda: inverse_decay(1.0, 0.0), "period must be a finite number > 0"),
        (lambda: cosine_decay(1.0, 0), "steps must be at least 1, but is 0"),
        (lambda: cosine_decay(1.0, 5, -1.0), "floor must be a finite number >= 0"),
        (lambda: warmup(-1.0, 5), "schedule must be finite and > 0, but is -1"),
        (lambda: warmup(1.0, 0), "steps must be at least 1, but is 0"),
    ],
)
def test_schedules_refuse_by_name(make, message):
    with refuses(ValueError, message):
        make()


# Missing, infinite, careless


def test_a_careless_function_changes_no_walk():
    begin = np.array([-1.2, 1.0])
    walk = minimize(careless(rosen_der, 2), begin, adam(), steps=9)
    assert_array_equal(walk, minimize(rosen_der, begin, adam(), steps=9))
    batch = minibatch_gradient(
        careless(lambda x, rows: x, 2), 4, 2, rng=np.random.default_rng(0)
    )
    batch(begin)
    assert_array_equal(begin, [-1.2, 1.0])


def test_a_part_without_samples_does_not_count():
    assert_array_equal(average_gradients([[np.nan], [2.0]], [0, 3]), [2])
    assert np.isnan(average_gradients([[np.nan], [2.0]], [1, 3]))
    with refuses(ValueError, "sizes must be finite"):
        average_gradients([[1.0], [2.0]], [np.inf, 3])


def test_a_floor_above_the_rate_is_refused():
    with refuses(ValueError, "floor must be at most rate = 0.1, but is 1.0"):
        cosine_decay(0.1, 10, floor=1.0)


# AMSGrad


def rare(make, every, steps):
    """The end on −1 … 1: a slope of 3·every each so many steps, else −1; best is −1."""
    w = np.array(0.0)
    state = make.init(w)
    for k in range(steps):
        w, state = make.step(w, 3.0 * every if k % every == 0 else -1.0, state)
        w = np.clip(w, -1, 1)
    return float(w)


def test_adam_is_led_astray_by_rare_slopes_and_amsgrad_is_not():
    def fading(k):
        return 1 / np.sqrt(k + 1)

    for beta2, every in ((0.9, 100), (0.99, 1000)):
        options = {"beta1": 0.0, "beta2": beta2}
        assert rare(adam(fading, **options), every, 30 * every) > 0.9
        assert rare(amsgrad(fading, **options), every, 30 * every) < 0


def test_amsgrad_is_torch_s():
    torch = torch_or_skip()
    start = np.array([2.0, -3.0])
    theta = torch.tensor(start, requires_grad=True)
    theirs = torch.optim.Adam([theta], lr=0.1, amsgrad=True)
    path = minimize(wavy, start, amsgrad(0.1), steps=100)
    for point in path[1:]:
        theirs.zero_grad()
        theta.grad = torch.tensor(wavy(theta.detach().numpy()))
        theirs.step()
        assert_allclose(point, theta.detach().numpy(), rtol=0, atol=1e-12)


def test_where_squares_are_infinite_a_weight_stands_still_with_a_warning():
    with np.errstate(over="ignore"):
        path = minimize(lambda theta: 1e200 * theta, [1.0], adam(0.1), steps=3)
    assert_array_equal(path, [[1], [1], [1], [1]])


@pytest.mark.parametrize(
    "rule",
    [
        *(momentum, nesterov, adagrad, rmsprop, adam, adamw, amsgrad, naive_adam),
        *(sgd_in_place, adam_in_place),
    ],
)
def test_a_rate_that_would_change_the_shape_of_theta_is_refused(rule):
    theta, optimizer = np.array([1.0, 2.0]), rule([[0.1], [0.2]])
    with refuses(ValueError, "rate must broadcast against theta, of shape (2,), but"):
        optimizer.step(theta, np.ones(2), optimizer.init(theta))


@pytest.mark.parametrize("rule", [adagrad, rmsprop, adam, adamw, amsgrad, naive_adam])
def test_neither_beta_nor_a_state_changes_the_shape_of_theta(rule):
    for theta, other in (([1.0], np.ones(3)), (np.ones(3), [1.0]), (np.ones(3), 1.0)):
        with refuses(ValueError, "state."):
            rule(0.1).step(theta, theta, rule(0.1).init(other))
    with refuses(ValueError, "beta must broadcast against theta, of shape (1,), but "):
        rmsprop(0.1, beta=[0.5, 0.9]).step([1.0], [1.0], rmsprop(0.1).init([1.0]))


@pytest.mark.parametrize("rule", [sgd_in_place, adam_in_place])
def test_what_is_refused_in_place_has_overwritten_nothing(rule):
    theta, optimizer = np.ones(1), rule(0.1)
    for other in (1.0, np.ones(3)):
        with refuses(ValueError, "state must have the shape of theta, (1,), but its"):
            optimizer.step(theta, np.ones(1), optimizer.init(other))
    with refuses(TypeError, "gradient must be an array of float64 to be worked on in "):
        optimizer.step(theta, np.float64(1), optimizer.init(theta))
    theta.setflags(write=False)
    state = optimizer.init(theta)
    with refuses(ValueError, "theta must be worked on in place, but is read-only"):
        optimizer.step(theta, np.ones(1), state)
    assert not any(np.any(each) for each in (*state[0], theta - 1))


# Numbers of other types


def test_a_batch_of_8_bits_is_cut_as_any_other():
    batches = list(minibatches(300, np.int8(100), rng=np.random.default_rng(0)))
    assert [len(batch) for batch in batches] == [100, 100, 100]


@pytest.mark.parametrize(
    ("schedule", "plain"),
    [
        (constant(Fraction(1, 4)), constant(0.25)),
        (step_decay(1.0, np.int8(10)), step_decay(1.0, 10)),
        (step_decay(1.0, 10, np.float16(0.5)), step_decay(1.0, 10, 0.5)),
        (inverse_decay(1.0, np.float16(8)), inverse_decay(1.0, 8.0)),
        (cosine_decay(1.0, np.int8(7), np.float16(0.5)), cosine_decay(1.0, 7, 0.5)),
        (warmup(1.0, np.int8(100)), warmup(1.0, 100)),
    ],
)
def test_schedules_count_with_plain_numbers(schedule, plain):
    for k in (0, 7, 300, 10**6):
        assert schedule(k) == plain(k)
        assert isinstance(schedule(k), float)


@pytest.mark.parametrize("rule", [adam, adamw, amsgrad, adam_in_place])
@pytest.mark.parametrize("name", ["beta1", "beta2", "epsilon"])
def test_numbers_of_16_bits_are_counted_with_as_floats(rule, name):
    few = np.float16(1e-7 if name == "epsilon" else 0.9)
    for slope in (wavy, np.zeros_like):  # of zeros a lost epsilon makes nan
        walks = [
            minimize(slope, np.ones(2), rule(0.1, **{name: number}), steps=4)
            for number in (few, float(few))
        ]
        assert_array_equal(*walks)


def test_a_schedule_of_16_bits_decays_weights_as_floats():
    walks = [
        minimize(np.zeros_like, [1.0], adamw(lambda k, r=rate: r), steps=1)
        for rate in (np.float16(0.1), float(np.float16(0.1)))
    ]
    assert_array_equal(*walks)


def test_epsilon_may_be_a_fraction():
    for rule in (adagrad, rmsprop):
        walk = minimize(wavy, np.ones(2), rule(0.1, epsilon=Fraction(1, 8)), steps=2)
        assert_array_equal(
            walk, minimize(wavy, np.ones(2), rule(0.1, epsilon=0.125), steps=2)
        )
