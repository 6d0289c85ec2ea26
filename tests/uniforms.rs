//! The uniform that a shader declares and the one that its module in `src/` writes are the same: fields, places and size.
//!
//! Nothing else sees to it: the bytes are handed over untyped, and two numbers that changed places are two numbers still.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod shader_sources;

use std::collections::HashSet;
use std::fmt::{self, Display};
use std::fs;
use std::path::{Path, PathBuf};

use impasto::kernels::format::Format;
use naga::{AddressSpace, Scalar, ScalarKind, TypeInner, VectorSize};
use shader_sources::{files, is_common, module, root};

/// WGSL's struct ends with its last field; the engine fills what it uploads up to whole vectors of sixteen bytes, as every
/// graphics interface takes it.
const UNIFORM_UNIT: u32 = 16;

/// One number, or several in a row, in a struct; what lies in a struct inside has both names.
#[derive(Debug, Clone, PartialEq)]
struct Field {
    name: String,
    offset: u32,
    scalar: &'static str,
    count: u32,
}

impl Display for Field {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            offset,
            scalar,
            count,
        } = self;
        write!(to, "{offset}: {name} {scalar} x {count}")
    }
}

/// A struct as it lies in memory.
#[derive(Debug, Default, Clone)]
struct Layout {
    fields: Vec<Field>,
    size: u32,
    alignment: u32,
}

impl Layout {
    fn names(&self) -> HashSet<&str> {
        self.fields
            .iter()
            .map(|field| field.name.as_str())
            .collect()
    }

    /// So many of what one of has been given, at the next place that it may have.
    fn push(&mut self, name: &str, inner: &Self) {
        let start = self.size.next_multiple_of(inner.alignment);
        self.fields.extend(inner.named(name, start));
        self.size = start + inner.size;
        self.alignment = self.alignment.max(inner.alignment);
    }

    /// The fields as part of a struct in which this one has that name and place.
    fn named<'a>(&'a self, name: &'a str, start: u32) -> impl Iterator<Item = Field> + 'a {
        self.fields.iter().map(move |field| Field {
            name: [name, field.name.as_str()]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join("."),
            offset: start + field.offset,
            ..field.clone()
        })
    }

    fn of_scalars(scalar: &'static str, count: u32) -> Self {
        let field = Field {
            name: String::new(),
            offset: 0,
            scalar,
            count,
        };
        Self {
            fields: vec![field],
            size: 4 * count,
            alignment: 4,
        }
    }
}

/// The layout of a type that a uniform may have in it, as naga has worked it out.
fn shader_layout(module: &naga::Module, ty: naga::Handle<naga::Type>) -> Layout {
    let name = |scalar: Scalar| match (scalar.kind, scalar.width) {
        (ScalarKind::Float, 4) => "f32",
        (ScalarKind::Uint, 4) => "u32",
        (ScalarKind::Sint, 4) => "i32",
        _ => panic!("{scalar:?} in a uniform: teach this test its layout"),
    };
    match &module.types[ty].inner {
        TypeInner::Scalar(scalar) => Layout::of_scalars(name(*scalar), 1),
        TypeInner::Vector { size, scalar } => {
            let count = match size {
                VectorSize::Bi => 2,
                VectorSize::Tri => 3,
                VectorSize::Quad => 4,
            };
            Layout::of_scalars(name(*scalar), count)
        }
        TypeInner::Struct { members, span } => {
            let fields = members.iter().flat_map(|member| {
                let inner = shader_layout(module, member.ty);
                let name = member.name.as_deref().unwrap_or_default();
                inner.named(name, member.offset).collect::<Vec<_>>()
            });
            Layout {
                fields: fields.collect(),
                size: *span,
                alignment: 0,
            }
        }
        other => panic!("{other:?} in a uniform: teach this test its layout"),
    }
}

/// The uniform structs of a shader; a lone number has no fields that could part.
fn shader_uniforms(path: &Path) -> Vec<Layout> {
    let module = module(path, Format::Single);
    let uniforms = module.global_variables.iter();
    uniforms
        .filter(|(_, variable)| variable.space == AddressSpace::Uniform)
        .filter(|(_, variable)| matches!(module.types[variable.ty].inner, TypeInner::Struct { .. }))
        .map(|(_, variable)| shader_layout(&module, variable.ty))
        .collect()
}

