//! The floors of `src/`: every folder names only lower ones, no files name each other in a circle, and what belongs to one
//! folder stays there.
//!
//! It reads the sources' tokens, not `use` lines alone: a path may stand in the middle of the code. Comments, texts and
//! `#[cfg(test)]` modules are left out.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// From the lowest floor to the highest. Folders of one floor do not name each other.
const FLOORS: [&[&str]; 9] = [
    &["maps"],
    &["vgg19", "gpu"],
    &["pictures", "settings"],
    &["kernels", "files"],
    &["network"],
    &["losses"],
    &["painting"],
    &["measure"],
    &["web", "command"],
];

/// What only one folder may name.
const BELONGINGS: [(&str, &[&str]); 4] = [
    ("web", &["wasm_bindgen", "js_sys", "web_sys"]),
    (
        "gpu",
        &[
            "create_buffer",
            "create_buffer_init",
            "create_compute_pipeline",
            "create_query_set",
        ],
    ),
    ("pictures", &["moxcms", "zune_jpeg"]),
    (
        "command",
        &[
            "clap",
            "ctrlc",
            "etcetera",
            "indicatif",
            "signal_hook",
            "tempfile",
        ],
    ),
];

/// The path of a module from the crate's root: `["gpu", "kernel"]`. A folder's `mod.rs` is the folder.
type Module = Vec<String>;

/// The words and signs of a source file.
struct Source {
    module: Module,
    words: Vec<String>,
}

impl Source {
    fn new(module: &[&str], text: &str) -> Self {
        let mut words = Vec::new();
        collect(text.parse().unwrap(), &mut words);
        Self {
            module: module.iter().copied().map(String::from).collect(),
            words,
        }
    }

    fn folder(&self) -> &str {
        &self.module[0]
    }

    /// Modules that it declares.
    fn children(&self) -> BTreeSet<&str> {
        let threes = self.words.windows(3);
        let declared = threes.filter(|three| three[0] == "mod" && three[2] == ";");
        declared.map(|three| three[1].as_str()).collect()
    }

    /// Every path that it names within the crate, from the root.
    fn paths(&self) -> Vec<Module> {
        let children = self.children();
        let word = |place: usize| self.words.get(place).map_or("", String::as_str);
        let mut paths = Vec::new();
        // The module at hand, which may stand in the file itself, and for each brace whether it opened one.
        let mut here = self.module.clone();
        let mut braces = Vec::new();
        for (place, found) in self.words.iter().enumerate() {
            match found.as_str() {
                "{" => {
                    let opens = place >= 2 && word(place - 2) == "mod";
                    if opens {
                        here.push(word(place - 1).into());
                    }
                    braces.push(opens);
                }
                "}" if braces.pop() == Some(true) => {
                    here.pop();
                }
                _ => {}
            }
            let begins = place < 2 || (word(place - 2), word(place - 1)) != (":", ":");
            if !begins || (word(place + 1), word(place + 2)) != (":", ":") {
                continue;
            }
            let base = match found.as_str() {
                "crate" => Module::new(),
                "impasto" if self.folder() == "command" => Module::new(),
                "self" => here.clone(),
                "super" => here[..here.len() - 1].to_vec(),
                child if children.contains(child) => [&self.module[..], &[child.into()]].concat(),
                _ => continue,
            };
            self.expand(&base, &mut (place + 1), &mut paths);
        }
        paths
    }

    /// Follows a path, or a tree of them in braces, from the word at `place`, where `::` stands or nothing more of it.
    fn expand(&self, base: &[String], place: &mut usize, paths: &mut Vec<Module>) {
        let word = |place: usize| self.words.get(place).map_or("", String::as_str);
        if (word(*place), word(*place + 1)) != (":", ":") {
            paths.push(base.to_vec());
            return;
        }
        *place += 2;
        if word(*place) != "{" {
            let next = match word(*place) {
                "super" => base[..base.len() - 1].to_vec(),
                "self" => base.to_vec(),
                name => [base, &[name.into()]].concat(),
            };
            *place += 1;
            self.expand(&next, place, paths);
            return;
        }
        *place += 1;
        while word(*place) != "}" {
            let name = word(*place);
            let next = match name {
                "self" => base.to_vec(),
                name => [base, &[name.into()]].concat(),
            };
            *place += 1;
            self.expand(&next, place, paths);
            while !matches!(word(*place), "," | "}") {
                *place += 1;
            }
            if word(*place) == "," {
                *place += 1;
            }
        }
        *place += 1;
    }
}

