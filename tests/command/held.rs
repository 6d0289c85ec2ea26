//! A command that does not get past a step until a test lets it, however fast or slow the machine is: that step's frame is a
//! pipe, to which it cannot write until somebody is there to read.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStderr, Stdio};
use std::thread;
use std::time::Duration;

use super::*;

/// A command that paints and is held.
pub struct Held {
    child: Child,
    errors: BufReader<ChildStderr>,
    said: String,
    pipe: PathBuf,
    reader: Option<File>,
}

impl Held {
    /// Runs it until it has written the frame of the step before that one into `frames`, which has one of every step. It
    /// gets no further than that one.
    pub fn at(frames: &Path, mut command: Command, step: u32) -> Self {
        fs::create_dir_all(frames).unwrap();
        let frame = |step: u32| frames.join(format!("{step:06}.png"));
        let pipe = frame(step);
        assert!(
            Command::new("mkfifo")
                .arg(&pipe)
                .status()
                .unwrap()
                .success()
        );
        command.args(["--frame-steps", "1"]);
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let errors = BufReader::new(child.stderr.take().unwrap());
        let mut held = Self {
            child,
            errors,
            said: String::new(),
            pipe,
            reader: None,
        };
        held.says("Painting on");
        while step > 0 && !frame(step - 1).exists() {
            let ended = held.child.try_wait().unwrap();
            assert!(ended.is_none(), "it ended by itself: {}", held.said);
            thread::sleep(Duration::from_millis(10));
        }
        held
    }

    /// Waits until it says so.
    pub fn says(&mut self, text: &str) {
        while !self.said.contains(text) {
            let bytes = self.errors.read_line(&mut self.said).unwrap();
            assert!(bytes > 0, "it said no '{text}': {}", self.said);
        }
    }

    /// Sends it a signal.
    pub fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let kill = Command::new("kill").args(["-s", name, &id]).status();
        assert!(kill.unwrap().success());
    }

    /// Lets it go on, to the end.
    pub fn let_go(&mut self) {
        // Open for both, which waits for nobody: it may not have come so far.
        let pipe = File::options().read(true).write(true).open(&self.pipe);
        self.reader = Some(pipe.unwrap());
    }

    /// Its exit code and what it said.
    pub fn end(mut self) -> (Option<i32>, String) {
        self.errors.read_to_string(&mut self.said).unwrap();
        (self.child.wait().unwrap().code(), self.said)
    }
}
