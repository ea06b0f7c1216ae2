//! What is made of the description of the documents: schemas and the reference page.

use super::golden;
use watchbell_rules::pack::{Which, json_schema, reference_page};

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
            assert!(schema.pointer(&format!("/{reference}")).is_some_and(serde_json::Value::is_object), "{reference}");
        }
    }
}

#[test]
fn the_reference_page_is_up_to_date() {
    golden::check("../../../../../docs/reference", "pack-format.md", &reference_page());
}
