//! Work done by many threads and gathered in the order it was handed out.

use std::collections::BTreeMap;
use std::sync::mpsc;
use std::sync::{Condvar, Mutex, PoisonError};

use crate::question::Stop;

/// How many pieces of work may be ahead of the gathering, for each thread.
const AHEAD: u64 = 4;

struct Handing {
    next: u64,
    gathered: u64,
    ended: bool,
}

/// Ends the handing-out if the thread that holds it panics, so that nobody waits for its piece.
struct EndOnPanic<F: Fn()>(F);

impl<F: Fn()> Drop for EndOnPanic<F> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            (self.0)();
        }
    }
}

/// Runs `work` on pieces 0 … `pieces` − 1 on `threads` threads, and `gather` on the results in
/// order, on this thread. Memory holds a few pieces a thread, however many there are.
///
/// When `stop` is asked, pieces already begun are finished and gathered. The first error of `work`
/// or `gather`, in order of pieces, ends everything.
pub(crate) fn in_order<T: Send, E: Send>(
    pieces: u64,
    threads: usize,
    stop: &Stop,
    work: impl Fn(u64) -> Result<T, E> + Sync,
    mut gather: impl FnMut(T) -> Result<(), E>,
) -> Result<(), E> {
    let handing = Mutex::new(Handing { next: 0, gathered: 0, ended: false });
    let moved = Condvar::new();
    let ahead = AHEAD * threads as u64;
    let lock = || handing.lock().unwrap_or_else(PoisonError::into_inner);
    let take = || {
        let mut now = lock();
        while now.next >= now.gathered + ahead && !now.ended && !stop.asked() {
            now = moved.wait(now).unwrap_or_else(PoisonError::into_inner);
        }
        (now.next < pieces && !now.ended && !stop.asked()).then(|| {
            now.next += 1;
            now.next - 1
        })
    };
    let end = || {
        lock().ended = true;
        moved.notify_all();
    };
    std::thread::scope(|scope| {
        let (send, receive) = mpsc::channel();
        for _ in 0..threads.max(1) {
            let (send, take, work, end) = (send.clone(), &take, &work, &end);
            scope.spawn(move || {
                let _ended = EndOnPanic(end);
                while let Some(piece) = take() {
                    if send.send((piece, work(piece))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(send);
        let mut waiting = BTreeMap::new();
        let mut next = 0;
        let mut result = Ok(());
        for (piece, made) in receive {
            waiting.insert(piece, made);
            while let Some(made) = waiting.remove(&next) {
                next += 1;
                if result.is_ok() {
                    result = made.and_then(&mut gather);
                    if result.is_err() {
                        end();
                    }
                }
                lock().gathered = next;
                moved.notify_all();
            }
            if stop.asked() {
                end();
            }
        }
        result
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives the piece back after a while that differs from piece to piece.
    fn uneven(piece: u64) -> u64 {
        (0..(piece * 7919) % 1000).for_each(|_| std::thread::yield_now());
        piece
    }

    #[test]
    fn gathers_in_order_on_any_number_of_threads() {
        for threads in [1, 2, 7] {
            let mut got = Vec::new();
            let work = |piece: u64| Ok::<_, ()>(uneven(piece));
            let gather = |piece| {
                got.push(piece);
                Ok(())
            };
            in_order(100, threads, &Stop::default(), work, gather).unwrap();
            assert_eq!(got, (0..100).collect::<Vec<_>>());
        }
    }

    #[test]
    fn stops_with_what_is_finished() {
        let stop = Stop::default();
        let mut got = Vec::new();
        let gather = |piece: u64| {
            got.push(piece);
            if piece == 5 {
                stop.now();
            }
            Ok::<_, ()>(())
        };
        in_order(1_000_000, 3, &stop, Ok, gather).unwrap();
        assert!(got.len() >= 6 && got.len() < 100, "{}", got.len());
        assert_eq!(got, (0..got.len() as u64).collect::<Vec<_>>());
    }

    #[test]
    fn the_first_error_in_order_is_told() {
        let work = |piece| if piece % 10 == 3 { Err(piece) } else { Ok(piece) };
        assert_eq!(in_order(100, 4, &Stop::default(), work, |_| Ok(())), Err(3));
    }
}
