//! The loader on files that the tests build: every kind that it understands, and every way to be wrong.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use half::{bf16, f16};
use impasto::vgg19::{CONVOLUTIONS, Vgg19, WeightsError};
use proptest::prelude::*;
use safetensors::tensor::{Dtype, TensorView, serialize};

/// A tensor of a file to be.
#[derive(Clone)]
struct Tensor {
    dtype: Dtype,
    shape: Vec<usize>,
    data: Vec<u8>,
}

type Tensors = BTreeMap<String, Tensor>;

fn f32s(shape: &[usize], values: impl IntoIterator<Item = f32>) -> Tensor {
    Tensor {
        dtype: Dtype::F32,
        shape: shape.to_vec(),
        data: values.into_iter().flat_map(f32::to_le_bytes).collect(),
    }
}

fn floats(dtype: Dtype, shape: &[usize], values: impl Iterator<Item = f32>) -> Tensor {
    let data = match dtype {
        Dtype::F16 => values
            .flat_map(|value| f16::from_f32(value).to_le_bytes())
            .collect(),
        Dtype::BF16 => values
            .flat_map(|value| bf16::from_f32(value).to_le_bytes())
            .collect(),
        _ => return f32s(shape, values),
    };
    Tensor {
        dtype,
        shape: shape.to_vec(),
        data,
    }
}

fn file(tensors: &Tensors) -> Vec<u8> {
    let views = tensors.iter().map(|(name, tensor)| {
        let view = TensorView::new(tensor.dtype, tensor.shape.clone(), &tensor.data).unwrap();
        (name, view)
    });
    serialize(views, None).unwrap()
}

/// The same index for the same weight in every kind of file, and different ones for neighbours.
fn index(layer: usize, output: usize, input: usize, place: usize) -> u8 {
    ((layer * 7 + output * 31 + input * 11 + place) % 251) as u8
}

/// Exact in BF16 and F16 too.
fn entry(index: u8) -> f32 {
    f32::from(index) / 64.0 - 1.5
}

fn bias(layer: usize, output: usize) -> f32 {
    entry((layer * 5 + output * 3) as u8)
}

fn biases(layer: usize) -> impl Iterator<Item = f32> {
    (0..CONVOLUTIONS[layer].outputs).map(move |output| bias(layer, output))
}

/// A layer's indices, out x in x 3 x 3.
fn indices(layer: usize) -> impl Iterator<Item = u8> {
    let (inputs, outputs) = (CONVOLUTIONS[layer].inputs, CONVOLUTIONS[layer].outputs);
    (0..outputs).flat_map(move |output| {
        (0..inputs)
            .flat_map(move |input| (0..9).map(move |place| index(layer, output, input, place)))
    })
}

/// A layer's weights, 3 x 3 x in x out.
fn weights_outputs_last(layer: usize) -> impl Iterator<Item = f32> {
    let (inputs, outputs) = (CONVOLUTIONS[layer].inputs, CONVOLUTIONS[layer].outputs);
    (0..9).flat_map(move |place| {
        (0..inputs).flat_map(move |input| {
            (0..outputs).map(move |output| entry(index(layer, output, input, place)))
        })
    })
}

fn outputs_first(layer: usize) -> [usize; 4] {
    [
        CONVOLUTIONS[layer].outputs,
        CONVOLUTIONS[layer].inputs,
        3,
        3,
    ]
}

fn outputs_last(layer: usize) -> [usize; 4] {
    [
        3,
        3,
        CONVOLUTIONS[layer].inputs,
        CONVOLUTIONS[layer].outputs,
    ]
}

static PALETTE: LazyLock<Tensors> = LazyLock::new(|| {
    let mut tensors = Tensors::new();
    for (layer, convolution) in CONVOLUTIONS.iter().enumerate() {
        let name = convolution.name;
        let indices = Tensor {
            dtype: Dtype::U8,
            shape: outputs_first(layer).to_vec(),
            data: indices(layer).collect(),
        };
        tensors.insert(format!("{name}.weight.indices"), indices);
        tensors.insert(
            format!("{name}.weight.palette"),
            f32s(&[256], (0..=255).map(entry)),
        );
        tensors.insert(
            format!("{name}.bias"),
            f32s(&[convolution.outputs], biases(layer)),
        );
    }
    tensors
});

static PALETTE_FILE: LazyLock<Vec<u8>> = LazyLock::new(|| file(&PALETTE));

static PALETTE_VGG19: LazyLock<Vgg19> = LazyLock::new(|| read(&PALETTE_FILE));

