//! What the user is told while it paints.

use std::io::{self, Write};

/// Tells it. Where nobody can be told any more, as when the terminal has been closed, that is no reason to end.
pub fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}
