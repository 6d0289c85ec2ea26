//! Ctrl+C, and the system's request to end: what is painted is saved first.

use std::process;
use std::sync::atomic::{AtomicBool, Ordering};

use super::say::say;

/// Of a process that was interrupted, as shells have it.
pub const EXIT_CODE: u8 = 130;

static PAINTING: AtomicBool = AtomicBool::new(false);
static ASKED: AtomicBool = AtomicBool::new(false);

/// From [`wait_for_end`] on the first request is noted; another one, or one before that, ends the process at once.
///
/// # Errors
/// Where the system does not let it listen.
pub fn listen() -> Result<(), Box<dyn std::error::Error>> {
    ctrlc::set_handler(interrupt)?;
    #[cfg(unix)]
    {
        use signal_hook::consts::SIGTERM;
        let mut signals = signal_hook::iterator::Signals::new([SIGTERM])?;
        std::thread::spawn(move || signals.forever().for_each(|_| interrupt()));
    }
    Ok(())
}

fn interrupt() {
    if !PAINTING.load(Ordering::SeqCst) || ASKED.swap(true, Ordering::SeqCst) {
        process::exit(EXIT_CODE.into());
    }
    say("Stopping. The picture is saved as it stands; Ctrl+C again ends at once.");
}

/// From now on there is something that would be lost.
pub fn wait_for_end() {
    PAINTING.store(true, Ordering::SeqCst);
}

/// Whether it was asked to end.
pub fn asked() -> bool {
    ASKED.load(Ordering::SeqCst)
}