fn with_outputs_first(dtype: Dtype, name: impl Fn(usize) -> String) -> Tensors {
    let mut tensors = Tensors::new();
    for (layer, convolution) in CONVOLUTIONS.iter().enumerate() {
        let weights = indices(layer).map(entry);
        tensors.insert(
            format!("{}.weight", name(layer)),
            floats(dtype, &outputs_first(layer), weights),
        );
        tensors.insert(
            format!("{}.bias", name(layer)),
            floats(dtype, &[convolution.outputs], biases(layer)),
        );
    }
    tensors
}

fn with_outputs_last(dtype: Dtype, weight: &str, bias: &str) -> Tensors {
    let mut tensors = Tensors::new();
    for (layer, convolution) in CONVOLUTIONS.iter().enumerate() {
        let name = convolution.name;
        tensors.insert(
            format!("{name}{weight}"),
            floats(dtype, &outputs_last(layer), weights_outputs_last(layer)),
        );
        tensors.insert(
            format!("{name}{bias}"),
            floats(dtype, &[convolution.outputs], biases(layer)),
        );
    }
    tensors
}

fn keras_name(layer: usize) -> String {
    CONVOLUTIONS[layer].name.to_owned()
}

fn torchvision_name(layer: usize) -> String {
    format!("features.{}", CONVOLUTIONS[layer].torchvision_index)
}

fn read(bytes: &[u8]) -> Vgg19 {
    Vgg19::from_safetensors(bytes).unwrap_or_else(|error| panic!("{error}"))
}

#[track_caller]
fn assert_same(found: &Vgg19, expected: &Vgg19) {
    assert_eq!(found.mean, expected.mean);
    assert_eq!(found.filters.len(), expected.filters.len());
    for (layer, (found, expected)) in found.filters.iter().zip(&expected.filters).enumerate() {
        let name = CONVOLUTIONS[layer].name;
        assert_eq!(found.outputs, expected.outputs, "{name}");
        assert_eq!(found.inputs, expected.inputs, "{name}");
        assert!(found.weights == expected.weights, "{name}'s weights differ");
        assert!(found.bias == expected.bias, "{name}'s biases differ");
    }
}

/// What the loader says of the palette file after a change.
fn error_after(change: impl FnOnce(&mut Tensors)) -> WeightsError {
    let mut tensors = PALETTE.clone();
    change(&mut tensors);
    Vgg19::from_safetensors(&file(&tensors)).expect_err("the file is wrong")
}

#[test]
fn palette_file_is_expanded() {
    let vgg19 = &*PALETTE_VGG19;
    assert_eq!(vgg19.filters.len(), CONVOLUTIONS.len());
    for (layer, filter) in vgg19.filters.iter().enumerate() {
        let [outputs, inputs, ..] = outputs_first(layer);
        assert_eq!((filter.outputs, filter.inputs), (outputs, inputs));
        assert!(filter.bias.iter().copied().eq(biases(layer)));
        if layer > 0 {
            let expected = indices(layer).map(entry);
            assert!(filter.weights.iter().copied().eq(expected), "{layer}");
        }
    }
}

#[test]
fn caffe_preprocessing_is_folded() {
    let vgg19 = &*PALETTE_VGG19;
    for (mean, caffe) in vgg19.mean.iter().zip([123.68, 116.779, 103.939]) {
        assert!((mean * 255.0 - caffe).abs() < 1e-4);
    }
    for (position, weight) in vgg19.filters[0].weights.iter().enumerate() {
        let (filter, place) = (position / 9, position % 9);
        let (output, blue_green_red) = (filter / 3, 2 - filter % 3);
        let expected = entry(index(0, output, blue_green_red, place)) * 255.0;
        assert_eq!(*weight, expected, "position {position}");
    }
}

#[test]
fn torchvision_preprocessing_is_folded() {
    let vgg19 = read(&file(&with_outputs_first(Dtype::F32, torchvision_name)));
    assert_eq!(vgg19.mean, [0.485, 0.456, 0.406]);
    for (position, weight) in vgg19.filters[0].weights.iter().enumerate() {
        let (filter, place) = (position / 9, position % 9);
        let (output, channel) = (filter / 3, filter % 3);
        let expected = entry(index(0, output, channel, place)) / [0.229, 0.224, 0.225][channel];
        assert_eq!(*weight, expected, "position {position}");
    }
    for (layer, filter) in vgg19.filters.iter().enumerate().skip(1) {
        assert!(filter.weights == PALETTE_VGG19.filters[layer].weights);
        assert!(filter.bias == PALETTE_VGG19.filters[layer].bias);
    }
}

#[test]
fn all_float_types_read_the_same() {
    for dtype in [Dtype::F32, Dtype::F16, Dtype::BF16] {
        let bytes = file(&with_outputs_first(dtype, keras_name));
        assert_same(&read(&bytes), &PALETTE_VGG19);
    }
}

