//! Packs come, change and go; what people set on their alerts stays.

use crate::world::{NOW, World, ann};
use watchbell_store::{AlertFilter, AuditFilter, NewPack, PackAlert, Page};

fn pack(version: &str, alerts: &[&str]) -> NewPack {
    let alert = |id: &&str| PackAlert { id: (*id).to_owned(), name: format!("SecOps{id}"), category: "Windows".to_owned() };
    NewPack {
        id: "mitre".to_owned(),
        name: "Mitre".to_owned(),
        version: version.to_owned(),
        digest: format!("d-{version}"),
        files: version.as_bytes().to_vec(),
        alerts: alerts.iter().map(alert).collect(),
    }
}

fn active(world: &World) -> String {
    let filter = AlertFilter { active: Some(true), absent: true, ..AlertFilter::default() };
    world.store.alerts(&filter, &Page::default()).expect("a list").items.into_iter().map(|alert| alert.id).collect()
}

fn ids(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn alerts_arrive_deactivated_and_keep_what_was_set() {
    let world = World::new();
    let store = &world.store;
    store.install_pack(&pack("1", &["a", "b", "c"]), &ann(), NOW).expect("installed");
    assert_eq!((active(&world).as_str(), store.active_alerts().expect("a count")), ("", 0));
    assert_eq!(store.activate(&ids(&["a", "b"]), true, &ann(), NOW).expect("activated"), ids(&["a", "b"]));
    assert_eq!(store.activate(&ids(&["a", "c"]), true, &ann(), NOW).expect("activated"), ids(&["c"]), "only what changed");
    store.put_overlay("a", "{\"priority\":7}", "d-1", Some(0), &ann(), NOW).expect("edited");

    store.install_pack(&pack("2", &["a", "b", "d"]), &ann(), NOW + 1).expect("updated");
    assert_eq!(active(&world), "ab", "the new one is not active, the one that went neither");
    assert!(!store.alert("c").expect("kept").present);
    assert_eq!(store.activate(&ids(&["b", "c"]), false, &ann(), NOW).expect("off"), ids(&["b"]));
    assert_eq!(store.activate(&ids(&["d", "c"]), true, &ann(), NOW).expect_err("absent").code(), "not_found");
    assert_eq!(active(&world), "a", "all or none");

    store.uninstall_pack("mitre", Some(2), &ann(), NOW + 2).expect("uninstalled");
    assert_eq!(active(&world), "");
    assert_eq!(store.packs(&Page::default()).expect("a list").items, []);
    assert_eq!(store.uninstall_pack("mitre", None, &ann(), NOW).expect_err("gone").code(), "not_found");
    store.install_pack(&pack("1", &["a", "b", "c"]), &ann(), NOW + 3).expect("back");
    assert_eq!(active(&world), "", "deactivated, as it arrived at first");
    assert_eq!(store.overlay("a").expect("asked").expect("edits survive").patch, "{\"priority\":7}");
    let versions = store.pack_versions("mitre").expect("a list");
    assert_eq!(versions.iter().map(|version| version.version.as_str()).collect::<String>(), "21", "every base is kept");
    assert_eq!(store.pack_files("mitre", "d-2").expect("kept"), b"2");
    let acts = store.audit(&AuditFilter { kind: Some("pack".to_owned()), ..AuditFilter::default() }, &Page::default()).expect("audit").items;
    assert_eq!(acts.len(), 4);
}

#[test]
fn overlays_expect_a_revision() {
    let world = World::new();
    let put = |patch: &str, expected: i64| world.store.put_overlay("a", patch, "d", Some(expected), &ann(), NOW);
    assert_eq!(put("{}", 0).expect("new"), 1);
    assert_eq!(put("{}", 0).expect_err("not new").code(), "conflict");
    assert_eq!(put("{\"x\":1}", 1).expect("edited"), 2);
    assert_eq!(put("{", 2).expect_err("no JSON").code(), "invalid");
    assert_eq!(world.store.remove_overlay("a", Some(1), &ann(), NOW).expect_err("too old").code(), "conflict");
    world.store.remove_overlay("a", Some(2), &ann(), NOW).expect("removed");
    assert_eq!(world.store.overlays(&Page::default()).expect("a list").items, []);
}

#[test]
fn alerts_are_filtered_and_paged() {
    let world = World::new();
    let names: Vec<String> = (0..25).map(|n| format!("a{n:02}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    world.store.install_pack(&pack("1", &names), &ann(), NOW).expect("installed");
    let (mut seen, mut page) = (0, Page::first(10));
    loop {
        let listed = world.store.alerts(&AlertFilter { name: Some("SECOPS".to_owned()), ..AlertFilter::default() }, &page).expect("a page");
        seen += listed.items.len();
        let Some(next) = listed.next else { break };
        page = Page::after(next, 10);
    }
    assert_eq!(seen, 25);
    let none = AlertFilter { pack: Some("other".to_owned()), ..AlertFilter::default() };
    assert_eq!(world.store.alerts(&none, &Page::default()).expect("a page").items, []);
}
