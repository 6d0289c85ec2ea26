//! How far a painting is, and how long the rest takes.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use indicatif::style::TemplateError;
use indicatif::{FormattedDuration, ProgressBar, ProgressStyle};

use impasto::painting::{Painting, StepRecord};
use impasto::settings::Scale;

/// How far back it is looked for how fast the work goes: a machine gets other things to do meanwhile, or done.
const MEMORY: Duration = Duration::from_secs(30);

/// The bar counts work in parts so small, of the whole: it counts whole numbers only.
const PARTS: f64 = 10_000.0;

/// The work of the first steps, in units of [`Scale::work`]: a step at the last size may take as long as a hundred at the
/// first.
fn work_up_to(scales: &[Scale], step: u32) -> f64 {
    let mut left = step;
    let works = scales.iter().map(|scale| {
        let done = left.min(scale.steps);
        left -= done;
        f64::from(done) * scale.work()
    });
    works.sum()
}

/// How fast the steps of a painting go.
#[derive(Debug)]
struct Rate {
    scales: Vec<Scale>,
    /// When so many steps were done, since the first of them.
    points: VecDeque<(Duration, u32)>,
}

impl Rate {
    fn new(scales: Vec<Scale>) -> Self {
        Self {
            scales,
            points: VecDeque::new(),
        }
    }

    fn add(&mut self, time: Duration, step: u32) {
        self.points.push_back((time, step));
        while self.points.len() > 2 && self.points[0].0 + MEMORY < time {
            self.points.pop_front();
        }
    }

    fn work(&self, step: u32) -> f64 {
        work_up_to(&self.scales, step)
    }

    /// How much of the work is done, from zero to one.
    fn done(&self) -> f64 {
        let step = self.points.back().map_or(0, |&(_, step)| step);
        self.work(step) / self.work(u32::MAX)
    }

    /// How long the rest takes, sizes to come included; none while it is too early to tell.
    fn left(&self) -> Option<Duration> {
        let (&(began, first), &(now, last)) = self.points.front().zip(self.points.back())?;
        let work = self.work(last) - self.work(first);
        let left = self.work(u32::MAX) - self.work(last);
        Duration::try_from_secs_f64((now - began).as_secs_f64() * left / work).ok()
    }
}

/// Shows how far a painting is.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    rate: Rate,
    began: Instant,
}

impl Progress {
    /// Of a painting that is not begun.
    ///
    /// # Errors
    /// None in practice.
    pub fn new() -> Result<Self, TemplateError> {
        let style = ProgressStyle::with_template("{bar:32} {msg}")?;
        Ok(Self {
            bar: ProgressBar::no_length().with_style(style),
            rate: Rate::new(Vec::new()),
            began: Instant::now(),
        })
    }

    /// A painting begins, or goes on.
    pub fn begin(&mut self, painting: &Painting) {
        self.began = Instant::now();
        self.rate = Rate::new(painting.scales().to_vec());
        self.rate.add(Duration::ZERO, painting.step());
        self.bar.set_length(PARTS as u64);
        self.show(painting.step(), "");
    }

    /// A step is done.
    pub fn record(&mut self, record: &StepRecord) {
        self.rate.add(self.began.elapsed(), record.step);
        self.show(record.step, &format!("  loss {:.4e}", record.loss));
    }

    fn show(&self, step: u32, loss: &str) {
        let steps: u32 = self.rate.scales.iter().map(|scale| scale.steps).sum();
        let left = self.rate.left();
        let left = left.map(|left| format!("  {} left", FormattedDuration(left)));
        self.bar.set_position((PARTS * self.rate.done()) as u64);
        let left = left.unwrap_or_default();
        self.bar
            .set_message(format!("step {step}/{steps}{loss}{left}"));
    }

    /// The painting is done.
    pub fn finish(&self) {
        self.bar.finish();
    }

