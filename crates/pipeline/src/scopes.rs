//! Which alerts climb one ladder: those of one actor on one host, with no long pause between one and the next.

use crate::keys::Keys;
use crate::ladders::LadderPlan;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use watchbell_alerts::Triggered;

/// Alerts by their places, each list by (time, id); who climbs nothing is in none. Any order of the alerts ends the same, and
/// more alerts after them only bring scopes together: nobody is ever taken out of one.
pub fn scopes(plan: &LadderPlan, alerts: &[Triggered], keys: &[Keys]) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..alerts.len()).filter(|at| plan.climbs(&alerts[*at])).collect();
    order.sort_by_key(|at| (alerts[*at].time, alerts[*at].id));
    let mut forest = Forest { within: plan.within, ..Forest::default() };
    for at in &order {
        forest.add(&alerts[*at], &keys[*at]);
    }
    let mut scopes: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (node, at) in order.into_iter().enumerate() {
        scopes.entry(forest.root(node as u32)).or_default().push(at);
    }
    scopes.into_values().collect()
}

/// A scope lasts for so many times `within` at most: an account that makes jobs every day is told of anew.
const LONGEST: i64 = 7;
/// Keys of one kind that one alert is found by.
const KEYS: usize = 16;
/// Hosts of one alert.
const HOSTS: usize = 4;

/// Hosts of alerts that name none, and all that are named.
const UNKNOWN: &str = "?";
const ANY: &str = "*";

/// How well an alert is known: by nobody, by somebody somewhere, by somebody on a host. What is known less joins what is known
/// better, and only one of those.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Known {
    #[default]
    Nobody,
    Somebody,
    Placed,
}

/// Union-find over alerts in their order; the root of a scope is its first alert.
#[derive(Default)]
struct Forest {
    within: i64,
    nodes: Vec<Node>,
    /// The last alert with each host and key.
    seen: FxHashMap<String, u32>,
}

/// What is known of the scope counts at its root.
struct Node {
    parent: u32,
    first: i64,
    last: i64,
    known: Known,
}

/// What one alert is found by, sorted and bounded.
struct Found<'a> {
    hosts: Vec<&'a str>,
    who: Vec<&'a str>,
    things: Vec<&'a str>,
    actions: Vec<&'a str>,
}

impl Forest {
    fn add(&mut self, alert: &Triggered, keys: &Keys) {
        let (me, found) = (self.nodes.len() as u32, Found::new(keys));
        let first = alert.time.map_or(i64::MAX, watchbell_model::Timestamp::seconds);
        self.nodes.push(Node { parent: me, first, last: alert.last.map_or(first, |last| last.seconds().max(first)), known: found.known() });
        if alert.time.is_some() {
            self.tie(me, &found);
            self.follow(me, &found);
            self.take_in(me, &found);
            self.note(me, &found);
        }
    }

    /// The same actor on the same host.
    fn tie(&mut self, me: u32, found: &Found<'_>) {
        let hosts = if found.hosts.is_empty() { &[UNKNOWN][..] } else { &found.hosts };
        for other in self.living(me, hosts.iter().copied(), &found.who) {
            self.unite(me, other);
        }
    }

    /// Who is not known well goes with the nearest before it that is known better: by its job or file, else by what it runs.
    fn follow(&mut self, me: u32, found: &Found<'_>) {
        let known = self.known(me);
        let by: &[&Vec<&str>] = match known {
            Known::Nobody => &[&found.things, &found.actions],
            Known::Somebody => &[&found.who],
            Known::Placed => &[],
        };
        for keys in by {
            let near: Vec<u32> = self.living(me, found.around(), keys);
            if let Some(nearest) = near.into_iter().filter(|other| self.known(*other) > known).max() {
                self.unite(me, nearest);
                return;
            }
        }
    }

    /// Those before it that nobody took in.
    fn take_in(&mut self, me: u32, found: &Found<'_>) {
        for (keys, known) in [(&found.things, Known::Nobody), (&found.actions, Known::Nobody), (&found.who, Known::Somebody)] {
            for other in self.living(me, found.around(), keys) {
                if self.known(other) == known && (known == Known::Nobody || self.known(me) == Known::Placed) {
                    self.unite(me, other);
                }
            }
        }
    }

    fn note(&mut self, me: u32, found: &Found<'_>) {
        let everywhere = if found.hosts.is_empty() { UNKNOWN } else { ANY };
        for host in found.hosts.iter().copied().chain([everywhere]) {
            for key in found.who.iter().chain(&found.things).chain(&found.actions) {
                self.seen.insert(format!("{host} {key}"), me);
            }
        }
    }

