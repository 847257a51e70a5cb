//! The compromise mean: the text at which all wishes, weighed by power and salience, balance.
//!
//! x = Σᵢ cᵢ sᵢ xᵢ / Σᵢ cᵢ sᵢ, each dimension by itself. In the tests of Achen (2006, in Thomson et
//! al., *The European Union Decides*, ch. 10) no cleverer model forecast better, so it is the
//! reference beside which every other method is reported.

use crate::{MAX_DIMENSIONS, Table};

/// The compromise on every dimension; the entries beyond the table's dimensions are 0.
///
/// On a dimension where nobody has any weight it is the plain mean of the positions.
#[must_use]
pub fn compromise(table: &Table<'_>) -> [f64; MAX_DIMENSIONS] {
    let mut text = [0.0; MAX_DIMENSIONS];
    for (dimension, place) in text.iter_mut().enumerate().take(table.dimensions()) {
        *place = mean(
            (0..table.players())
                .map(|p| (table.position(p)[dimension], table.weight(p, dimension))),
        );
    }
    text
}

/// The mean of positions by their weights, or their plain mean if all weights are 0; 0 of nothing.
pub(crate) fn mean(weighed: impl Iterator<Item = (f64, f64)>) -> f64 {
    let (mut pulled, mut weight, mut plain, mut count) = (0.0, 0.0, 0.0, 0.0);
    for (x, w) in weighed {
        pulled += w * x;
        weight += w;
        plain += x;
        count += 1.0;
    }
    if weight > 0.0 {
        pulled / weight
    } else if count > 0.0 {
        plain / count
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn power_and_salience_pull_the_text() {
        // By hand: (2·1·0 + 1·0.5·10 + 1·1·20) / (2 + 0.5 + 1) = 25 / 3.5; the second dimension
        // matters to the third player alone.
        let table = Table::new(
            &[0.0, 1.0, 10.0, 2.0, 20.0, 3.0],
            &[1.0, 0.0, 0.5, 0.0, 1.0, 0.2],
            &[2.0, 1.0, 1.0],
            &[20.0, 3.0],
        )
        .unwrap();
        let text = compromise(&table);
        assert!((text[0] - 25.0 / 3.5).abs() < 1e-15);
        assert!((text[1] - 3.0).abs() < 1e-15);
        assert_eq!(text[2..], [0.0; 6]);
    }

    #[test]
    fn where_nobody_weighs_anything_it_is_the_plain_mean() {
        let table = Table::new(&[1.0, 4.0], &[0.0, 0.0], &[3.0, 1.0], &[5.0]).unwrap();
        assert_eq!(compromise(&table)[0], 2.5);
    }
}