/// Idents and signs, without texts and without modules for tests.
fn collect(stream: TokenStream, words: &mut Vec<String>) {
    let mut tokens = stream.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(ident) => words.push(ident.to_string()),
            TokenTree::Literal(_) => {}
            TokenTree::Punct(sign) if sign.as_char() == '#' && is_for_tests(tokens.peek()) => {
                // All to the end of the item.
                for token in tokens.by_ref() {
                    match token {
                        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => break,
                        TokenTree::Punct(sign) if sign.as_char() == ';' => break,
                        _ => {}
                    }
                }
            }
            TokenTree::Punct(sign) => words.push(sign.to_string()),
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Parenthesis | Delimiter::None => ("(", ")"),
                };
                words.push(open.into());
                collect(group.stream(), words);
                words.push(close.into());
            }
        }
    }
}

fn is_for_tests(token: Option<&TokenTree>) -> bool {
    let text = token.map(ToString::to_string).unwrap_or_default();
    text.replace(' ', "") == "[cfg(test)]"
}

/// The floor of a folder; none if it has not been given one.
fn floor(folder: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&folder))
}

/// What is wrong with the sources, in words.
fn complaints(sources: &[Source]) -> Vec<String> {
    let mut complaints = Vec::new();
    let known: BTreeSet<&Module> = sources.iter().map(|source| &source.module).collect();
    let mut named: BTreeMap<&Module, BTreeSet<&Module>> = BTreeMap::new();
    for source in sources {
        let name = source.module.join("/");
        if floor(source.folder()).is_none() {
            complaints.push(format!("{name} has no floor"));
        }
        for path in source.paths() {
            let lengths = (1..=path.len()).rev();
            let mut modules = lengths.filter_map(|length| known.get(&path[..length].to_vec()));
            let Some(&module) = modules.next() else {
                complaints.push(format!(
                    "{name} names {}, which is no module",
                    path.join("/")
                ));
                continue;
            };
            let (from, to) = (source.folder(), module[0].as_str());
            if from != to && floor(from) <= floor(to) {
                complaints.push(format!("{name} names {to}, which is not below it"));
            }
            if *module != source.module {
                named.entry(&source.module).or_default().insert(module);
            }
        }
        for (folder, words) in BELONGINGS {
            for word in words {
                if source.folder() != folder && source.words.iter().any(|found| found == word) {
                    complaints.push(format!("{name} names {word}, which belongs to {folder}"));
                }
            }
        }
    }
    complaints.extend(circle(named));
    complaints
}