/// A file of the engine's.
struct Source {
    path: PathBuf,
    /// The module's name.
    module: String,
    syntax: syn::File,
    shaders: Vec<PathBuf>,
}

impl Source {
    fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap();
        let included = text.split("include_str!(\"").skip(1);
        let shaders = included
            .map(|rest| rest.split('"').next().unwrap())
            .filter(|name| name.ends_with(".wgsl"))
            .map(|name| path.parent().unwrap().join(name).canonicalize().unwrap())
            .filter(|shader| !is_common(shader))
            .collect();
        let named = match path.file_stem().unwrap().to_str().unwrap() {
            "mod" => path.parent().unwrap().file_name().unwrap(),
            _ => path.file_stem().unwrap(),
        };
        Self {
            path: path.to_owned(),
            module: named.to_str().unwrap().to_owned(),
            syntax: syn::parse_file(&text)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display())),
            shaders,
        }
    }

    fn structs(&self) -> impl Iterator<Item = &syn::ItemStruct> {
        self.syntax.items.iter().filter_map(|item| match item {
            syn::Item::Struct(item) => Some(item),
            _ => None,
        })
    }

    /// The structs that it writes for shaders.
    fn uniforms(&self) -> impl Iterator<Item = &syn::ItemStruct> {
        self.structs()
            .filter(|item| item.ident.to_string().ends_with("Uniform"))
    }

    /// Whether one of its `use` lines names that module.
    fn uses(&self, module: &str) -> bool {
        self.syntax.items.iter().any(|item| match item {
            syn::Item::Use(item) => names(&item.tree, module),
            _ => false,
        })
    }
}

fn names(tree: &syn::UseTree, module: &str) -> bool {
    match tree {
        syn::UseTree::Path(path) => path.ident == module || names(&path.tree, module),
        syn::UseTree::Group(group) => group.items.iter().any(|tree| names(tree, module)),
        syn::UseTree::Name(name) => name.ident == module,
        syn::UseTree::Rename(rename) => rename.ident == module,
        syn::UseTree::Glob(_) => false,
    }
}

/// Of `#[repr(...)]`, with nothing else in it.
fn is_repr(item: &syn::ItemStruct, kind: &str) -> bool {
    item.attrs.iter().any(|attribute| {
        attribute.path().is_ident("repr")
            && attribute
                .parse_args::<syn::Ident>()
                .is_ok_and(|found| found == kind)
    })
}

/// All of the engine's files.
struct Engine(Vec<Source>);

impl Engine {
    fn read() -> Self {
        let files = files(&root().join("src"), "rs");
        Self(files.iter().map(|path| Source::read(path)).collect())
    }

    /// A struct whose layout is known, by its name.
    fn layout_of(&self, name: &syn::Ident) -> Layout {
        let all = self.0.iter().flat_map(Source::structs);
        let found: Vec<_> = all
            .filter(|item| item.ident == *name)
            .filter(|item| is_repr(item, "C") || is_repr(item, "transparent"))
            .collect();
        match found.as_slice() {
            [item] => self.layout(item),
            _ => panic!("{} structs with a repr are called {name}", found.len()),
        }
    }

    fn layout(&self, item: &syn::ItemStruct) -> Layout {
        let mut layout = Layout::default();
        for field in &item.fields {
            let name = field.ident.as_ref().map(ToString::to_string);
            layout.push(&name.unwrap_or_default(), &self.layout_of_type(&field.ty));
        }
        layout.size = layout.size.next_multiple_of(layout.alignment);
        layout
    }

