//! Who may: every route for every role, logins and their locks, sessions and their ends, tokens, grants.

use crate::served::{Answer, Asker, NOW, PASSWORD, Served};
use reqwest::Method;
use serde_json::{Value, json};
use watchbell_server::Role;
use watchbell_server::api::{Needs, Route, routes};
use watchbell_store::{Batch, Upsert};

#[tokio::test(flavor = "multi_thread")]
async fn every_route_answers_every_role_as_the_table_says() {
    let served = Served::begin();
    every_route(&served.nobody(), None, "nobody").await;
    for role in Role::ALL {
        every_route(&served.token(role.word()).await, Some(role), role.word()).await;
    }
    every_route(&served.socket(), Some(Role::Admin), "the socket").await;
    served.end().await;
}

async fn every_route(asker: &Asker, role: Option<Role>, name: &str) {
    for route in routes() {
        let wanted = match role {
            _ if route.needs == Needs::Nothing => None,
            None => Some(401),
            Some(role) => (!role.may(route.needs)).then_some(403),
        };
        let status = status(asker, &route).await;
        let refused = [401, 403].contains(&status) && wanted.is_none() && !is_of_a_session(&route);
        assert!(status < 500 && !refused && wanted.is_none_or(|wanted| wanted == status), "{name}: {} {}: {status}", route.method.word(), route.path);
    }
}

/// What it answers when it is asked for something that is not there.
async fn status(asker: &Asker, route: &Route) -> u16 {
    let method = route.method.word().to_uppercase().parse().unwrap();
    let body = (!matches!(route.method, watchbell_server::api::Method::Get)).then(|| json!({}));
    let answer = asker.send(method, &route.path.replace("{id}", "4711"), body.as_ref()).await;
    let status = answer.status();
    let kind = answer.headers().get("content-type").map(|kind| kind.to_str().unwrap().to_owned()).unwrap_or_default();
    assert!(status.is_success() || kind == "application/problem+json", "{} {}: {status} {kind}", route.method.word(), route.path);
    assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
    status.as_u16()
}

/// Where a role alone is not enough.
fn is_of_a_session(route: &Route) -> bool {
    ["/me/password", "/tokens"].contains(&route.path)
}

/// Makes the first user, and comes in.
async fn set_up(served: &Served) -> Answer {
    served.nobody().post("/setup", &json!({"secret": served.secret, "name": "ada", "password": PASSWORD})).await
}

