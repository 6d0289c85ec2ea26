//! What the tests of the GPU share: an open GPU, repeatable numbers and a comparison that says where it failed.

#![allow(dead_code, reason = "each test binary uses its part")]

use std::fs;
use std::path::Path;
use std::rc::Rc;
use std::sync::LazyLock;

use impasto::gpu::{Dispatch, Gpu, Memory};
use impasto::maps::Shape;
use impasto::network::{Method, Network};
use impasto::painting::{Painter, PaintingError, Start};
use impasto::pictures::Picture;
use impasto::settings::{LayerWeights, Perception, Preset, Settings};
use impasto::vgg19::Vgg19;

/// The network with the real weights, on a GPU of its own.
pub fn network(method: Method) -> Rc<Network> {
    limited_network(method, u64::MAX)
}

/// The same where the GPU allows so many bytes in a buffer.
pub fn limited_network(method: Method, buffer: u64) -> Rc<Network> {
    network_on(
        pollster::block_on(Gpu::open_limited(buffer)).unwrap(),
        method,
    )
}

/// The network on wgpu's device that does nothing, and is quick about it: it keeps buffers and checks what is asked of it. For
/// what does not depend on numbers.
pub fn idle_network(method: Method) -> Rc<Network> {
    let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
    descriptor.backends = wgpu::Backends::NOOP;
    // Buffers as adapters of ten years ago have them, and all else as WebGPU promises it.
    descriptor.backend_options.noop = wgpu::NoopBackendOptions {
        limits: Some(wgpu::Limits {
            max_buffer_size: 2 << 30,
            max_storage_buffer_binding_size: 2 << 30,
            ..wgpu::Limits::default()
        }),
        features: Some(wgpu::Features::empty()),
        ..wgpu::NoopBackendOptions::enabled()
    };
    let instance = wgpu::Instance::new(descriptor);
    let gpu = pollster::block_on(async {
        let adapter = instance.request_adapter(&wgpu::RequestAdapterOptions::default());
        let adapter = adapter.await.unwrap();
        Gpu::of(instance, adapter, u64::MAX).await.unwrap()
    });
    network_on(gpu, method)
}

fn network_on(gpu: Gpu, method: Method) -> Rc<Network> {
    // Read once for all tests.
    static WEIGHTS: LazyLock<Vgg19> = LazyLock::new(weights);
    Rc::new(Network::new(&Rc::new(gpu), &WEIGHTS, method).unwrap())
}

