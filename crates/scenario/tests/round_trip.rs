//! What is printed and read again is the same tree, for every tree that can be read.

use detente_scenario::place::{FileId, Span, Text};
use detente_scenario::syntax::ast::{
    BinaryOp, Binder, Expr, ExprKind, FoldKind, Ident, Number, Over, Unit, UnitFactor,
};
use detente_scenario::syntax::{UnitNames, parse_expression, print};
use proptest::prelude::*;

const NOWHERE: Span = Span { file: FileId(0), start: 0, end: 0 };

fn expr(kind: ExprKind) -> Expr {
    Expr { kind, span: NOWHERE }
}

fn ident(text: &str) -> Ident {
    Ident { text: text.to_owned(), span: NOWHERE }
}

fn name() -> impl Strategy<Value = String> {
    // Units and names of folds among them: they are names too where they stand alone.
    let names = ["x", "s", "hope", "week", "person", "sum", "min", "initial", "cut", "t2"];
    proptest::sample::select(names.to_vec()).prop_map(str::to_owned)
}

fn units() -> UnitNames {
    UnitNames::with(["person"])
}

fn unit() -> impl Strategy<Value = Option<Unit>> {
    let above = proptest::collection::vec(("person|anything|thousand", 1_i8..=3), 0..3);
    let below = proptest::collection::vec(("person|week|years", -3_i8..=-1), 0..3);
    (above, below).prop_map(|(above, below)| {
        let factors: Vec<UnitFactor> = above
            .into_iter()
            .chain(below)
            .map(|(name, power)| UnitFactor { name: ident(&name), power })
            .collect();
        (!factors.is_empty()).then_some(Unit { factors, span: NOWHERE })
    })
}

fn leaf() -> impl Strategy<Value = Expr> {
    let value =
        prop_oneof![Just(0.0), Just(1.0), 0.0..1e6_f64, 1e-300..1e-290_f64, 1e200..1e300_f64];
    prop_oneof![
        3 => name().prop_map(|name| expr(ExprKind::Name(name))),
        2 => (value, unit()).prop_map(|(value, unit)| expr(ExprKind::Number(Number { value, unit }))),
        1 => any::<bool>().prop_map(|truth| expr(ExprKind::Truth(truth))),
        1 => Just(expr(ExprKind::None)),
        1 => (1_i16..9999, 1_i8..=12, 1_i8..=28)
            .prop_map(|(y, m, d)| expr(ExprKind::Date(jiff::civil::date(y, m, d)))),
        1 => "[a-z \"]{0,6}|[a-z ']{0,6}".prop_map(|text| expr(ExprKind::Text(text))),
    ]
}

fn op() -> impl Strategy<Value = BinaryOp> {
    use BinaryOp::*;
    proptest::sample::select(vec![
        Or,
        And,
        Equal,
        NotEqual,
        Less,
        LessOrEqual,
        Greater,
        GreaterOrEqual,
        Add,
        Subtract,
        Multiply,
        Divide,
        Power,
    ])
}

fn fold() -> impl Strategy<Value = FoldKind> {
    use FoldKind::*;
    proptest::sample::select(vec![Sum, Mean, Min, Max, Any, All, Count, Argmax])
}

fn over(inner: impl Strategy<Value = Expr>) -> impl Strategy<Value = Over> {
    let binders = proptest::collection::vec((name(), name()), 1..3);
    (binders, proptest::option::of(inner)).prop_map(|(binders, filter)| Over {
        binders: binders
            .into_iter()
            .map(|(variable, set)| Binder { variable: ident(&variable), set: ident(&set) })
            .collect(),
        filter: filter.map(Box::new),
        span: NOWHERE,
    })
}

fn tree() -> impl Strategy<Value = Expr> {
    leaf().prop_recursive(6, 60, 4, |inner| {
        let boxed = || inner.clone().prop_map(Box::new);
        let list = || proptest::collection::vec(inner.clone(), 1..3);
        prop_oneof![
            6 => (op(), boxed(), boxed())
                .prop_map(|(op, left, right)| expr(ExprKind::Binary { op, left, right })),
            1 => boxed().prop_map(|operand| expr(ExprKind::Negate(operand))),
            1 => boxed().prop_map(|operand| expr(ExprKind::Not(operand))),
            1 => (boxed(), boxed(), boxed()).prop_map(|(condition, then, otherwise)| {
                expr(ExprKind::If { condition, then, otherwise })
            }),
            1 => (name(), list()).prop_map(|(name, indices)| {
                let of = Box::new(expr(ExprKind::Name(name)));
                expr(ExprKind::Index { of, indices })
            }),
            1 => (name(), name(), list(), list()).prop_map(|(name, field, first, indices)| {
                let of = Box::new(expr(ExprKind::Name(name)));
                let of = Box::new(expr(ExprKind::Index { of, indices: first }));
                let of = Box::new(expr(ExprKind::Field { of, field: ident(&field) }));
                expr(ExprKind::Index { of, indices })
            }),
            1 => (name(), name()).prop_map(|(name, field)| {
                let of = Box::new(expr(ExprKind::Name(name)));
                expr(ExprKind::Field { of, field: ident(&field) })
            }),
            1 => (fold(), over(inner.clone()), boxed()).prop_map(|(kind, over, body)| {
                expr(ExprKind::Fold { kind, over, body: Some(body) })
            }),
            1 => over(inner.clone()).prop_map(|over| {
                expr(ExprKind::Fold { kind: FoldKind::Count, over, body: None })
            }),
            1 => ("clamp|happened|max|f", proptest::collection::vec(inner.clone(), 0..3)).prop_map(
                |(function, arguments)| {
                    expr(ExprKind::Call { function: ident(&function), arguments })
                },
            ),
        ]
    })
}

/// A tree in words, without its places.
fn said(expr: &Expr) -> String {
    let text = format!("{expr:?}");
    let mut said = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find("Span { file") {
        said.push_str(&rest[..at]);
        // `Span { file: FileId(0), start: 1, end: 2 }`
        rest = rest[at..].find('}').map_or("", |end| &rest[at + end + 1..]);
    }
    said + rest
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 5_000,
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(1953),
        ..ProptestConfig::default()
    })]

    #[test]
    fn printed_and_read_again_is_the_same(tree in tree()) {
        let units = units();
        let printed = print::expression(&tree, &units);
        let mut findings = Vec::new();
        let text = Text::verbatim(FileId(0), 0, &printed);
        let again = parse_expression(&text, &units, &mut findings);
        prop_assert!(again.is_some(), "{printed}: {findings:?}");
        if let Some(again) = again {
            prop_assert_eq!(said(&again), said(&tree), "{}", printed);
        }
    }
}
