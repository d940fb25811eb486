"""Where the modules of mathlib stand: below the lessons, and in parts of a lesson."""

# Below every lesson, in this order: each may import from those before it.
GROUND = ("checks", "special", "rotations", "reflections", "datasets")
# A lesson's module in parts: each part may import from the lesson's other parts that
# stand before it, and the lesson's own module, the last, from all of them.
PARTS = {
    "autodiff": (
        "pullback_rules",
        "tape",
        "array_functions",
        "tensor",
        "fused_operations",
    ),
    "backprop": ("graph",),
    "derivatives": ("dual",),
    "eigenvalue_algorithms": ("tridiagonal",),
    "generation": ("variational",),
    "momentum": ("update_rules",),
}
# What stands after a lesson's own module, from which it may import too.
BUILT_ON = {
    "losses": ("robust_regression", "further_losses"),
}


def modules_of(lesson):
    """The modules of a lesson, in the order in which they may import."""
    return (*PARTS.get(lesson, ()), lesson, *BUILT_ON.get(lesson, ()))
