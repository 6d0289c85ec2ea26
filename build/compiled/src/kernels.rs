//! The kernels of a step, as the engine puts them together.
//!
//! Nothing is declared here: a painter plans its step on wgpu's device that does nothing, and its commands say which
//! kernels they run. So what is compiled is what is painted with, to the letter.

use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use impasto::gpu::{Gpu, GpuError, Kernel};
use impasto::kernels::tiles::{PRODUCT, Tiles, WIDE};
use impasto::maps::Shape;
use impasto::network::{Method, Network};
use impasto::painting::{Painter, PaintingError, Start, StyleView};
use impasto::pictures::Picture;
use impasto::settings::{Preset, Settings};
use impasto::vgg19::{CONVOLUTIONS, Filter, Vgg19};

#[path = "../../../benches/kernels/shaders.rs"]
mod shaders;
use shaders::Shaders;

/// Pixels of the sides of the picture whose step is planned.
pub const SIDE: u32 = 512;

/// Bytes of the largest buffer, as usual adapters have it.
const LARGEST_BUFFER: u64 = 2 << 30;

/// Why there are no kernels.
#[derive(Debug, thiserror::Error)]
pub enum KernelsError {
    /// A shader could not be read.
    #[error("{path} could not be read ({source}): run this in the project's own folder")]
    Shaders {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// wgpu has no device that does nothing.
    #[error("wgpu gives no device that does nothing ({0}): its feature `noop` is needed")]
    NoDevice(String),
    /// The device could not be opened.
    #[error(transparent)]
    Gpu(#[from] GpuError),
    /// The step could not be planned.
    #[error("the step of {preset} could not be planned: {source}")]
    Painting {
        /// Whose step.
        preset: &'static str,
        /// Why.
        source: PaintingError,
    },
}

/// One kernel.
#[derive(Debug, Clone, PartialEq)]
pub struct Assembled {
    /// The shader's file below `shaders/` without its ending, the entry point, and the constants with their values.
    pub name: String,
    /// Its `override` constants.
    pub constants: Vec<(&'static str, f64)>,
    /// The entry point.
    pub entry: &'static str,
    /// The whole text in WGSL.
    pub source: String,
}

impl Assembled {
    /// The name as that of a file, without an ending.
    pub fn file_name(&self) -> String {
        self.name.replace(['/', ' '], "_").replace(',', "")
    }
}

/// One command of a step.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize)]
pub struct Command {
    /// The kernel's name.
    pub kernel: String,
    /// Along x, y and z.
    pub workgroups: [u32; 3],
    /// The uniforms' contents, by their bindings.
    #[serde(skip)]
    pub uniforms: Vec<(u32, Vec<u8>)>,
}

/// What one step runs.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Step {
    /// The preset's name, with `, refining` where the finished size is refined.
    pub of: String,
    /// Pixels of the picture's sides.
    pub side: u32,
    /// The commands in their order.
    pub commands: Vec<Command>,
}

/// Every kernel that some step runs, and the steps.
#[derive(Debug, Default)]
pub struct Gathered {
    /// In the order in which they were met.
    pub kernels: Vec<Assembled>,
    /// Of each preset with the default tiles.
    pub steps: Vec<Step>,
    shaders: Shaders,
}

impl Gathered {
    /// Plans a step of each preset, and one with each of the tiles' candidates.
    ///
    /// # Errors
    /// [`KernelsError`].
    pub fn all() -> Result<Self, KernelsError> {
        let mut gathered = Self::none()?;
        let gpu = Rc::new(idle_gpu()?);
        let weights = no_weights();
        for tiles in candidates() {
            let method = Method {
                tiles,
                ..Method::default()
            };
            let network = Rc::new(Network::new(&gpu, &weights, method)?);
            let usual = tiles == Tiles::default();
            // Another tile is another form of the same kernels: one preset that convolves shows them all.
            let presets = Preset::ALL
                .into_iter()
                .filter(|&preset| usual || preset == Preset::Tutorial);
            for preset in presets {
                let settings = preset.settings();
                let refines = settings.scales().iter().any(|scale| scale.refining);
                for refining in [false, true].into_iter().take(1 + usize::from(refines)) {
                    let step = gathered.step(&network, preset, SIDE, refining)?;
                    if usual {
                        gathered.steps.push(step);
                    }
                }
            }
        }
        Ok(gathered)
    }

    /// Plans a step of each of the presets at each of the sizes, with those tiles. Nothing refines.
    ///
    /// # Errors
    /// [`KernelsError`].
    pub fn steps(presets: &[Preset], sides: &[u32], tiles: Tiles) -> Result<Self, KernelsError> {
        let mut gathered = Self::none()?;
        let method = Method {
            tiles,
            ..Method::default()
        };
        let network = Network::new(&Rc::new(idle_gpu()?), &no_weights(), method)?;
        let network = Rc::new(network);
        for &preset in presets {
            for &side in sides {
                let step = gathered.step(&network, preset, side, false)?;
                gathered.steps.push(step);
            }
        }
        Ok(gathered)
    }

    fn none() -> Result<Self, KernelsError> {
        let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        Ok(Self {
            shaders: Shaders::read(&project)
                .map_err(|(path, source)| KernelsError::Shaders { path, source })?,
            ..Self::default()
        })
    }

    fn step(
        &mut self,
        network: &Rc<Network>,
        preset: Preset,
        side: u32,
        refining: bool,
    ) -> Result<Step, KernelsError> {
        let settings = Settings {
            size: side,
            ..preset.settings()
        };
        let painter =
            planned(network, &settings, refining).map_err(|source| KernelsError::Painting {
                preset: preset.name(),
                source,
            })?;
        let mut commands = Vec::new();
        for dispatch in painter.step() {
            let mut uniforms = Vec::new();
            for (binding, buffer) in dispatch.uniforms() {
                uniforms.push((*binding, pollster::block_on(network.gpu().read(buffer))?));
            }
            commands.push(Command {
                kernel: self.name(dispatch.kernel()),
                workgroups: dispatch.workgroups(),
                uniforms,
            });
        }
        let suffix = if refining { ", refining" } else { "" };
        Ok(Step {
            of: format!("{}{suffix}", preset.name()),
            side,
            commands,
        })
    }

    /// The kernel's name in the list, to which it is added if it is new.
    fn name(&mut self, kernel: &Kernel) -> String {
        let known = self.kernels.iter().find(|known| {
            known.entry == kernel.entry()
                && known.constants == kernel.constants()
                && known.source == kernel.source()
        });
        if let Some(known) = known {
            return known.name.clone();
        }
        let mut name = self.shaders.name(kernel);
        // Of one file may be several forms that read and write other formats.
        let forms = self.kernels.iter();
        let forms = forms.filter(|known| known.name.split(" (form").next() == Some(&name));
        let forms = forms.count();
        if forms > 0 {
            name.push_str(&format!(" (form {})", forms + 1));
        }
        self.kernels.push(Assembled {
            name: name.clone(),
            constants: kernel.constants().to_vec(),
            entry: kernel.entry(),
            source: kernel.source().to_owned(),
        });
        name
    }
}

/// The default, then each with one thing that is not.
fn candidates() -> impl Iterator<Item = Tiles> {
    let usual = Tiles::default();
    let wide = WIDE.into_iter().map(move |wide| Tiles { wide, ..usual });
    let product = PRODUCT
        .into_iter()
        .map(move |product| Tiles { product, ..usual });
    let others = wide.chain(product).filter(move |&tiles| tiles != usual);
    let fused = Tiles {
        fused: true,
        ..usual
    };
    [usual].into_iter().chain(others).chain([fused])
}

fn planned(
    network: &Rc<Network>,
    settings: &Settings,
    refining: bool,
) -> Result<Painter, PaintingError> {
    let shape = Shape::new(settings.size, settings.size, 3);
    let grey = Picture::from_vectors(shape, &vec![[0.5; 4]; shape.vectors()]);
    let styles = [StyleView::from(&grey)];
    let start = Start::Pixels(grey.to_vectors());
    let network = network.clone();
    pollster::block_on(async {
        if refining {
            Painter::refining(network, &grey, &styles, start, settings).await
        } else {
            Painter::new(network, &grey, &styles, start, settings).await
        }
    })
}

/// wgpu's device that does nothing: it keeps buffers and knows pipelines, and that is all that a plan needs.
fn idle_gpu() -> Result<Gpu, KernelsError> {
    let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
    descriptor.backends = wgpu::Backends::NOOP;
    descriptor.backend_options.noop = wgpu::NoopBackendOptions {
        limits: Some(wgpu::Limits {
            max_buffer_size: LARGEST_BUFFER,
            max_storage_buffer_binding_size: LARGEST_BUFFER,
            ..wgpu::Limits::default()
        }),
        features: Some(wgpu::Features::empty()),
        ..wgpu::NoopBackendOptions::enabled()
    };
    let instance = wgpu::Instance::new(descriptor);
    pollster::block_on(async {
        let adapter = instance
            .request_adapter(&wgpu::RequestAdapterOptions::default())
            .await
            .map_err(|error| KernelsError::NoDevice(error.to_string()))?;
        Ok(Gpu::of(instance, adapter, u64::MAX).await?)
    })
}

/// A network of zeros: kernels do not depend on the weights.
fn no_weights() -> Vgg19 {
    let filter = |layer: impasto::vgg19::Convolution| Filter {
        outputs: layer.outputs,
        inputs: layer.inputs,
        weights: vec![0.0; layer.outputs * layer.inputs * 9],
        bias: vec![0.0; layer.outputs],
    };
    Vgg19 {
        mean: [0.0; 3],
        filters: CONVOLUTIONS.map(filter).into(),
    }
}