#[test]
fn keras_layouts_and_names_read_the_same() {
    for (weight, bias) in [
        ("/kernel:0", "/bias:0"),
        (".kernel", ".bias"),
        ("/kernel", "/bias"),
    ] {
        let bytes = file(&with_outputs_last(Dtype::F16, weight, bias));
        assert_same(&read(&bytes), &PALETTE_VGG19);
    }
}

#[test]
fn names_may_have_a_prefix_and_the_data_any_alignment() {
    let tensors = with_outputs_first(Dtype::BF16, |layer| {
        format!("vgg19/{}", CONVOLUTIONS[layer].name)
    });
    let bytes = file(&tensors);
    let shifted = [&[0], bytes.as_slice()].concat();
    assert_same(&read(&shifted[1..]), &PALETTE_VGG19);
}

#[test]
fn other_tensors_are_ignored() {
    let mut tensors = PALETTE.clone();
    tensors.insert("block5_conv3.bias".into(), f32s(&[1], [f32::NAN]));
    tensors.insert("features.1.weight".into(), f32s(&[2, 1], [1.0, 2.0]));
    tensors.insert("classifier.0.bias".into(), f32s(&[0], []));
    tensors.insert("bias".into(), f32s(&[], [1.0]));
    assert_same(&read(&file(&tensors)), &PALETTE_VGG19);
}

#[test]
fn the_shortest_of_rival_names_counts() {
    let mut tensors = PALETTE.clone();
    tensors.insert("old/block1_conv1.bias".into(), f32s(&[1], [f32::NAN]));
    assert_same(&read(&file(&tensors)), &PALETTE_VGG19);
}

#[test]
fn no_safetensors_file_is_an_error() {
    for bytes in [
        &b""[..],
        b"short",
        b"\x89PNG\r\n\x1a\n, and so on",
        &[0xff; 64],
    ] {
        let error = Vgg19::from_safetensors(bytes).expect_err("this is no safetensors file");
        assert!(matches!(error, WeightsError::NotSafetensors(_)), "{error}");
        assert!(error.to_string().contains("Choose a .safetensors file"));
    }
}

#[test]
fn trailing_bytes_are_an_error() {
    let bytes = [PALETTE_FILE.as_slice(), b"more"].concat();
    let error = Vgg19::from_safetensors(&bytes).expect_err("the file is too long");
    assert!(matches!(error, WeightsError::NotSafetensors(_)), "{error}");
}

#[test]
fn truncated_file_names_the_tensor() {
    let bytes = &PALETTE_FILE[..PALETTE_FILE.len() - 1];
    let error = Vgg19::from_safetensors(bytes).expect_err("the file is cut short");
    // The serializer puts U8 last, and orders by name.
    assert!(
        error.to_string().contains("block5_conv2.weight.indices"),
        "{error}"
    );
    assert!(matches!(error, WeightsError::Truncated { .. }));
}

#[test]
fn names_of_another_network_are_an_error() {
    let tensors = HashMap::from([("layer1.0.conv1.weight", f32s(&[1], [1.0]))]);
    let tensors = tensors
        .into_iter()
        .map(|(name, tensor)| (name.to_owned(), tensor))
        .collect();
    let error = Vgg19::from_safetensors(&file(&tensors)).expect_err("this is no VGG19");
    assert!(matches!(error, WeightsError::NoVgg19), "{error}");
}

#[test]
fn missing_tensors_are_named_as_in_the_file() {
    for (tensor, named) in [
        ("block3_conv4.weight.indices", "block3_conv4.weight"),
        ("block2_conv1.weight.palette", "block2_conv1.weight.palette"),
        ("block5_conv2.bias", "block5_conv2.bias"),
    ] {
        match error_after(|tensors| drop(tensors.remove(tensor))) {
            WeightsError::Missing { tensor } => assert_eq!(tensor, named),
            error => panic!("{error}"),
        }
    }
}

#[test]
fn missing_torchvision_layer_is_named_as_torchvision_does() {
    let tensors = BTreeMap::from([(
        "features.0.bias".to_owned(),
        f32s(&[64], std::iter::repeat_n(0.0, 64)),
    )]);
    match Vgg19::from_safetensors(&file(&tensors)) {
        Err(WeightsError::Missing { tensor }) => assert_eq!(tensor, "features.0.weight"),
        result => panic!("{result:?}"),
    }
}

#[test]
fn wrong_shapes_are_named() {
    for tensor in [
        "block1_conv2.bias",
        "block1_conv2.weight.indices",
        "block1_conv2.weight.palette",
    ] {
        let error = error_after(|tensors| {
            let tensor = tensors.get_mut(tensor).expect("it is there");
            tensor.shape.insert(0, 1);
        });
        assert!(error.to_string().contains(tensor), "{error}");
        assert!(matches!(error, WeightsError::Shape { .. }), "{error}");
    }
}

