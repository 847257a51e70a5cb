//! What is shown and heard while histories run: a progress bar, and Ctrl-C.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use detente_lab::{Progress, Stop, Watch};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::failure::Failure;

/// A run being watched from the terminal.
pub(crate) struct Watching {
    bar: ProgressBar,
    stop: Stop,
}

impl Watching {
    /// Begins to listen for Ctrl-C, and shows a bar on standard error if that is a terminal.
    pub(crate) fn begin(histories: u64) -> Result<Self, Failure> {
        static HEARD: AtomicBool = AtomicBool::new(false);
        static STOP: OnceLock<Stop> = OnceLock::new();
        let stop = STOP.get_or_init(Stop::default).clone();
        let heard = stop.clone();
        let set = ctrlc::try_set_handler(move || {
            // Asked once, the run ends with what is finished; asked twice, at once.
            if HEARD.swap(true, Ordering::Relaxed) {
                std::process::exit(3);
            }
            heard.now();
        });
        match set {
            // Listened for already by an earlier part of the same command; or whoever started this one,
            // a shell with `&` say, wants interrupts to pass it by.
            Ok(()) | Err(ctrlc::Error::MultipleHandlers) => {}
            Err(error) => {
                let what = format!("Ctrl-C cannot be listened for: {error}.");
                return Err(Failure::Unfinished(what));
            }
        }
        let bar = ProgressBar::with_draw_target(Some(histories), ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template(
            "{bar:40} {human_pos} of {human_len} histories, {eta} left",
        )
        .unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style.progress_chars("━╸─"));
        bar.enable_steady_tick(Duration::from_millis(250));
        Ok(Self { bar, stop })
    }

    /// Asks the lab under this watch.
    pub(crate) fn during<T>(&self, ask: impl FnOnce(&Watch<'_>) -> T) -> T {
        let tell = |progress: Progress| {
            self.bar.set_length(progress.of);
            self.bar.set_position(progress.finished);
        };
        let watch = Watch { progress: Some(&tell), stop: self.stop.clone() };
        let answer = ask(&watch);
        self.bar.finish_and_clear();
        answer
    }

    /// Fails if the run was ended before any history was finished: there is no answer to print.
    pub(crate) fn something(&self, finished: u64) -> Result<(), Failure> {
        if self.stop.asked() && finished == 0 {
            let what = "Stopped before any history was finished; nothing was written.";
            return Err(Failure::Unfinished(what.to_owned()));
        }
        Ok(())
    }

    /// Fails if the run was ended early: half of some answers is none.
    pub(crate) fn whole(&self) -> Result<(), Failure> {
        if self.stop.asked() {
            let what = "Stopped before the answer was whole; nothing was written.";
            return Err(Failure::Unfinished(what.to_owned()));
        }
        Ok(())
    }

    /// Whether the run was ended early; then the answer is that of the histories that are finished.
    pub(crate) fn check(&self, finished: u64, asked: u64) -> Result<(), Failure> {
        if self.stop.asked() && finished < asked {
            return Err(Failure::Unfinished(format!(
                "Stopped: {} of {} histories are finished, and the answer is theirs alone.",
                crate::voice::count(finished),
                crate::voice::count(asked)
            )));
        }
        Ok(())
    }
}
