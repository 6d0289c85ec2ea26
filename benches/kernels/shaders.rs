//! How a kernel is called: after its file below `shaders/`, its entry point, and its constants.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use impasto::gpu::Kernel;

/// The text of every file in `shaders/`, by its path there without the ending.
#[derive(Debug, Default)]
pub struct Shaders(BTreeMap<String, String>);

impl Shaders {
    /// Reads them from the project's folder.
    ///
    /// # Errors
    /// The file or folder that could not be read, and why.
    pub fn read(project: &Path) -> Result<Self, (PathBuf, io::Error)> {
        let root = project.join("shaders");
        let mut found = BTreeMap::new();
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            let unreadable = |error| (folder.clone(), error);
            for entry in fs::read_dir(&folder).map_err(unreadable)? {
                let path = entry.map_err(unreadable)?.path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let text = fs::read_to_string(&path).map_err(|error| (path.clone(), error))?;
                let name = path.strip_prefix(&root).unwrap_or(&path);
                found.insert(name.with_extension("").display().to_string(), text);
            }
        }
        Ok(Self(found))
    }

    /// The file without its ending, the entry point, and the constants with their values.
    pub fn name(&self, kernel: &Kernel) -> String {
        let ends = |(_, text): &(&String, &String)| kernel.source().ends_with(text.as_str());
        let file = self.0.iter().find(ends);
        let mut name = file.map_or("unnamed", |(name, _)| name).to_owned();
        name.push(' ');
        name.push_str(kernel.entry());
        for &(constant, value) in kernel.constants() {
            // They are f32 in the shader.
            name.push_str(&format!(", {constant} {}", value as f32));
        }
        name
    }
}
