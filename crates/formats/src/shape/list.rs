//! The data files of shapes, embedded; one line each.

use super::model::Shape;
use std::sync::LazyLock;

/// Every data file, by name. A shape that is only a base for others has `rank: 0`.
pub const EMBEDDED: &[(&str, &str)] = &[
    ("windows", include_str!("../../shapes/windows.yaml")),
    ("event", include_str!("../../shapes/event.yaml")),
    ("winlogbeat", include_str!("../../shapes/winlogbeat.yaml")),
    ("winlogbeat6", include_str!("../../shapes/winlogbeat6.yaml")),
    ("wazuh", include_str!("../../shapes/wazuh.yaml")),
    ("splunk", include_str!("../../shapes/splunk.yaml")),
    ("getwinevent", include_str!("../../shapes/getwinevent.yaml")),
    ("nxlog", include_str!("../../shapes/nxlog.yaml")),
    ("sigma", include_str!("../../shapes/sigma.yaml")),
    ("kubernetes", include_str!("../../shapes/kubernetes.yaml")),
    ("eks", include_str!("../../shapes/eks.yaml")),
    ("aks", include_str!("../../shapes/aks.yaml")),
    ("gcp", include_str!("../../shapes/gcp.yaml")),
    ("azure", include_str!("../../shapes/azure.yaml")),
    ("osquery", include_str!("../../shapes/osquery.yaml")),
    ("macos_unified", include_str!("../../shapes/macos_unified.yaml")),
    ("eslogger", include_str!("../../shapes/eslogger.yaml")),
    ("ecs", include_str!("../../shapes/ecs.yaml")),
    ("generic", include_str!("../../shapes/generic.yaml")),
];

/// The data files as they are.
pub fn embedded() -> impl Iterator<Item = (&'static str, &'static str)> {
    EMBEDDED.iter().copied()
}

/// Shapes that others are based on.
pub fn bases() -> impl Iterator<Item = &'static Shape> {
    files().iter().filter(|shape| shape.rank == 0)
}

/// Every shape of records, the most particular first, with its base filled in.
pub fn all_shapes() -> &'static [Shape] {
    static SHAPES: LazyLock<Vec<Shape>> = LazyLock::new(|| {
        let based = |shape: &Shape| files().iter().find(|base| base.id == shape.base).map_or_else(|| shape.clone(), |base| shape.clone().over(base));
        let mut shapes: Vec<Shape> = files().iter().filter(|shape| shape.rank > 0).map(based).collect();
        shapes.sort_by_key(|shape| shape.rank);
        shapes
    });
    &SHAPES
}

/// The files as they stand. A test proves that they can be read; one that could not would be left out.
fn files() -> &'static [Shape] {
    static FILES: LazyLock<Vec<Shape>> = LazyLock::new(|| embedded().filter_map(|(_, text)| yaml_serde::from_str(text).ok()).collect());
    &FILES
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::Shapes;
    use watchbell_model::FieldTable;

    #[test]
    fn the_paths_that_tell_shapes_apart_fit_the_bits() {
        let shapes = Shapes::new(&FieldTable::default(), all_shapes());
        assert!(shapes.marks <= 128, "{}", shapes.marks);
    }

    #[test]
    fn every_file_can_be_read_and_carries_its_own_name() {
        for (name, text) in embedded() {
            let shape: Result<Shape, _> = yaml_serde::from_str(text);
            assert_eq!(shape.map(|s| s.id).map_err(|e| format!("{name}: {e}")), Ok(name.to_owned()));
        }
    }
}