/// The files that are in circles: what is left when those that name no other, or that no other names, have gone, again and
/// again.
fn circle(mut named: BTreeMap<&Module, BTreeSet<&Module>>) -> Option<String> {
    loop {
        let before = named.len();
        let left: BTreeSet<&Module> = named.keys().copied().collect();
        let wanted: BTreeSet<&Module> = named.values().flatten().copied().collect();
        named.retain(|file, names| {
            wanted.contains(file) && names.iter().any(|name| left.contains(name))
        });
        if named.len() == before {
            break;
        }
    }
    let files: Vec<_> = named.keys().map(|module| module.join("/")).collect();
    (!files.is_empty()).then(|| format!("in a circle: {}", files.join(", ")))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// Every file in a folder of `src/`, which is all but the crate's roots.
fn all_sources() -> Vec<(PathBuf, Source)> {
    let root = folder("src");
    let mut sources = Vec::new();
    for path in files(&root) {
        let place = path.strip_prefix(&root).unwrap().with_extension("");
        let mut module: Vec<_> = place.iter().map(|part| part.to_str().unwrap()).collect();
        if matches!(module[..], ["lib" | "main"]) {
            continue;
        }
        module.pop_if(|last| *last == "mod");
        let source = Source::new(&module, &fs::read_to_string(&path).unwrap());
        sources.push((path, source));
    }
    sources
}

#[test]
fn every_folder_names_only_lower_ones() {
    let sources: Vec<_> = all_sources()
        .into_iter()
        .map(|(_, source)| source)
        .collect();
    assert!(sources.len() >= 80, "only {} files read", sources.len());
    let arrows: usize = sources.iter().map(|source| source.paths().len()).sum();
    assert!(arrows >= 500, "only {arrows} paths found");
    assert_eq!(complaints(&sources), Vec::<String>::new());
}

/// The shader of a module lies in `shaders/` where the module lies in `kernels/`, or has its folder's name.
#[test]
fn every_shader_has_the_module_of_its_name() {
    let mut included = BTreeSet::new();
    for (path, source) in all_sources() {
        let text = fs::read_to_string(&path).unwrap();
        for part in text.split("include_str!(\"").skip(1) {
            let (name, _) = part.split_once('"').unwrap();
            let file = path.parent().unwrap().join(name).canonicalize().unwrap();
            let shader = file.strip_prefix(folder("shaders").canonicalize().unwrap());
            let shader = shader.unwrap().with_extension("");
            let mut names = shader.iter().map(|part| part.to_str().unwrap());
            let matching =
                names.any(|name| name == "common" || source.module.iter().any(|part| part == name));
            assert!(
                matching,
                "{} is not of {}",
                shader.display(),
                path.display()
            );
            included.insert(file);
        }
    }
    let shaders = files(&folder("shaders").canonicalize().unwrap());
    assert!(shaders.len() >= 30, "only {} shaders found", shaders.len());
    for shader in shaders {
        assert!(
            included.contains(&shader),
            "{} has no module",
            shader.display()
        );
    }
}

/// Each of the rules, broken.
#[test]
fn a_broken_rule_is_told() {
    let found = |texts: &[(&[&str], &str)]| {
        let sources: Vec<_> = texts
            .iter()
            .map(|(module, text)| Source::new(module, text))
            .collect();
        complaints(&sources).join("\n")
    };
    let gpu: (&[&str], &str) = (&["gpu"], "mod error; pub use error::GpuError;");
    let error: (&[&str], &str) = (&["gpu", "error"], "pub struct GpuError;");
    let maps: (&[&str], &str) = (&["maps"], "");
    assert_eq!(found(&[gpu, error, maps]), "");

    let up = found(&[
        gpu,
        error,
        (&["maps"], "use std::fmt; fn a() -> crate::gpu::GpuError {}"),
    ]);
    assert_eq!(up, "maps names gpu, which is not below it");
    let beside = found(&[
        gpu,
        error,
        (&["vgg19"], "use crate::{gpu::{self, GpuError as E}};"),
    ]);
    assert!(beside.contains("vgg19 names gpu"), "{beside}");
    let same = found(&[gpu, (&["gpu", "error"], "use crate::gpu::Gpu;")]);
    assert_eq!(same, "in a circle: gpu, gpu/error");
    let siblings = [
        (&["maps", "a"][..], "use super::b::B;"),
        (&["maps", "b"][..], "fn c(a: super::super::maps::a::A) {}"),
    ];
    assert_eq!(found(&siblings), "in a circle: maps/a, maps/b");
    let tests = "#[cfg(test)] mod tests { use crate::gpu::Gpu; } // crate::gpu";
    assert_eq!(found(&[gpu, error, (&["maps"], tests)]), "");
    assert_eq!(found(&[(&["extra"], "")]), "extra has no floor");
    assert!(found(&[gpu, error, (&["command"], "use impasto::lost::A;")]).contains("no module"));
    assert!(found(&[(&["web"], ""), (&["command"], "use impasto::web::E;")]).contains("not below"));
    let browser = found(&[(&["losses"], "fn a() { web_sys::window(); }")]);
    assert_eq!(browser, "losses names web_sys, which belongs to web");
    let buffer = found(&[(&["kernels"], "fn a(g: G) { g.device().create_buffer(); }")]);
    assert_eq!(buffer, "kernels names create_buffer, which belongs to gpu");
    assert!(found(&[(&["settings"], "#[derive(clap::ValueEnum)] enum A {}")]).contains("clap"));
}