    fn layout_of_type(&self, ty: &syn::Type) -> Layout {
        match ty {
            syn::Type::Path(path) => {
                let name = &path.path.segments.last().unwrap().ident;
                match name.to_string().as_str() {
                    "f32" => Layout::of_scalars("f32", 1),
                    "u32" => Layout::of_scalars("u32", 1),
                    "i32" => Layout::of_scalars("i32", 1),
                    _ => self.layout_of(name),
                }
            }
            syn::Type::Array(array) => {
                let syn::Expr::Lit(syn::ExprLit {
                    lit: syn::Lit::Int(length),
                    ..
                }) = &array.len
                else {
                    panic!("an array in a uniform has its length in figures");
                };
                let mut layout = self.layout_of_type(&array.elem);
                let [field] = layout.fields.as_mut_slice() else {
                    panic!("an array of structs in a uniform: teach this test its layout");
                };
                let length: u32 = length.base10_parse().unwrap();
                field.count *= length;
                layout.size *= length;
                layout
            }
            _ => panic!("a uniform has numbers, arrays and structs of them"),
        }
    }

    /// The structs that a file may write for its shaders: its own, and those of the modules that it uses.
    fn candidates<'a>(&'a self, source: &'a Source) -> impl Iterator<Item = &'a syn::ItemStruct> {
        let all = self.0.iter();
        all.filter(|other| other.path == source.path || source.uses(&other.module))
            .flat_map(Source::uniforms)
    }

    /// That of the candidates with the most fields of the shader's, with its layout.
    fn partner<'a>(
        &'a self,
        source: &'a Source,
        shader: &Layout,
    ) -> Option<(&'a syn::ItemStruct, Layout)> {
        let wanted = shader.names();
        self.candidates(source)
            .map(|item| (item, self.layout(item)))
            .max_by_key(|(_, layout)| {
                let shared = layout.names().intersection(&wanted).count() as i64;
                // Of two with all of them, the one with the fewest beside.
                (shared, -(layout.fields.len() as i64))
            })
    }
}

fn is_padding(field: &Field) -> bool {
    field.name.split('.').next_back() == Some("padding")
}

/// What is not the same, if anything.
fn difference(shader: &Layout, rust: &Layout) -> Option<String> {
    let wanted = shader.names();
    let mut written = rust.fields.clone();
    // What only fills up needs no counterpart.
    written.retain(|field| !is_padding(field) || wanted.contains(field.name.as_str()));
    let size = shader.size.next_multiple_of(UNIFORM_UNIT);
    if written == shader.fields && rust.size == size {
        return None;
    }
    let list = |fields: &[Field]| {
        let lines = fields.iter().map(|field| format!("    {field}\n"));
        lines.collect::<String>()
    };
    Some(format!(
        "  the shader reads {size} bytes:\n{}  the module writes {}:\n{}",
        list(&shader.fields),
        rust.size,
        list(&written),
    ))
}

#[test]
fn every_uniform_is_written_as_it_is_read() {
    let engine = Engine::read();
    let mut pairs = 0;
    let mut faults = String::new();
    let mut written = HashSet::new();
    for source in &engine.0 {
        for path in &source.shaders {
            let pair = format!("{} and {}", path.display(), source.path.display());
            for shader in shader_uniforms(path) {
                let Some((item, rust)) = engine.partner(source, &shader) else {
                    panic!("{pair}: no struct whose name ends in Uniform");
                };
                assert!(is_repr(item, "C"), "{pair}: {} is not repr(C)", item.ident);
                if let Some(difference) = difference(&shader, &rust) {
                    faults += &format!("{pair}, {}\n{difference}", item.ident);
                }
                written.insert(std::ptr::from_ref(item));
                pairs += 1;
            }
        }
    }
    assert!(faults.is_empty(), "{faults}");
    // So many there were when this was written: fewer are found where the search has gone blind.
    assert!(pairs >= 25, "only {pairs} uniforms found");
    for source in &engine.0 {
        for item in source.uniforms() {
            let read = written.contains(&std::ptr::from_ref(item));
            let path = source.path.display();
            assert!(read, "{path}: no shader reads {}", item.ident);
        }
    }
}

/// Every shader is looked at: each is some module's.
#[test]
fn every_shader_is_included_by_a_module() {
    let engine = Engine::read();
    let included: HashSet<_> = engine.0.iter().flat_map(|source| &source.shaders).collect();
    for shader in shader_sources::shaders() {
        let shader = shader.canonicalize().unwrap();
        assert!(included.contains(&shader), "{}", shader.display());
    }
}
