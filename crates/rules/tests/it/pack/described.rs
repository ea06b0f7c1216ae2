//! What is made of the description of the documents: schemas and the reference page.

use super::golden;
use serde_json::{Value, json};
use watchbell_rules::pack::{AboutPack, Alert, LadderFile, Sample, StoryRecipe, Which, json_schema, reference_page};

#[test]
fn schemas_are_pinned() {
    for which in Which::ALL {
        golden::check("schemas", &format!("{}.json", which.word()), &format!("{:#}\n", json_schema(which)));
    }
}

#[test]
fn every_reference_in_a_schema_leads_somewhere() {
    for which in Which::ALL {
        let schema = json_schema(which);
        let text = schema.to_string();
        for reference in text.split("\"#/").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(schema.pointer(&format!("/{reference}")).is_some_and(Value::is_object), "{reference}");
        }
    }
}

/// What is described is what is read: no key of a document is checked and then forgotten.
#[test]
fn every_described_key_has_its_field() {
    let mut problems = Vec::new();
    let alert = Alert::parse("a", include_str!("documents/alert-right.yaml"), &mut problems).unwrap();
    let sample = Sample::parse("case", "s", include_str!("documents/sample-right.yaml"), &mut problems).unwrap();
    let pack =
        AboutPack::parse("p", "format: 1\nid: a\nname: a\nversion: 1.0.0\nchanges: [{version: 1.0.0, date: 2026-01-01, text: x}]\n", &mut problems).unwrap();
    let story = StoryRecipe::parse("s", include_str!("documents/story-right.yaml"), &mut problems).unwrap();
    let ladder = LadderFile::parse("l", include_str!("documents/ladder-right.yaml"), &mut problems).unwrap();
    assert!(problems.is_empty(), "{}", golden::render(&problems));
    let (alert, sample, pack, story, ladder) = (json!(alert), json!(sample), json!(pack), json!(story), json!(ladder));
    for (which, at, read) in [
        (Which::Alert, "", &alert),
        (Which::Alert, "/$defs/need", &alert["needs"][0]),
        (Which::Alert, "/$defs/evidence", &alert["needs"][0]["any_of"][0]),
        (Which::Alert, "/$defs/exception", &alert["exceptions"][0]),
        (Which::Alert, "/$defs/outcome", &alert["outcome"]),
        (Which::Alert, "/$defs/fold", &alert["fold"]),
        (Which::Sample, "", &sample),
        (Which::Sample, "/$defs/expected", &sample["expect"][0]),
        (Which::Story, "", &story),
        (Which::Story, "/$defs/fact", &story["facts"][0]),
        (Which::Ladder, "", &ladder),
        (Which::Ladder, "/$defs/step", &ladder["steps"]["look"]),
        (Which::Pack, "", &pack),
        (Which::Pack, "/$defs/change", &pack["changes"][0]),
    ] {
        let schema = json_schema(which);
        let described = schema.pointer(&format!("{at}/properties")).and_then(Value::as_object).unwrap();
        let forgotten: Vec<&String> = described.keys().filter(|key| *key != "format" && read.get(key).is_none()).collect();
        assert!(forgotten.is_empty(), "{which:?}{at}: {forgotten:?}");
        let undescribed: Vec<&String> = read.as_object().unwrap().keys().filter(|key| *key != "case" && !described.contains_key(*key)).collect();
        assert!(undescribed.is_empty(), "{which:?}{at}: {undescribed:?}");
    }
}

#[test]
fn the_reference_page_is_up_to_date() {
    golden::check("../../../../../docs/reference", "pack-format.md", &reference_page());
}
