//! The guide says what the kinds say, and what it shows can be pasted.

use crate::fake::Fake;
use crate::world::sources;
use std::sync::Arc;
use watchbell_io::{Intake, KINDS, NoPositions, Positions, assemble, promises};

const GUIDE: &str = include_str!("../../../../docs/guide/sources.md");

#[test]
fn the_table_of_promises_is_the_kinds_own() {
    assert!(GUIDE.contains(&promises()), "docs/guide/sources.md must have this table:\n{}", promises());
}

#[test]
fn every_kind_is_shown_with_its_example() {
    let intake: Arc<dyn Intake> = Fake::new();
    let positions: Arc<dyn Positions> = Arc::new(NoPositions);
    for kind in KINDS {
        assert!(GUIDE.contains(&format!("\n## {}", kind.title.split(" over UDP").next().unwrap())), "{}: no section `{}`", kind.id, kind.title);
        assert!(GUIDE.contains(&format!("```yaml\n{}```", kind.example)), "{}: its example is not in the guide", kind.id);
        // What an example names is not on this machine; that it is written right shows before that is looked for.
        let Err(problems) = assemble(&sources(kind.example), &intake, &positions) else { continue };
        let missing = |code: &str| ["source/token", "source/tls", "source/listen"].contains(&code);
        assert!(problems.iter().all(|problem| missing(problem.code)), "{}: {problems:?}", kind.id);
    }
}

#[test]
fn every_kind_has_a_schema() {
    for kind in KINDS {
        let schema = (kind.schema)();
        let properties = schema.get("properties").and_then(|properties| properties.as_object()).unwrap();
        assert!(properties.contains_key("limits") && schema.get("additionalProperties") == Some(&false.into()), "{}: {schema:?}", kind.id);
    }
}
