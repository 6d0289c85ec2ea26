//! What was found of each kernel on each family, and how it is kept.

use std::fs;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use crate::kernels::Assembled;
use crate::machine_code::{Analysis, analyse};
use crate::radv::{Executable, Radv, RadvError};
use crate::spirv::{Module, SpirvError, translate};

/// Why there are no figures.
#[derive(Debug, thiserror::Error)]
pub enum FiguresError {
    /// A kernel was not translated.
    #[error(transparent)]
    Spirv(#[from] SpirvError),
    /// A kernel was not compiled.
    #[error("{kernel}: {source}")]
    Radv {
        /// Its name.
        kernel: String,
        /// Why.
        source: RadvError,
    },
    /// RADV keeps a figure to itself.
    #[error("RADV does not say the {0} of a kernel: another version of Mesa names it otherwise")]
    Untold(&'static str),
    /// What Chrome is said to have made is no module.
    #[error("{0} is no SPIR-V: let ./build.sh compiled make it anew")]
    Chrome(PathBuf),
    /// A file could not be written or read.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is not what it should be.
    #[error("{path} is not as this program writes it: {source}")]
    Json {
        /// The file.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
}

/// One kernel's figures.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Figures {
    /// As [`Assembled::name`].
    pub kernel: String,
    /// Vector registers of an invocation.
    pub registers: u64,
    /// Registers, of any kind, that did not fit.
    pub spilled: u64,
    /// Bytes of memory a subgroup, for them and for arrays that no registers can hold.
    pub scratch: u64,
    /// Subgroups that share a SIMD unit, as RADV counts them.
    pub subgroups: u64,
    /// Bytes of workgroup memory.
    pub workgroup_memory: u64,
    /// Bytes of machine code.
    pub code: u64,
    /// RADV's estimate of the clock cycles from a subgroup's first instruction to its last.
    pub latency: u64,
    /// RADV's estimate of the clock cycles for which a subgroup keeps the busiest unit from the others.
    pub inverse_throughput: u64,
    /// What the machine code says.
    #[serde(flatten)]
    pub listing: Analysis,
}

impl Figures {
    fn new(kernel: &Assembled, made: &Executable) -> Result<Self, FiguresError> {
        let figure = |name: &'static str| {
            let value = made.statistics.get(name).copied();
            value.ok_or(FiguresError::Untold(name))
        };
        Ok(Self {
            kernel: kernel.name.clone(),
            registers: figure("VGPRs")?,
            spilled: figure("Spilled VGPRs")? + figure("Spilled SGPRs")?,
            scratch: figure("Scratch size")?,
            subgroups: figure("Subgroups per SIMD")?,
            workgroup_memory: figure("LDS size")?,
            code: figure("Code size")?,
            latency: figure("Latency")?,
            inverse_throughput: figure("Inverse Throughput")?,
            listing: analyse(&made.machine_code),
        })
    }

    /// The part of the innermost loop's instructions that are multiply-adds, where there is such a loop.
    pub fn share(&self) -> Option<f64> {
        self.listing.inner.map(|inner| inner.share())
    }
}

/// Who makes SPIR-V of the kernels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Translator {
    /// As native programs and Firefox have it.
    Wgpu,
    /// As Chrome has it, of the hot kernels alone.
    Chrome,
}

/// Kernels on one family.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Report {
    /// Such as `navi31`.
    pub family: String,
    /// Who translated them.
    pub translator: Translator,
    /// The device's name and the driver's version.
    pub driver: String,
    /// Of each kernel.
    pub kernels: Vec<Figures>,
}

impl Report {
    /// That on the same family by the same translator.
    pub fn like<'a>(&self, reports: &'a [Self]) -> Option<&'a Self> {
        let mut reports = reports.iter();
        reports.find(|other| (&other.family, other.translator) == (&self.family, self.translator))
    }

    /// Of the kernel with that name.
    pub fn find(&self, kernel: &str) -> Option<&Figures> {
        self.kernels.iter().find(|found| found.kernel == kernel)
    }
}

/// The kernels with their SPIR-V.
///
/// # Errors
/// [`FiguresError::Spirv`].
pub fn translated(kernels: &[Assembled]) -> Result<Vec<(&Assembled, Module)>, FiguresError> {
    let kernels = kernels.iter();
    kernels
        .map(|kernel| Ok((kernel, translate(kernel)?)))
        .collect()
}

/// Compiles them all. Each listing is written to the folder, if one is given.
///
/// # Errors
/// [`FiguresError`].
pub fn compile(
    radv: &Radv,
    (family, translator): (&str, Translator),
    kernels: &[(&Assembled, Module)],
    folder: Option<&Path>,
) -> Result<Report, FiguresError> {
    let mut figures = Vec::new();
    for (kernel, module) in kernels {
        let made = radv.compile(module);
        let made = made.map_err(|source| FiguresError::Radv {
            kernel: kernel.name.clone(),
            source,
        })?;
        if let Some(folder) = folder {
            let name = kernel.file_name() + ".s";
            write(&folder.join(name), &made.machine_code)?;
        }
        figures.push(Figures::new(kernel, &made)?);
    }
    Ok(Report {
        family: family.to_owned(),
        translator,
        driver: radv.name.clone(),
        kernels: figures,
    })
}

/// The hot ones among the kernels, with what Chrome has made of them in the folder; none where there is no such folder.
///
/// # Errors
/// [`FiguresError::File`] and [`FiguresError::Chrome`].
pub fn of_chrome<'a>(
    kernels: impl Iterator<Item = &'a Assembled>,
    folder: &Path,
) -> Result<Option<Vec<(&'a Assembled, Module)>>, FiguresError> {
    if !folder.is_dir() {
        return Ok(None);
    }
    let module = |kernel: &'a Assembled| {
        let path = folder.join(kernel.file_name() + ".spv");
        let bytes = fs::read(&path).map_err(|source| FiguresError::File {
            path: path.clone(),
            source,
        })?;
        let words = bytes.chunks_exact(4);
        let words = words.map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]]));
        let module = Module::new(words.collect()).ok_or(FiguresError::Chrome(path))?;
        Ok((kernel, module))
    };
    kernels.map(module).collect::<Result<_, _>>().map(Some)
}

/// Writes a file, and its folder if it is not there.
///
/// # Errors
/// [`FiguresError::File`].
pub fn write(path: &Path, text: &str) -> Result<(), FiguresError> {
    let parent = path.parent().unwrap_or(path);
    fs::create_dir_all(parent)
        .and_then(|()| fs::write(path, text))
        .map_err(|source| FiguresError::File {
            path: path.into(),
            source,
        })
}

/// Writes a value as JSON.
///
/// # Errors
/// [`FiguresError::File`].
pub fn write_json(path: &Path, value: &impl serde::Serialize) -> Result<(), FiguresError> {
    let text = serde_json::to_string_pretty(value).map_err(|source| FiguresError::Json {
        path: path.into(),
        source,
    })?;
    write(path, &(text + "\n"))
}

/// Reads a value from JSON.
///
/// # Errors
/// [`FiguresError::File`] and [`FiguresError::Json`].
pub fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, FiguresError> {
    let text = fs::read_to_string(path).map_err(|source| FiguresError::File {
        path: path.into(),
        source,
    })?;
    serde_json::from_str(&text).map_err(|source| FiguresError::Json {
        path: path.into(),
        source,
    })
}
