"""Fit the polynomial of `normal_cdf`: Phi(-x) e^(x^2/2) (x + 5) in t = (x - 5)/(x + 5), for x >= 0.

Needs mpmath 1.3. Prints the relative error of the fit and its coefficients, lowest power first.

    python3 fit_mills_ratio.py
"""

from mpmath import cos, erfc, exp, inf, mp, mpf, nstr, pi, polyval, quad, sqrt

mp.dps = 60
OFFSET, DEGREE, NODES = mpf(5), 23, 64


def mills(x):
    """Phi(-x) e^(x^2/2); by its integral where erfc would be too small a number."""
    if x < 60:
        return erfc(x / sqrt(mpf(2))) * exp(x * x / 2) / 2
    ends = [0, 1 / x, 10 / x, 60 / x, inf]
    return quad(lambda s: exp(-s * s / 2 - x * s), ends) / sqrt(2 * pi)


def scaled(t):
    x = 2 * OFFSET / (1 - t) - OFFSET
    return mills(x) * (x + OFFSET)


def chebyshev_coefficients():
    angles = [pi * (mpf(j) + 0.5) / NODES for j in range(NODES)]
    values = [scaled(cos(angle)) for angle in angles]
    return [
        2 * sum(v * cos(m * a) for v, a in zip(values, angles)) / NODES for m in range(DEGREE + 1)
    ]


def monomials(coefficients):
    """Sum of c_m T_m(t), the first halved, in powers of t."""
    one, two = [mpf(1)], [mpf(0), mpf(1)]
    powers = [mpf(0)] * len(coefficients)
    for m, c in enumerate(coefficients):
        for power, factor in enumerate(one):
            powers[power] += factor * (c / 2 if m == 0 else c)
        following = [mpf(0)] + [2 * v for v in two]
        for power, factor in enumerate(one):
            following[power] -= factor
        one, two = two, following
    return powers


def main():
    powers = monomials(chebyshev_coefficients())
    points = [-1 + mpf(2) * i / 401 for i in range(400)]
    error = max(abs(polyval(powers[::-1], t) / scaled(t) - 1) for t in points)
    print("relative error", nstr(error, 3))
    for power, coefficient in enumerate(powers):
        print(power, repr(float(coefficient)))


main()
