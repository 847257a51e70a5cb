//! How draws lie together: their covariance, and steps of its shape.

/// A lower triangular root of a covariance.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shape {
    rows: Vec<Vec<f64>>,
}

/// The covariance of rows, drawn towards independence by as much as rows are few.
///
/// The weight of independence is d / (d + n) for d columns and n rows, so that the matrix is positive
/// definite with any number of rows.
pub(crate) fn covariance(rows: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let columns = rows.first().map_or(0, Vec::len);
    let count = rows.len().max(2) as f64;
    let mean: Vec<f64> = (0..columns)
        .map(|column| rows.iter().map(|row| row[column]).sum::<f64>() / rows.len() as f64)
        .collect();
    let apart = columns as f64 / (columns as f64 + count);
    let of = |one: usize, other: usize| {
        let product = |row: &Vec<f64>| (row[one] - mean[one]) * (row[other] - mean[other]);
        rows.iter().map(product).sum::<f64>() / (count - 1.0)
    };
    (0..columns)
        .map(|one| {
            (0..columns)
                .map(|other| match one == other {
                    true => of(one, one).max(1e-9),
                    false => (1.0 - apart) * of(one, other),
                })
                .collect()
        })
        .collect()
}

impl Shape {
    /// The root of a positive definite matrix (Cholesky). Where rounding makes it less than that, the
    /// diagonal is kept.
    pub(crate) fn of(matrix: &[Vec<f64>]) -> Self {
        let size = matrix.len();
        let mut rows = vec![vec![0.0; size]; size];
        for row in 0..size {
            for column in 0..=row {
                let known: f64 = (0..column).map(|k| rows[row][k] * rows[column][k]).sum();
                let left = matrix[row][column] - known;
                rows[row][column] = if row == column {
                    left.max(1e-9 * matrix[row][row]).sqrt()
                } else {
                    left / rows[column][column]
                };
            }
        }
        Self { rows }
    }

    /// Independent standard normals as a step with this covariance.
    pub(crate) fn shaped(&self, normals: &[f64]) -> Vec<f64> {
        self.rows
            .iter()
            .map(|row| row.iter().zip(normals).map(|(root, normal)| root * normal).sum())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_of_a_known_matrix() {
        let shape = Shape::of(&[vec![4.0, 2.0], vec![2.0, 5.0]]);
        assert_eq!(shape.rows, [[2.0, 0.0], [1.0, 2.0]]);
        assert_eq!(shape.shaped(&[1.0, 0.5]), [2.0, 2.0]);
    }

    /// Two rows of three columns: variances are kept, covariances drawn in by 3/5.
    #[test]
    fn few_rows_still_have_a_shape() {
        let matrix = covariance(&[vec![0.0, 0.0, 0.0], vec![2.0, 4.0, -2.0]]);
        assert_eq!(matrix[0][0], 2.0);
        assert!((matrix[0][1] - 0.4 * 4.0).abs() < 1e-12);
        assert!((matrix[1][2] + 0.4 * 4.0).abs() < 1e-12);
        assert!(Shape::of(&matrix).rows.iter().flatten().all(|root| root.is_finite()));
    }
}