fn weights() -> Vgg19 {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/weights/vgg19.safetensors");
    let bytes = fs::read(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; run `./build.sh` first", path.display()));
    Vgg19::from_safetensors(&bytes).unwrap()
}

/// TensorFlow's tutorial.
pub fn tutorial() -> Settings {
    Preset::Tutorial.settings()
}

/// The preset `fine` without its layer of 512 channels, the root of whose covariance takes a software adapter ten times as long as
/// all else of a step, however small the picture is. The layer before has fewer places than channels too in such pictures as
/// tests have.
pub fn quicker_fine() -> Settings {
    let fine = Preset::Fine.settings();
    Settings {
        perception: Perception {
            style_layers: LayerWeights::new([(0, 256.0), (2, 64.0), (4, 16.0)]),
            ..fine.perception
        },
        ..fine
    }
}

/// A painter of one style that starts from the content.
pub fn painter(
    network: &Rc<Network>,
    content: &Picture,
    style: &Picture,
    settings: &Settings,
) -> Result<Painter, PaintingError> {
    let start = Start::Pixels(content.to_vectors());
    pollster::block_on(Painter::new(
        network.clone(),
        content,
        &[style.into()],
        start,
        settings,
    ))
}

/// Noise in all channels.
pub fn noise(random: &mut Random, width: u32, height: u32) -> Picture {
    let shape = Shape::new(width, height, 3);
    let vectors: Vec<_> = (0..shape.positions())
        .map(|_| [0; 4].map(|_| random.signed() / 2.0 + 0.5))
        .collect();
    Picture::from_vectors(shape, &vectors)
}

/// A GPU and memory on it.
pub struct Bench {
    pub gpu: Rc<Gpu>,
    pub memory: Memory,
}

impl Bench {
    pub fn open() -> Self {
        let gpu = Rc::new(pollster::block_on(Gpu::open()).unwrap());
        let memory = Memory::new(gpu.clone());
        Self { gpu, memory }
    }

    pub fn upload_map(&mut self, shape: Shape, values: &[f32]) -> wgpu::Buffer {
        self.memory.upload("map", &shape.pack(values)).unwrap()
    }

    /// A map filled with a value that no right result has, so that what a kernel leaves unwritten shows.
    pub fn stale_map(&mut self, shape: Shape) -> wgpu::Buffer {
        let stale = vec![[STALE; 4]; shape.vectors()];
        self.memory.upload("stale map", &stale).unwrap()
    }

    pub fn stale_words(&mut self, length: usize) -> wgpu::Buffer {
        self.memory
            .upload("stale words", &vec![0x5a5a_5a5a_u32; length])
            .unwrap()
    }

    pub fn run(&self, dispatches: &[Dispatch]) {
        self.gpu.run(dispatches).unwrap();
    }

    pub fn read_map(&self, shape: Shape, buffer: &wgpu::Buffer) -> Vec<f32> {
        let packed = pollster::block_on(self.gpu.read::<[f32; 4]>(buffer)).unwrap();
        shape.unpack(&packed)
    }

    pub fn read(&self, buffer: &wgpu::Buffer) -> Vec<f32> {
        pollster::block_on(self.gpu.read::<f32>(buffer)).unwrap()
    }
}

const STALE: f32 = 1e30;

/// Repeatable numbers: SplitMix64 (Steele et al. 2014).
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From zero to before `end`.
    pub fn below(&mut self, end: u32) -> u32 {
        (self.next() % u64::from(end)) as u32
    }

    /// Uniform in [-1, 1).
    pub fn signed(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1 << 23) as f32 - 1.0
    }

    pub fn map(&mut self, shape: Shape) -> Vec<f32> {
        self.values(shape.channels as usize * shape.positions() as usize)
    }

    pub fn values(&mut self, length: usize) -> Vec<f32> {
        (0..length).map(|_| self.signed()).collect()
    }

    /// As a ReLU leaves it: about half of it zeros.
    pub fn rectified(&mut self, shape: Shape) -> Vec<f32> {
        self.map(shape).iter().map(|value| value.max(0.0)).collect()
    }
}

pub fn widen(values: &[f32]) -> Vec<f64> {
    values.iter().map(|&value| value.into()).collect()
}

/// Fails with the kernel, the element, and what was expected and found, unless every element of the map
/// `[channels][height][width]` is as near as `tolerance` times the root mean square of what is expected.
pub fn assert_map_near(
    kernel: &str,
    shape: Shape,
    expected: &[f64],
    found: &[f32],
    tolerance: f64,
) {
    assert_eq!(expected.len(), found.len(), "{kernel}: number of values");
    let square: f64 = expected.iter().map(|value| value * value).sum();
    let scale = (square / expected.len() as f64).sqrt();
    for (place, (&expected, &found)) in expected.iter().zip(found).enumerate() {
        let error = (expected - f64::from(found)).abs();
        let (width, positions) = (shape.width as usize, shape.positions() as usize);
        assert!(
            error <= tolerance * scale,
            "{kernel} at {shape:?}, channel {}, row {}, column {}: expected {expected}, found {found} \
             (root mean square {scale}, tolerance {tolerance} of it)",
            place / positions,
            place % positions / width,
            place % width,
        );
    }
}

/// Fails with the name, and what was expected and found, unless both are as near as `tolerance` times the first.
pub fn assert_near(name: &str, expected: f64, found: f64, tolerance: f64) {
    assert!(
        (expected - found).abs() <= tolerance * expected.abs(),
        "{name}: expected {expected}, found {found} (tolerance {tolerance} of it)"
    );
}
