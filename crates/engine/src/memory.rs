//! The memory of a block: lanes that lie on the boundaries that vector loads want.

use std::ops::{Deref, DerefMut};

/// One line of the nearest cache.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(64))]
struct Line([f64; 8]);

/// Numbers that begin on a cache line.
#[derive(Debug, Clone, Default)]
pub(crate) struct Memory {
    lines: Vec<Line>,
    length: usize,
}

impl Memory {
    /// So many zeros.
    pub(crate) fn new(length: usize) -> Self {
        Self { lines: vec![Line([0.0; 8]); length.div_ceil(8)], length }
    }

    /// As long as wanted; what is new is zero.
    pub(crate) fn resize(&mut self, length: usize) {
        self.lines.resize(length.div_ceil(8), Line([0.0; 8]));
        self.length = length;
    }
}

impl Deref for Memory {
    type Target = [f64];

    fn deref(&self) -> &[f64] {
        // SAFETY: a line is exactly eight numbers without padding, the lines lie one after another and
        // hold at least `length` numbers, and the borrow is that of the lines.
        unsafe { std::slice::from_raw_parts(self.lines.as_ptr().cast(), self.length) }
    }
}

impl DerefMut for Memory {
    fn deref_mut(&mut self) -> &mut [f64] {
        // SAFETY: as above; the mutable borrow is that of the lines.
        unsafe { std::slice::from_raw_parts_mut(self.lines.as_mut_ptr().cast(), self.length) }
    }
}
