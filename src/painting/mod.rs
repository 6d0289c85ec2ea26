//! A painting: the plan of its memory, the optimisation at one size, and the way through all sizes.

mod easel;
mod error;
mod finish;
mod guard;
mod job;
mod painter;
mod painting;
mod plan;
mod record;
mod sizes;
mod step;
mod style;
mod targets;
mod tone;
mod tuning;

pub use easel::{Start, Unfinished};
pub use error::{Cause, PaintingError};
pub use job::{Job, StyleJob, job};
pub use painter::Painter;
pub use painting::{Painting, plan};
pub use plan::{Entry, Plan};
pub use record::{Part, StepRecord};
pub use sizes::{Remedy, TooNarrow, Which, check_sizes, scales};
pub use style::{Style, StyleView};
pub use tuning::Tuning;
