//! What `./build.sh compiled` says by its model of a step on this GPU, to stand beside what is measured.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

/// How often each kernel runs in a step, and for how many seconds in all.
pub type ByKernel = BTreeMap<String, (usize, f64)>;

/// The steps of all GPUs that are modelled.
#[derive(Debug, Default)]
pub struct Model(Vec<OfGpu>);

#[derive(Debug, serde::Deserialize)]
struct OfGpu {
    gpu: String,
    steps: Vec<Step>,
}

#[derive(Debug, serde::Deserialize)]
struct Step {
    preset: String,
    side: u32,
    kernels: ByKernel,
}

impl Model {
    /// Reads it from the project's folder; empty where nobody has computed it.
    ///
    /// # Errors
    /// The file that could not be read, and why.
    pub fn read(project: &Path) -> Result<Self, Box<dyn Error>> {
        let path = project.join("target/compiled/model.json");
        let told = |error: &dyn Error| format!("{}: {error}", path.display());
        match fs::read(&path) {
            Ok(bytes) => Ok(Self(
                serde_json::from_slice(&bytes).map_err(|error| told(&error))?,
            )),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(told(&error).into()),
        }
    }

    /// A step's kernels on the GPU all words of whose name are in the adapter's.
    pub fn step(&self, adapter: &str, preset: &str, side: u32) -> Option<&ByKernel> {
        let named = |of: &&OfGpu| of.gpu.split(' ').all(|word| adapter.contains(word));
        let steps = &self.0.iter().find(named)?.steps;
        let step = steps
            .iter()
            .find(|step| (step.preset.as_str(), step.side) == (preset, side));
        step.map(|step| &step.kernels)
    }
}