#[test]
fn wrong_types_are_named() {
    for (tensor, dtype, found) in [
        ("block1_conv1.bias", Dtype::I32, "I32"),
        ("block1_conv1.weight.palette", Dtype::U32, "U32"),
        ("block1_conv1.weight.indices", Dtype::I8, "I8"),
    ] {
        let error = error_after(|tensors| {
            tensors.get_mut(tensor).expect("it is there").dtype = dtype;
        });
        assert!(error.to_string().contains(tensor), "{error}");
        assert!(error.to_string().contains(found), "{error}");
        assert!(matches!(error, WeightsError::Type { .. }), "{error}");
    }
}

#[test]
fn unknown_type_is_named() {
    let header = r#"{"block1_conv1.bias":{"dtype":"Q4_K","shape":[2],"data_offsets":[0,8]}}"#;
    let length = (header.len() as u64).to_le_bytes();
    let bytes = [&length[..], header.as_bytes(), &[0; 8]].concat();
    match Vgg19::from_safetensors(&bytes) {
        Err(WeightsError::Type { tensor, found, .. }) => {
            assert_eq!(
                (tensor.as_str(), found.as_str()),
                ("block1_conv1.bias", "Q4_K")
            );
        }
        result => panic!("{result:?}"),
    }
}

#[test]
fn numbers_that_are_not_finite_are_named() {
    for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let error = error_after(|tensors| {
            let bias = tensors.get_mut("block4_conv2.bias").expect("it is there");
            bias.data[12..16].copy_from_slice(&value.to_le_bytes());
        });
        match error {
            WeightsError::NotFinite { tensor, position } => {
                assert_eq!((tensor.as_str(), position), ("block4_conv2.bias", 3));
            }
            error => panic!("{error}"),
        }
    }
}

#[test]
fn weights_that_overflow_when_scaled_are_not_finite() {
    let error = error_after(|tensors| {
        let palette = f32s(&[256], std::iter::repeat_n(f32::MAX, 256));
        tensors.insert("block1_conv1.weight.palette".into(), palette);
    });
    assert!(matches!(error, WeightsError::NotFinite { .. }), "{error}");
}

#[test]
fn indices_beyond_the_palette_are_named() {
    let error = error_after(|tensors| {
        let palette = f32s(&[10], (0..10).map(entry));
        tensors.insert("block2_conv2.weight.palette".into(), palette);
    });
    match error {
        WeightsError::PaletteIndex {
            tensor,
            index,
            length: 10,
        } => {
            assert_eq!(tensor, "block2_conv2.weight.indices");
            assert!(index >= 10);
        }
        error => panic!("{error}"),
    }
}

/// A file of a few tensors, so that thousands of damaged copies can be tried.
fn small_file() -> Vec<u8> {
    let wanted = ["block1_conv1", "block1_conv2.bias"];
    let small = PALETTE
        .iter()
        .filter(|(name, _)| wanted.iter().any(|wanted| name.starts_with(wanted)))
        .map(|(name, tensor)| (name.clone(), tensor.clone()))
        .collect();
    file(&small)
}

static SMALL_FILE: LazyLock<Vec<u8>> = LazyLock::new(small_file);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..512)) {
        prop_assert!(Vgg19::from_safetensors(&bytes).is_err());
    }

    #[test]
    fn random_headers_never_panic(header in r#"\{("[a-z_.0-9]{0,20}":(\{("(dtype|shape|data_offsets)":("F32"|\[[0-9,]{0,30}\]|null),?){0,3}\}|[0-9]{1,20}),?){0,4}\}"#) {
        let length = (header.len() as u64).to_le_bytes();
        let bytes = [&length[..], header.as_bytes()].concat();
        prop_assert!(Vgg19::from_safetensors(&bytes).is_err());
    }

    #[test]
    fn truncated_files_are_errors(end in any::<prop::sample::Index>()) {
        let bytes = &SMALL_FILE[..end.index(SMALL_FILE.len())];
        prop_assert!(Vgg19::from_safetensors(bytes).is_err());
    }

    #[test]
    fn damaged_bytes_never_panic(
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)
    ) {
        let mut bytes = SMALL_FILE.clone();
        for (position, byte) in flips {
            let position = position.index(bytes.len());
            bytes[position] = byte;
        }
        prop_assert!(Vgg19::from_safetensors(&bytes).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn damage_to_a_whole_file_never_panics(
        position in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        end in any::<prop::sample::Index>(),
    ) {
        let mut bytes = PALETTE_FILE.clone();
        let position = position.index(bytes.len());
        bytes[position] = byte;
        let _ = Vgg19::from_safetensors(&bytes);
        prop_assert!(Vgg19::from_safetensors(&bytes[..end.index(bytes.len())]).is_err());
    }
}