    /// Does something that writes to where the bar is shown.
    pub fn suspend(&self, write: impl FnOnce()) {
        self.bar.suspend(write);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by it")]
mod tests {
    use impasto::settings::{Preset, Settings};

    use super::*;

    /// Lets a clock of its own run through a painting, and gives by how much the time left was wrong at worst once a tenth of
    /// the time was over, and the time of the painting in seconds.
    fn worst(settings: &Settings, from: u32, seconds_of_unit: f64, unrest: f64) -> (f64, f64) {
        let scales = settings.scales();
        let mut times = vec![0.0];
        let mut step = 0;
        for scale in &scales {
            for _ in 0..scale.steps {
                step += 1;
                // Now slower, now faster, by spells of some steps, as beside other work: no more so than that the last step
                // alone may be wrong by less than what is allowed.
                let spell = 1.0 + unrest * (f64::from(step) * 0.7).sin();
                let took = if step > from {
                    seconds_of_unit * scale.work() * spell
                } else {
                    0.0
                };
                times.push(times[step as usize - 1] + took);
            }
        }
        let all = *times.last().unwrap();
        let mut rate = Rate::new(scales);
        rate.add(Duration::ZERO, from);
        let mut worst = 1.0_f64;
        // Records come in batches of about a tenth of a second, and of one step at least.
        let mut last = 0.0;
        for step in from + 1..=step {
            let time = times[step as usize];
            if time < last + 0.1 {
                continue;
            }
            last = time;
            rate.add(Duration::from_secs_f64(time), step);
            if time < 0.1 * all || all - time < 1e-6 * all {
                continue;
            }
            let left = rate.left().unwrap().as_secs_f64();
            let wrong = left / (all - time);
            worst = worst.max(wrong).max(1.0 / wrong);
        }
        (worst, all)
    }

    #[test]
    fn the_time_left_is_right_from_the_first_tenth_on() {
        for preset in Preset::ALL {
            for size in [256, 512, 2048] {
                let settings = Settings {
                    size,
                    ..preset.settings()
                };
                // From a fast graphics card to a processor.
                for seconds_of_unit in [0.001, 0.05, 1.0] {
                    for from in [0, settings.scales()[0].steps / 2] {
                        for unrest in [0.0, 0.2] {
                            let (worst, all) = worst(&settings, from, seconds_of_unit, unrest);
                            assert!(all > 0.0);
                            assert!(
                                worst < 1.5,
                                "{preset:?}, {size}, {seconds_of_unit}, {from}, {unrest}: {worst}"
                            );
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn the_bar_is_where_the_work_is() {
        let settings = Settings {
            size: 1024,
            first_size: 128,
            first_steps: 100,
            steps: 100,
            ..Preset::Fine.settings()
        };
        let mut rate = Rate::new(settings.scales());
        assert_eq!(rate.left(), None);
        rate.add(Duration::ZERO, 0);
        assert_eq!((rate.done(), rate.left()), (0.0, None));
        // Of seven sizes the first is done: 2 of 2 + 3 + 5 + 9 + 17 + 33 + 65 parts of the work.
        rate.add(Duration::from_secs(10), 100);
        assert!((rate.done() - 2.0 / 134.0).abs() < 1e-3, "{}", rate.done());
        let left = rate.left().unwrap().as_secs_f64();
        assert!((left - 660.0).abs() < 2.0, "{left}");
        rate.add(Duration::from_secs(700), 700);
        assert_eq!((rate.done(), rate.left()), (1.0, Some(Duration::ZERO)));
    }

    #[test]
    fn what_was_long_ago_does_not_count() {
        let scales = vec![Scale {
            size: 128,
            steps: 1000,
            refining: false,
        }];
        let mut rate = Rate::new(scales);
        // Ten steps a second for a minute, then one a second.
        for second in 0..=60 {
            rate.add(Duration::from_secs(second), 10 * second as u32);
        }
        assert_eq!(rate.left(), Some(Duration::from_secs(40)));
        for second in 1..=40 {
            rate.add(Duration::from_secs(60 + second), 600 + second as u32);
        }
        assert_eq!(rate.left(), Some(Duration::from_secs(360)));
    }
}
