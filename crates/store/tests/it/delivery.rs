//! Delivery methods and sending policies.

use crate::world::{NOW, World, ann, message};
use watchbell_store::{AuditFilter, Error, Follows, Method, MethodState, OutboxFilter, Page, Policy, State};

fn method(id: &str, name: &str) -> Method {
    Method { id: id.to_owned(), kind: "email".to_owned(), name: name.to_owned(), config: "{\"password\":\"s3cret\"}".to_owned(), ..Method::default() }
}

fn policy(id: &str, is_default: bool, methods: &[&str]) -> Policy {
    let methods = methods.iter().map(|id| (*id).to_owned()).collect();
    Policy { id: id.to_owned(), name: id.to_uppercase(), config: "{}".to_owned(), is_default, methods, ..Policy::default() }
}

fn alert(id: &str) -> Vec<String> {
    vec![id.to_owned()]
}

#[test]
fn a_method_is_verified_by_the_code_sent_through_it() {
    let world = World::new();
    let store = &world.store;
    assert_eq!(store.put_method(&method("m", "SOC"), Some(0), &ann(), NOW).expect("made"), 1);
    assert_eq!(store.put_method(&method("n", "soc"), Some(0), &ann(), NOW).expect_err("a name twice").code(), "exists");
    assert!(!store.verify_method("m", "h", &ann(), NOW).expect("asked"), "no code was sent");
    store.set_method_code("m", "h").expect("kept");
    assert!(!store.verify_method("m", "other", &ann(), NOW).expect("asked"));
    assert!(store.verify_method("m", "h", &ann(), NOW).expect("asked"));
    assert!(!store.verify_method("m", "h", &ann(), NOW).expect("asked"), "a code works once");
    assert_eq!(store.method("m").expect("there").state, MethodState::Verified);
    let acts = store.audit(&AuditFilter { kind: Some("method".to_owned()), ..AuditFilter::default() }, &Page::default()).expect("audit").items;
    assert!(!format!("{acts:?}").contains("s3cret"), "secrets are not in the audit");
}

#[test]
fn a_method_in_use_stays_and_one_that_goes_takes_its_messages() {
    let world = World::new();
    let store = &world.store;
    store.put_method(&method("m-1", "SOC"), None, &ann(), NOW).expect("made");
    store.put_policy(&policy("p", true, &["m-1"]), None, &ann(), NOW).expect("made");
    store.send(&message("t", 1, "new"), NOW).expect("sent");
    assert!(matches!(store.remove_method("m-1", None, &ann(), NOW), Err(Error::InUse { by, .. }) if by == "P"));
    assert_eq!(store.put_policy(&policy("p", true, &["none"]), None, &ann(), NOW).expect_err("unknown").code(), "not_found");
    store.put_policy(&policy("p", true, &[]), Some(1), &ann(), NOW).expect("edited");
    store.remove_method("m-1", Some(1), &ann(), NOW).expect("removed");
    let waiting = store.outbox(&OutboxFilter { state: Some(State::Dropped), ..OutboxFilter::default() }, &Page::default()).expect("a list").items;
    assert_eq!(waiting.len(), 1);
}

#[test]
fn one_policy_is_always_the_default() {
    let world = World::new();
    let store = &world.store;
    store.put_policy(&policy("a", false, &[]), None, &ann(), NOW).expect("made");
    assert!(store.policy("a").expect("there").is_default, "the first is");
    store.put_policy(&policy("b", true, &[]), None, &ann(), NOW).expect("made");
    let defaults = || -> String { store.policies(&Page::default()).expect("a list").items.into_iter().filter(|p| p.is_default).map(|p| p.id).collect() };
    assert_eq!(defaults(), "b");
    assert_eq!(store.put_policy(&policy("b", false, &[]), None, &ann(), NOW).expect_err("none left").code(), "refused");
    assert_eq!(store.remove_policy("b", None, &ann(), NOW).expect_err("none left").code(), "refused");
    store.remove_policy("a", Some(2), &ann(), NOW).expect("removed; it was changed when it lost the default");
    assert_eq!(defaults(), "b");
}

#[test]
fn alerts_follow_their_policies_the_default_or_nobody() {
    let world = World::new();
    let store = &world.store;
    store.put_policy(&policy("d", true, &[]), None, &ann(), NOW).expect("made");
    store.put_policy(&policy("x", false, &[]), None, &ann(), NOW).expect("made");
    let told = |id: &str| -> String { store.policies_of(id).expect("asked").into_iter().map(|policy| policy.id).collect() };
    let check = |what: Follows, want: &str| {
        store.follow(&alert("a"), &what, &ann(), NOW).expect("set");
        assert_eq!((store.follows("a").expect("asked"), told("a").as_str()), (what, want));
    };
    assert_eq!(told("a"), "d");
    check(Follows::Nobody, "");
    check(Follows::These(alert("x")), "x");
    check(Follows::Default, "d");
    check(Follows::These(alert("x")), "x");
    assert_eq!(store.follow(&alert("a"), &Follows::These(alert("none")), &ann(), NOW).expect_err("unknown").code(), "not_found");
    store.remove_policy("x", None, &ann(), NOW).expect("removed");
    assert_eq!(told("a"), "d", "nothing is told to nobody by accident");
}
