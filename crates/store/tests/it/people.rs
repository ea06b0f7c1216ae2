//! Users, roles, sessions, tokens and the first setup.

use crate::world::{NOW, World, ann};
use watchbell_store::{Base, Error, Grant, Level, NewToken, NewUser, Page, Result, Role, Session, UserEdit};

fn user(name: &str, role: &str) -> NewUser {
    NewUser { id: format!("u-{name}"), name: name.to_owned(), password_hash: Some("$argon2id$x".to_owned()), role: role.to_owned(), ..NewUser::default() }
}

fn add(world: &World, name: &str, role: &str) -> String {
    world.store.add_user(&user(name, role), &ann(), NOW).expect("added").id
}

fn refused<T: std::fmt::Debug>(result: Result<T>, code: &str) {
    assert_eq!(result.expect_err(code).code(), code);
}

#[test]
fn setup_works_once_and_only_at_first() {
    let world = World::new();
    let store = &world.store;
    assert!(store.needs_setup().expect("asked"));
    assert!(store.offer_setup("one", NOW + 10).expect("offered"));
    assert!(store.offer_setup("two", NOW + 10).expect("offered"));
    refused(store.use_setup("one", &user("eve", "viewer"), NOW), "refused");
    refused(store.use_setup("two", &user("eve", "viewer"), NOW + 10), "refused");
    assert_eq!(store.use_setup("two", &user("ann", "viewer"), NOW).expect("set up").role, "admin");
    refused(store.use_setup("two", &user("eve", "viewer"), NOW), "refused");
    assert!(!store.offer_setup("three", NOW + 10).expect("asked"));
    assert!(!store.needs_setup().expect("asked"));
}

#[test]
fn an_admin_always_stays() {
    let world = World::new();
    let store = &world.store;
    let (first, second) = (add(&world, "first", "admin"), add(&world, "second", "admin"));
    let edit = |role: Option<&str>, disabled: Option<bool>| UserEdit { role: role.map(str::to_owned), disabled, ..UserEdit::default() };
    store.edit_user(&first, &edit(None, Some(true)), None, &ann(), NOW).expect("one of two");
    refused(store.edit_user(&second, &edit(None, Some(true)), None, &ann(), NOW), "refused");
    refused(store.edit_user(&second, &edit(Some("analyst"), None), None, &ann(), NOW), "refused");
    refused(store.remove_user(&second, None, &ann(), NOW), "refused");
    assert!(!store.user(&second).expect("there").disabled, "undone whole");
    store.edit_user(&first, &edit(None, Some(false)), None, &ann(), NOW).expect("back");
    store.remove_user(&second, None, &ann(), NOW).expect("one of two");
}

#[test]
fn names_are_unique_whatever_the_case() {
    let world = World::new();
    add(&world, "Ann", "viewer");
    let double = NewUser { id: "u-2".to_owned(), ..user("aNN", "viewer") };
    refused(world.store.add_user(&double, &ann(), NOW), "exists");
    refused(world.store.add_user(&user("bea", "no such role"), &ann(), NOW), "not_found");
    refused(world.store.add_user(&user(" ", "viewer"), &ann(), NOW), "invalid");
    let (found, hash) = world.store.user_by_name("ANN").expect("asked").expect("found");
    assert_eq!((found.id.as_str(), found.has_password, hash.as_deref()), ("u-Ann", true, Some("$argon2id$x")));
    let rename = UserEdit { display: Some("Ann A.".to_owned()), ..UserEdit::default() };
    refused(world.store.edit_user("u-Ann", &rename, Some(9), &ann(), NOW), "conflict");
    assert_eq!(world.store.edit_user("u-Ann", &rename, Some(1), &ann(), NOW).expect("edited").display, "Ann A.");
}

#[test]
fn wrong_passwords_are_counted() {
    let world = World::new();
    let id = add(&world, "ann", "viewer");
    world.store.login_tried(&id, false, None, &ann(), NOW).expect("noted");
    world.store.login_tried(&id, false, Some(NOW + 60), &ann(), NOW).expect("noted");
    let user = world.store.user(&id).expect("there");
    assert_eq!((user.failures, user.locked_until), (2, Some(NOW + 60)));
    world.store.login_tried(&id, true, None, &ann(), NOW + 1).expect("noted");
    let user = world.store.user(&id).expect("there");
    assert_eq!((user.failures, user.locked_until, user.last_login), (0, None, Some(NOW + 1)));
}