    /// The last alerts with these keys whose scopes still last.
    fn living<'a>(&mut self, me: u32, hosts: impl Iterator<Item = &'a str>, keys: &[&str]) -> Vec<u32> {
        let now = self.nodes[me as usize].first;
        let others: Vec<u32> =
            hosts.flat_map(|host| keys.iter().map(move |key| format!("{host} {key}"))).filter_map(|key| self.seen.get(&key).copied()).collect();
        let mut lasts = |other: &u32| {
            let root = self.root(*other);
            let scope = &self.nodes[root as usize];
            now - scope.last <= self.within && now - scope.first <= self.within.saturating_mul(LONGEST)
        };
        others.into_iter().filter(|other| lasts(other)).collect()
    }

    fn known(&mut self, node: u32) -> Known {
        let root = self.root(node);
        self.nodes[root as usize].known
    }

    fn unite(&mut self, one: u32, other: u32) {
        let (one, other) = (self.root(one), self.root(other));
        let (root, child) = (one.min(other), one.max(other));
        if root == child {
            return;
        }
        let (first, last, known) = (self.nodes[child as usize].first, self.nodes[child as usize].last, self.nodes[child as usize].known);
        self.nodes[child as usize].parent = root;
        let root = &mut self.nodes[root as usize];
        (root.first, root.last, root.known) = (root.first.min(first), root.last.max(last), root.known.max(known));
    }

    /// Halves the way as it goes.
    fn root(&mut self, mut node: u32) -> u32 {
        while self.nodes[node as usize].parent != node {
            let above = self.nodes[node as usize].parent;
            self.nodes[node as usize].parent = self.nodes[above as usize].parent;
            node = above;
        }
        node
    }
}

