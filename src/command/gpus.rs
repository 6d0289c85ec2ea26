//! Which GPU paints.

use super::say::say;
use impasto::gpu::{AdapterInfo, Adapters, Gpu, GpuError};

/// Why none of the GPUs can be chosen.
#[derive(Debug, thiserror::Error)]
pub enum GpuChoiceError {
    /// It cannot be opened.
    #[error(transparent)]
    Gpu(#[from] GpuError),
    /// None has that name.
    #[error("No GPU has '{part}' in its name. There is: {}.", there.join("; "))]
    None { part: String, there: Vec<String> },
    /// Several have it.
    #[error(
        "Several GPUs have '{part}' in their names: {}. Give --gpu more of the name.",
        found.join("; ")
    )]
    Several { part: String, found: Vec<String> },
}

/// Opens the GPU that has `part` in its name, in capitals or not; the fastest where none is asked for.
///
/// # Errors
/// [`GpuChoiceError`].
pub async fn open(part: Option<&str>) -> Result<Gpu, GpuChoiceError> {
    let Some(part) = part else {
        return Ok(Gpu::open().await?);
    };
    let adapters = Adapters::all().await;
    let place = place_of(part, &adapters.infos())?;
    Ok(adapters.open(place).await?)
}

fn place_of(part: &str, there: &[AdapterInfo]) -> Result<usize, GpuChoiceError> {
    if there.is_empty() {
        return Err(GpuError::NoAdapter("there is none".into()).into());
    }
    let names = |infos: &[(usize, &AdapterInfo)]| {
        let names = infos.iter().map(|(_, info)| info.name.clone());
        names.collect::<Vec<_>>()
    };
    let all: Vec<_> = there.iter().enumerate().collect();
    let wanted = part.to_lowercase();
    let mut found = all.clone();
    found.retain(|(_, info)| info.name.to_lowercase().contains(&wanted));
    match found.first() {
        None => Err(GpuChoiceError::None {
            part: part.into(),
            there: names(&all),
        }),
        // Two of a kind, or one through two interfaces, are told apart by nothing: any will do.
        Some((place, first)) if found.iter().all(|(_, info)| info.device == first.device) => {
            Ok(*place)
        }
        Some(_) => Err(GpuChoiceError::Several {
            part: part.into(),
            found: names(&found),
        }),
    }
}

/// Prints the GPUs that there are, one a line.
///
/// # Errors
/// [`GpuError::NoAdapter`] where there is none.
pub async fn list() -> Result<(), GpuError> {
    let infos = Adapters::all().await.infos();
    if infos.is_empty() {
        return Err(GpuError::NoAdapter("there is none".into()));
    }
    for AdapterInfo {
        name, is_software, ..
    } in infos
    {
        let slow = if is_software {
            ": a processor in place of a graphics card, slow"
        } else {
            ""
        };
        println!("{name}{slow}");
    }
    Ok(())
}

/// Tells on which it paints.
pub fn announce(gpu: &Gpu) {
    let name = gpu.adapter_name();
    say(&if gpu.is_software() {
        format!(
            "Painting on {name}. That is a processor in place of a graphics card, so painting will be slow."
        )
    } else {
        format!("Painting on {name}")
    });
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by it")]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_name_is_enough_where_it_is_one_gpus() {
        let info = |device: &str, interface: &str| AdapterInfo {
            name: format!("{device} ({interface})"),
            device: device.into(),
            is_software: false,
        };
        let there = [
            info("Intel Arc A770", "Vulkan"),
            info("NVIDIA RTX 4090", "Vulkan"),
            info("NVIDIA RTX 4090", "Dx12"),
            info("NVIDIA RTX 3060", "Vulkan"),
        ];
        let place = |part| place_of(part, &there);
        assert_eq!(place("arc").unwrap(), 0);
        assert_eq!(place("4090").unwrap(), 1);
        assert_eq!(place("4090 (dx12").unwrap(), 2);
        let several = place("nvidia").unwrap_err().to_string();
        assert!(several.contains("RTX 4090") && several.contains("RTX 3060"));
        let none = place("Radeon").unwrap_err().to_string();
        assert!(none.contains("'Radeon'") && none.contains("Intel Arc A770 (Vulkan)"));
        assert!(matches!(place_of("a", &[]), Err(GpuChoiceError::Gpu(_))));
    }
}