#[test]
fn sessions_end_in_time_and_with_what_they_rest_on() {
    let world = World::new();
    let store = &world.store;
    add(&world, "root", "admin");
    let id = add(&world, "ann", "viewer");
    let begin = |hash: &str| {
        let session = Session { hash: hash.to_owned(), user: id.clone(), created: NOW, expires: NOW + 1_000, ..Session::default() };
        store.begin_session(&session).expect("begun");
    };
    let there = |hash: &str, now: i64| store.session(hash, now).expect("asked").is_some();
    begin("one");
    assert!(there("one", NOW + 999) && !there("one", NOW + 1_000) && !there("other", NOW));
    assert!(store.end_session("one").expect("ended") && !there("one", NOW));
    begin("one");
    begin("two");
    store.set_password(&id, Some("$new"), Some("two"), &ann(), NOW).expect("set");
    assert!(!there("one", NOW) && there("two", NOW), "a new password ends the others");
    store.edit_user(&id, &UserEdit { role: Some("analyst".to_owned()), ..UserEdit::default() }, None, &ann(), NOW).expect("edited");
    assert!(!there("two", NOW), "and a new role all");
    begin("three");
    store.edit_user(&id, &UserEdit { disabled: Some(true), ..UserEdit::default() }, None, &ann(), NOW).expect("edited");
    assert!(!there("three", NOW));
    store.edit_user(&id, &UserEdit { disabled: Some(false), ..UserEdit::default() }, None, &ann(), NOW).expect("edited");
    for n in 0..60 {
        begin(&format!("s{n:02}"));
    }
    assert_eq!(store.sessions(&id, NOW).expect("a list").len(), 50, "of one user");
    store.remove_user(&id, None, &ann(), NOW).expect("removed");
    assert!(!there("s00", NOW) && !there("s59", NOW));
}

#[test]
fn tokens_end_in_time_by_hand_and_with_their_owner() {
    let world = World::new();
    let store = &world.store;
    let owner = add(&world, "ann", "viewer");
    add(&world, "root", "admin");
    let token = |id: &str, owner: Option<&String>, expires: Option<i64>| NewToken {
        id: id.to_owned(),
        hash: format!("h-{id}"),
        name: "shipper".to_owned(),
        owner: owner.cloned(),
        role: "ingest-only".to_owned(),
        scopes: vec!["ingest:web".to_owned(), "ingest:db".to_owned()],
        expires,
    };
    let works = |id: &str, now: i64| store.token_by_hash(&format!("h-{id}"), now).expect("asked").is_some();
    store.add_token(&token("a", None, Some(NOW + 10)), &ann(), NOW).expect("added");
    store.add_token(&token("b", Some(&owner), None), &ann(), NOW).expect("added");
    refused(store.add_token(&token("b", None, None), &ann(), NOW), "exists");
    refused(store.add_token(&NewToken { scopes: vec!["a b".to_owned()], ..token("c", None, None) }, &ann(), NOW), "invalid");
    assert!(works("a", NOW + 9) && !works("a", NOW + 10) && works("b", i64::MAX) && !works("nobody", NOW));
    assert_eq!(store.token("a").expect("there").used, Some(NOW + 9));
    assert_eq!(store.token("a").expect("there").scopes, ["ingest:web", "ingest:db"]);
    store.edit_user(&owner, &UserEdit { disabled: Some(true), ..UserEdit::default() }, None, &ann(), NOW).expect("disabled");
    assert!(!works("b", NOW));
    store.revoke_token("a", &ann(), NOW + 3).expect("revoked");
    store.revoke_token("a", &ann(), NOW + 4).expect("again is nothing");
    assert!(!works("a", NOW));
    let listed = store.tokens(None, &Page::default()).expect("a list").items;
    assert_eq!(listed.iter().map(|token| (token.id.as_str(), token.revoked)).collect::<Vec<_>>(), [("a", Some(NOW + 3)), ("b", None)]);
}

#[test]
fn roles_are_five_and_what_is_made_of_them() {
    let world = World::new();
    let store = &world.store;
    let built_in = store.roles(&Page::default()).expect("a list").items;
    assert_eq!(built_in.len(), 5);
    for base in Base::ALL {
        assert_eq!(store.role(base.word()).expect("there").base, base);
    }
    let linux = Role {
        id: "linux".to_owned(),
        name: "Linux team".to_owned(),
        base: Base::Analyst,
        limited: true,
        grants: vec![Grant::Pack { id: "mitre".to_owned(), level: Level::View }, Grant::Category { name: "Linux".to_owned(), level: Level::Manage }],
        ..Role::default()
    };
    assert_eq!(store.put_role(&linux, Some(0), &ann(), NOW).expect("made"), 1);
    assert_eq!(store.role("linux").expect("there"), Role { revision: 1, ..linux.clone() });
    refused(store.put_role(&linux, Some(0), &ann(), NOW), "conflict");
    refused(store.put_role(&Role { id: "viewer".to_owned(), ..linux.clone() }, None, &ann(), NOW), "refused");
    refused(store.put_role(&Role { id: "other".to_owned(), name: "LINUX TEAM".to_owned(), ..linux.clone() }, None, &ann(), NOW), "exists");
    let id = add(&world, "ann", "linux");
    assert!(matches!(store.remove_role("linux", None, &ann(), NOW), Err(Error::InUse { by, .. }) if by == "ann"));
    refused(store.remove_role("admin", None, &ann(), NOW), "refused");
    store.remove_user(&id, None, &ann(), NOW).expect("removed");
    store.remove_role("linux", Some(1), &ann(), NOW).expect("removed");
    // Who is admin by a role that is made counts as one.
    store.put_role(&Role { base: Base::Admin, limited: false, ..linux.clone() }, Some(0), &ann(), NOW).expect("made");
    add(&world, "bea", "linux");
    refused(store.put_role(&linux, None, &ann(), NOW), "refused");
}
