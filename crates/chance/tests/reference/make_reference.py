"""Make reference.csv: values to 40 digits of the functions of this crate, at points chosen to hurt.

Needs mpmath 1.3. Each row: function, the bits of its arguments, the bits of the nearest f64, and what
that f64 lacks of the true value, in units of its last place.

    python3 make_reference.py > reference.csv
"""

import math
import random
import struct

from mpmath import erfc, exp, expm1, log, log1p, mp, mpf, pi, sqrt

mp.dps = 60
SMALLEST = 2.0**-1074
CHOICE = random.Random(1953)


def bits(x):
    return f"{struct.unpack('<Q', struct.pack('<d', x))[0]:016x}"


def normal_cdf(x):
    return erfc(-x / sqrt(mpf(2))) / 2


def inverse_normal_cdf(p):
    """Newton's method on ln of the lower tail, from the tail's asymptote."""
    if p == 0.5:
        return mpf(0)
    if p > 0.5:
        return -inverse_normal_cdf(1 - p)
    depth = -log(p)
    x = -sqrt(2 * depth) if depth > 2 else -(mpf(0.5) - p) * sqrt(2 * pi)
    for _ in range(200):
        tail = normal_cdf(x)
        step = log(tail / p) * tail / (exp(-x * x / 2) / sqrt(2 * pi))
        x -= step
        if abs(step) <= abs(x) * mpf(10) ** -50:
            return x
    raise ArithmeticError(f"no convergence at {p}")


def near(x):
    """A number and its two neighbours."""
    return [math.nextafter(x, -math.inf), x, math.nextafter(x, math.inf)]


def spread(count, low, high):
    return [CHOICE.uniform(low, high) for _ in range(count)]


def both_signs(points):
    return [sign * x for x in points for sign in (1.0, -1.0)]


def powers_of_ten(low, high):
    return [CHOICE.uniform(1, 10) * 10.0**k for k in range(low, high)]


LN_2 = math.log(2)
EXP = (
    both_signs([SMALLEST, 1e-300, 2.0**-54, 2.0**-53, 1e-8, 0.1, 0.5, 1.0, 2.0, 10.0, 30.0, 100.0])
    + [x for k in (-1, 1, 3, 60, 61, 1023, -1021, -1022) for x in near((k - 0.5) * LN_2)]
    + near(709.782712893384)[:2]
    + near(-708.3964185322641)
    + near(-745.1332191019411)
    + spread(40, -1, 1)
    + spread(40, -30, 30)
    + spread(40, -745, 709.7)
    + [5.865615525426627, -5.865615525426627, -704.5461454234497]
)
LN = (
    [SMALLEST, 3 * SMALLEST, 2.0**-1022, 1.7976931348623157e308, 2.0, 0.5, 10.0, math.e]
    + near(1.0)[::2]
    + near(math.sqrt(0.5))
    + near(math.sqrt(2.0))
    + near(2.0**-1022)
    + spread(40, 0.5, 2)
    + spread(40, 0.98, 1.02)
    + powers_of_ten(-320, 308)[::13]
    + [0.6030988241666626, 1.6201458116555507]
)
LN_1P = (
    both_signs([SMALLEST, 1e-300, 2.0**-54, 2.0**-53, 2.0**-52, 1e-8, 0.25, 0.5, 0.999])
    + both_signs(powers_of_ten(-20, -1))
    + powers_of_ten(0, 20)
    + spread(40, -0.99, 3)
    + [-1.6875766467774798e-16, -5.664342371852502e-17]
)
EXP_M1 = (
    both_signs([SMALLEST, 1e-300, 2.0**-54, 2.0**-53, 1e-8, 0.1, 0.5, 1.0, 2.0, 30.0, 100.0])
    + [x for k in (-1, 0, 1, 2, 3, 52, 53, 60, 61, 62) for x in near((k - 0.5) * LN_2)]
    + near(709.782712893384)[:2]
    + both_signs(powers_of_ten(-20, -1))
    + spread(40, -3, 3)
    + [0.3595750388284511]
)
LOGISTIC = (
    both_signs([0.0, SMALLEST, 1e-17, 1e-8, 0.1, 1.0, 5.0, 30.0, 36.7, 37.5, 700.0])
    + [-709.0, -710.0, -740.0, -745.0]
    + spread(40, -8, 8)
    + [-3.445001422592391, -4.7779624031486145]
)
UNIFORMS = [(k + 0.5) * 2.0**-52 for k in (0, 1, 2, 3, 1000, 2**30, 2**51 - 1, 2**51, 2**52 - 1)]
GUMBEL = (
    UNIFORMS
    + [1 - u for u in UNIFORMS]
    + near(math.exp(-1))[::2]
    + spread(40, 0, 1)
    + [0.573932957241636]
)
NORMAL_CDF = (
    both_signs([SMALLEST, 1e-300, 1e-17, 1e-8, 0.1, 0.5, 1.0, 1.96, 3.0, 5.0, 8.0, 8.3])
    + [-float(k) for k in range(10, 39)]
    + [-37.519379, -38.4, -38.46, -38.485]
    + spread(60, -8, 8)
    + spread(40, -38.3, -8)
    + [-0.7291645149356873, -30.329008026908067]
)
INVERSE_NORMAL_CDF = (
    UNIFORMS
    + [1 - u for u in UNIFORMS]
    + [SMALLEST, 1e-320, 2.0**-1022, 1e-300, 1e-200, 1e-100, 1e-50, 1e-30, 0.025, 0.25, 0.75, 0.975]
    + near(0.075)
    + near(0.925)
    + near(0.5)[::2]
    + near(math.exp(-25))
    + spread(60, 0, 1)
    + powers_of_ten(-310, 0)[::7]
    + [2.1524874600243794e-196, 1.4410789583996606e-175]
)
ONE_ARGUMENT = [
    ("exp", exp, EXP),
    ("exp_m1", expm1, EXP_M1),
    ("logistic", lambda x: 1 / (1 + exp(-x)), LOGISTIC),
    ("ln", log, LN),
    ("ln_1p", log1p, LN_1P),
    ("gumbel", lambda u: -log(-log(u)), GUMBEL),
    ("normal_cdf", normal_cdf, NORMAL_CDF),
    ("inverse_normal_cdf", inverse_normal_cdf, INVERSE_NORMAL_CDF),
]
POW = [(CHOICE.uniform(0, 4), CHOICE.uniform(-6, 6)) for _ in range(40)]
POW += [(1.5, 31.0), (1.1, 30.0), (0.3, -7.0), (10.0, 300.5), (10.0, -307.5), (1e-300, 0.1), (3.0, 40.0)]
POW += [(-1.1, 33.0), (-1.1, 34.0), (2.0, -1040.0), (0.7, 100.0)]


def row(name, arguments, value):
    nearest = float(value)
    lacking = (value - mpf(nearest)) / mpf(math.ulp(nearest))
    print(",".join([name, *map(bits, arguments), bits(nearest), f"{float(lacking):.4f}"]))


def main():
    print("function,arguments,nearest,lacking")
    for name, function, points in ONE_ARGUMENT:
        for x in points:
            row(name, [x], function(mpf(x)))
    for x, y in POW:
        row("pow", [x, y], mpf(x) ** mpf(y))


main()