impl<'a> Found<'a> {
    fn new(keys: &'a Keys) -> Self {
        let sorted = |keys: &mut dyn Iterator<Item = &'a str>, most: usize| {
            let mut keys: Vec<&str> = keys.collect();
            keys.sort_unstable();
            keys.truncate(most);
            keys
        };
        Self {
            hosts: sorted(&mut keys.hosts(), HOSTS),
            who: sorted(&mut keys.who(), KEYS),
            things: sorted(&mut keys.things(), KEYS),
            actions: sorted(&mut keys.actions(), KEYS),
        }
    }

    fn known(&self) -> Known {
        match (self.who.is_empty(), self.hosts.is_empty()) {
            (true, _) => Known::Nobody,
            (false, true) => Known::Somebody,
            (false, false) => Known::Placed,
        }
    }

    /// Where others of the same host may be noted.
    fn around(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let any = self.hosts.is_empty().then_some(ANY);
        self.hosts.clone().into_iter().chain([UNKNOWN]).chain(any)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ladders::tests::alert;
    use watchbell_model::{Step, Timestamp};

    const HOUR: i64 = 3600;

    fn plan() -> LadderPlan {
        let alerts = ["look", "write", "run"].map(|name| (name.to_owned(), Step::Write)).into_iter().collect();
        LadderPlan { within: HOUR, alerts, ..LadderPlan::default() }
    }

    /// `name host user thing second`, `-` where there is none; the thing is a job (`job:x`) or a file. Scopes by places.
    fn of(alerts: &[Triggered]) -> Vec<Vec<usize>> {
        let keys: Vec<Keys> = alerts.iter().map(Keys::of_alert).collect();
        scopes(&plan(), alerts, &keys)
    }

    fn told(line: &str) -> Triggered {
        let parts: Vec<&str> = line.split_whitespace().map(|part| if part == "-" { "" } else { part }).collect();
        let mut made = alert("write", parts[0], parts[1], parts[3].parse().expect("a second"));
        if !parts[2].is_empty() {
            made.entities.push(("file".to_owned(), parts[2].to_owned()));
        }
        made
    }

    fn check(lines: &[&str], wanted: &[&[usize]]) {
        let alerts: Vec<Triggered> = lines.iter().map(|line| told(line)).collect();
        assert_eq!(of(&alerts), wanted, "{lines:?}");
    }

    #[test]
    fn one_actor_on_one_host_is_one_scope() {
        check(&["ws1 eve - 0", "ws1.example EXAMPLE\\Eve - 3000", "ws2 eve - 3001", "ws1 bob - 3002"], &[&[0, 1], &[2], &[3]]);
        check(&["ws1 eve - 0", "ws1 eve - 3600", "ws1 eve - 7201"], &[&[0, 1], &[2]]);
        check(&["ws1 root - 0", "ws1 root - 1"], &[&[0], &[1]]);
    }

    #[test]
    fn an_alert_of_two_hosts_ties_both() {
        let mut remote = told("ws1 eve - 20");
        remote.entities.push(("target_host".to_owned(), "dc1".to_owned()));
        assert_eq!(of(&[told("ws1 eve - 10"), told("dc1 eve - 11"), remote]), [[0, 1, 2]]);
    }

    #[test]
    fn what_nobody_did_goes_with_the_nearest_before_it_that_has_its_job() {
        check(&["ws1 eve /a 0", "ws1 bob /a 10", "ws1 SYSTEM /a 20"], &[&[0], &[1, 2]]);
        check(&["ws1 SYSTEM /a 0", "ws1 eve /a 10", "ws1 bob /a 20"], &[&[0, 1], &[2]]);
        check(&["ws1 eve /a 0", "ws2 SYSTEM /a 20", "ws1 SYSTEM /b 30", "ws1 SYSTEM /a 3601"], &[&[0], &[1], &[2], &[3]]);
        check(&["ws1 SYSTEM /a 0", "ws1 root /a 9"], &[&[0, 1]]);
        check(&["- eve /a 0", "- bob /a 10", "- root /a 20"], &[&[0], &[1, 2]]);
    }

    #[test]
    fn what_names_no_host_goes_with_one_that_does() {
        check(&["- eve - 0", "ws1 eve - 10", "ws2 eve - 20"], &[&[0, 1], &[2]]);
        check(&["ws1 eve - 0", "ws2 eve - 10", "- eve - 20"], &[&[0], &[1, 2]]);
        check(&["ws1 bob /a 0", "- eve /a 10"], &[&[0], &[1]]);
    }

    #[test]
    fn a_scope_does_not_last_for_ever() {
        let alerts: Vec<Triggered> = (0..20).map(|n| alert("write", "ws1", "eve", n * HOUR)).collect();
        assert_eq!(of(&alerts).iter().map(Vec::len).collect::<Vec<_>>(), [8, 8, 4]);
    }

    #[test]
    fn a_flood_is_one_scope() {
        let alerts: Vec<Triggered> = (0..20_000).map(|n| alert("write", "ws1", "eve", n / 100)).collect();
        assert_eq!(of(&alerts).len(), 1);
    }

    /// Numbers that look random and are the same in every run.
    fn random(seed: &mut u64, below: usize) -> usize {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*seed >> 33) as usize % below
    }

    fn some(seed: &mut u64) -> Vec<Triggered> {
        let count = 2 + random(seed, 12);
        let one = |n: usize| {
            let mut pick = |of: &[&'static str]| of[random(seed, of.len())];
            let (host, user, thing, target) =
                (pick(&["-", "ws1", "ws2"]), pick(&["-", "eve", "bob", "SYSTEM"]), pick(&["-", "/a", "/b"]), pick(&["", "", "", "ws1", "ws2"]));
            let mut made = told(&format!("{host} {user} {thing} {}", random(seed, 8).cast_signed() as i64 * HOUR / 2 + n.cast_signed() as i64));
            if !target.is_empty() {
                made.entities.push(("target_host".to_owned(), target.to_owned()));
            }
            made
        };
        (0..count).map(one).collect()
    }

    /// Each scope by the times of its alerts, which are all different.
    fn by_time(alerts: &[Triggered]) -> Vec<Vec<Option<Timestamp>>> {
        let mut scopes: Vec<Vec<_>> = of(alerts).into_iter().map(|places| places.into_iter().map(|at| alerts[at].time).collect()).collect();
        scopes.sort();
        scopes
    }

    #[test]
    fn the_order_does_not_show_and_nobody_leaves_a_scope() {
        let mut seed = 7;
        for _ in 0..400 {
            let mut alerts = some(&mut seed);
            alerts.sort_by_key(|alert| (alert.time, alert.id));
            alerts.dedup_by_key(|alert| alert.time);
            let whole = by_time(&alerts);
            for end in 0..alerts.len() {
                let inside = |scope: &Vec<_>| whole.iter().any(|all| scope.iter().all(|time| all.contains(time)));
                assert!(by_time(&alerts[..end]).iter().all(inside), "{end} of {alerts:?}");
            }
            for _ in 0..4 {
                (1..alerts.len()).for_each(|at| alerts.swap(at, random(&mut seed, at + 1)));
                assert_eq!(by_time(&alerts), whole);
            }
        }
    }
}
