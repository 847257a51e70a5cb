//! The mathematics against values of 40 digits (`reference/make_reference.py`).

use detente_chance::{
    exp, exp_m1, gumbel, inverse_normal_cdf, ln, ln_1p, logistic, normal_cdf, pow,
};

/// How far a function may be from the true value: in units of its last place, or, where that is
/// laxer, absolutely.
struct Bound {
    function: &'static str,
    ulp: f64,
    absolute: f64,
}

const BOUNDS: [Bound; 8] = [
    Bound { function: "exp", ulp: 1.0, absolute: 0.0 },
    Bound { function: "exp_m1", ulp: 2.0, absolute: 0.0 },
    Bound { function: "logistic", ulp: 3.0, absolute: 0.0 },
    Bound { function: "ln", ulp: 1.0, absolute: 0.0 },
    Bound { function: "ln_1p", ulp: 2.0, absolute: 0.0 },
    Bound { function: "gumbel", ulp: 2.0, absolute: f64::EPSILON },
    Bound { function: "normal_cdf", ulp: 8.0, absolute: 0.0 },
    Bound { function: "inverse_normal_cdf", ulp: 8.0, absolute: 0.0 },
];

struct Row {
    function: String,
    arguments: Vec<f64>,
    nearest: f64,
    /// The true value less `nearest`, in units of the last place of `nearest`.
    lacking: f64,
}

fn rows() -> Vec<Row> {
    let number =
        |text: &str| f64::from_bits(u64::from_str_radix(text, 16).expect("sixteen digits"));
    let row = |line: &str| {
        let fields: Vec<&str> = line.split(',').collect();
        let [function, arguments @ .., nearest, lacking] = fields.as_slice() else {
            panic!("a short line: {line}");
        };
        Row {
            function: (*function).to_owned(),
            arguments: arguments.iter().map(|text| number(text)).collect(),
            nearest: number(nearest),
            lacking: lacking.parse().expect("a decimal"),
        }
    };
    include_str!("reference/reference.csv").lines().skip(1).map(row).collect()
}

/// The distance from a number to the next one larger in size.
fn last_place(x: f64) -> f64 {
    let size = x.abs();
    f64::from_bits(size.to_bits() + 1) - size
}

#[test]
fn every_function_is_within_its_bound() {
    let rows = rows();
    for bound in BOUNDS {
        let function = match bound.function {
            "exp" => exp,
            "exp_m1" => exp_m1,
            "logistic" => logistic,
            "ln" => ln,
            "ln_1p" => ln_1p,
            "gumbel" => gumbel,
            "normal_cdf" => normal_cdf,
            _ => inverse_normal_cdf,
        };
        let of_it = || rows.iter().filter(|row| row.function == bound.function);
        assert!(of_it().count() > 60, "{} has too few points", bound.function);
        for row in of_it() {
            let (x, place) = (row.arguments[0], last_place(row.nearest));
            let got = function(x);
            let ulp = ((got - row.nearest) / place - row.lacking).abs();
            assert!(
                ulp <= bound.ulp || ulp * place <= bound.absolute,
                "{}({x:e}) = {got:e}, which is {ulp} ulp from {:e}",
                bound.function,
                row.nearest
            );
        }
    }
}

/// Where the exponent is not a small whole number the error grows with |y ln x|; where it is, with
/// the number of roundings in the product.
#[test]
fn powers_are_within_their_bound() {
    let rows: Vec<Row> = rows().into_iter().filter(|row| row.function == "pow").collect();
    assert!(rows.len() > 40);
    for row in rows {
        let (x, y) = (row.arguments[0], row.arguments[1]);
        let place = last_place(row.nearest);
        let got = pow(x, y);
        let ulp = ((got - row.nearest) / place - row.lacking).abs();
        let whole = y == y.floor() && y.abs() <= 31.0;
        let allowed = if whole { y.abs() } else { 3.0 + 2.0 * (y * ln(x.abs())).abs() };
        assert!(ulp <= allowed, "pow({x}, {y}) = {got:e}: {ulp} ulp, {allowed} allowed");
    }
}

#[test]
fn the_normal_and_its_inverse_undo_each_other() {
    for i in 1..=370 {
        let x = f64::from(-i) * 0.1;
        let back = inverse_normal_cdf(normal_cdf(x));
        // An error of one part in 10¹⁵ in p moves x by that part of Φ(x)/φ(x), at most 1.3.
        assert!((back - x).abs() <= 2e-15 * (1.0 + x.abs()), "{x} came back as {back}");
    }
}