/// Somebody in a session, with what changes need.
fn in_session(served: &Served, entered: &Answer) -> Asker {
    let cookie = entered.header("set-cookie").split(';').next().unwrap().to_owned();
    served.nobody().with("cookie", &cookie).with("x-csrf-token", entered.body["csrf"].as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_setup_link_works_once() {
    let served = Served::begin();
    let wrong = served.nobody().post("/setup", &json!({"secret": "setup_x", "name": "eve", "password": PASSWORD})).await;
    assert_eq!((wrong.status.as_u16(), wrong.code()), (400, "refused"));
    let entered = set_up(&served).await;
    assert_eq!((entered.status.as_u16(), entered.body["role"].as_str()), (201, Some("admin")), "{}", entered.body);
    let cookie = entered.header("set-cookie");
    assert!(["Secure", "HttpOnly", "SameSite=Strict", "Path=/"].iter().all(|word| cookie.contains(word)), "{cookie}");
    assert_eq!(set_up(&served).await.status, 400);
    assert_eq!(in_session(&served, &entered).get("/me").await.body["name"], "ada");
    served.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_need_their_csrf_token_and_end() {
    let served = Served::begin();
    let entered = set_up(&served).await;
    let ada = in_session(&served, &entered);
    let cookie = entered.header("set-cookie").split(';').next().unwrap().to_owned();
    let role = json!({"name": "night", "base": "analyst", "grants": []});
    for forged in [served.nobody().with("cookie", &cookie), served.nobody().with("cookie", &cookie).with("x-csrf-token", "x")] {
        let answer = forged.post("/roles", &role).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (403, "auth/csrf"));
    }
    assert_eq!(ada.post("/roles", &role).await.status, 201);
    let other = served.nobody().post("/session", &json!({"name": "ADA", "password": PASSWORD})).await;
    let other = in_session(&served, &other);
    assert_eq!(other.ask(Method::DELETE, "/session", None).await.status, 204);
    assert_eq!((other.get("/me").await.status.as_u16(), ada.get("/me").await.status.as_u16()), (401, 200));
    // Unused for two hours, and then for good after twelve.
    served.pass(7300);
    assert_eq!(ada.get("/me").await.status, 401);
    let again = served.nobody().post("/session", &json!({"name": "ada", "password": PASSWORD})).await;
    let ada = in_session(&served, &again);
    for hour in 1..13 {
        served.pass(3600);
        assert_eq!(ada.get("/me").await.status, if hour < 12 { 200 } else { 401 }, "{hour}");
    }
    served.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_passwords_lock_a_name_whether_anybody_has_it_or_not() {
    let served = Served::begin();
    set_up(&served).await;
    for name in ["ada", "nobody"] {
        let attempt = json!({"name": name, "password": "wrong horse battery"});
        for _ in 0..5 {
            let answer = served.nobody().post("/session", &attempt).await;
            assert_eq!((answer.status.as_u16(), answer.code()), (401, "auth/login"), "{name}");
        }
        let locked = served.nobody().post("/session", &attempt).await;
        assert_eq!((locked.status.as_u16(), locked.code(), locked.header("retry-after")), (429, "auth/locked", "61"), "{name}");
    }
    let right = json!({"name": "ada", "password": PASSWORD});
    assert_eq!(served.nobody().post("/session", &right).await.status, 429);
    served.pass(61);
    assert_eq!(served.nobody().post("/session", &right).await.status, 201);
    // A sender has thirty tries in five minutes, whatever the names.
    let mut last = 0;
    for n in 0..31 {
        last = served.nobody().post("/session", &json!({"name": format!("n{n}"), "password": "x"})).await.status.as_u16();
    }
    assert_eq!(last, 429);
    served.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_end_when_they_expire_are_revoked_or_their_owner_is_disabled() {
    let served = Served::begin();
    let socket = served.socket();
    let user = socket.post("/users", &json!({"name": "bob", "role": "analyst", "password": PASSWORD})).await.body;
    let user = user["id"].as_str().unwrap().to_owned();
    let make = async |more: Value| {
        let mut body = json!({"name": "t", "role": "engineer", "owner": user});
        body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        let made = served.socket().post("/tokens", &body).await.body;
        (made["id"].as_str().unwrap().to_owned(), served.nobody().with("authorization", &format!("bearer {}", made["secret"].as_str().unwrap())))
    };
    let (_, short) = make(json!({"days": 1})).await;
    let (id, revoked) = make(json!({})).await;
    let (_, reading) = make(json!({"scopes": ["read"]})).await;
    let (_, lasting) = make(json!({})).await;
    // An engineer's token of an analyst is an analyst's.
    assert_eq!(lasting.get("/me").await.body["role"], "analyst");
    assert_eq!(lasting.post("/tokens", &json!({"name": "more"})).await.code(), "auth/session");
    assert_eq!(reading.get("/triggered-alerts").await.status, 200);
    assert_eq!(reading.post("/triggered-alerts/edit", &json!({"ids": [], "edit": {}})).await.code(), "auth/scope");
    assert_eq!(socket.ask(Method::DELETE, &format!("/tokens/{id}"), None).await.status, 204);
    assert_eq!((short.get("/me").await.status.as_u16(), revoked.get("/me").await.status.as_u16()), (200, 401));
    served.pass(86_401);
    assert_eq!((short.get("/me").await.status.as_u16(), lasting.get("/me").await.status.as_u16()), (401, 200));
    let disabled = socket.ask(Method::PATCH, &format!("/users/{user}"), Some(&json!({"disabled": true}))).await;
    assert_eq!(disabled.status, 200);
    assert_eq!(lasting.get("/me").await.status, 401);
    served.end().await;
}

fn triggered(id: &str, pack: &str) -> Upsert {
    Upsert {
        id: id.to_owned(),
        position: 1,
        alert_id: id.to_owned(),
        alert: id.to_owned(),
        pack: pack.to_owned(),
        document: "{}".to_owned(),
        ..Upsert::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_with_grants_reach_those_and_nothing_else() {
    let served = Served::begin();
    let ids = [("a0", "seen"), ("b0", "managed"), ("c0", "hidden")];
    let upserts = ids.iter().map(|(id, pack)| triggered(id, pack)).collect();
    served.house.store.commit(&Batch { triggered: upserts, ..Batch::default() }, NOW * 1_000_000_000).unwrap();
    let grants = json!([{"pack": "seen", "level": "view"}, {"pack": "managed", "level": "manage"}]);
    let made = served.socket().post("/roles", &json!({"id": "some", "name": "some", "base": "admin", "grants": grants})).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let some = served.token("some").await;
    let listed = some.get("/triggered-alerts").await.body;
    let listed: Vec<&str> = listed["items"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(listed, ["b0", "a0"]);
    assert_eq!(some.get("/triggered-alerts/statistics").await.body["total"], 2);
    for (id, look, handle) in [("a0", 200, 403), ("b0", 200, 200), ("c0", 404, 404)] {
        assert_eq!(some.get(&format!("/triggered-alerts/{id}")).await.status, look, "{id}");
        let edit = json!({"comment": "mine"});
        assert_eq!(some.ask(Method::PATCH, &format!("/triggered-alerts/{id}"), Some(&edit)).await.status, handle, "{id}");
        assert_eq!(some.post("/triggered-alerts/edit", &json!({"ids": [id], "edit": edit})).await.status, handle, "{id}");
    }
    for route in routes() {
        let status = status(&some, &route).await;
        let wanted = route.needs != Needs::Nothing && route.reaches == watchbell_server::Reaches::All;
        assert_eq!(status == 403, wanted || is_of_a_session(&route) && status == 403, "{} {}: {status}", route.method.word(), route.path);
    }
    served.end().await;
}
