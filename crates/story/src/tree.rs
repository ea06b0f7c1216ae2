//! The processes of a story as a tree: parents before children; one that only its child names is a node without an event.

use crate::case::{Case, near, same_host};
use crate::found::Found;
use crate::keys::{base, host_key, number, same_image};
use crate::process::{actor, parent};
use crate::{Fact, Name, Process, Role, Strength, value_key};
use std::collections::BTreeMap;
use watchbell_model::EventId;

/// A process as the tree is built: by its start's event, or by what its child calls it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    Start(EventId),
    Named(Option<String>, Option<String>, String),
}

const MOST: usize = 60;

pub(crate) fn processes<'a>(case: &Case<'a>, found: &[Found<'a>]) -> Vec<Process> {
    let tree = Tree::of(shown(case, found));
    let mut nodes: Nodes = BTreeMap::new();
    for fact in &tree.starts {
        let above = parent(case, fact).and_then(|(start, _)| tree.node(start));
        let above = above.or_else(|| named(fact, &Names::PARENT, &mut nodes));
        nodes.insert(Node::Start(fact.id), (above, start(fact)));
    }
    case.own.iter().for_each(|fact| own(case, &tree, fact, &mut nodes));
    ordered(nodes)
}

type Nodes = BTreeMap<Node, (Option<Node>, Process)>;

/// The starts that are shown, each process once, and the events that told of them.
struct Tree<'a> {
    starts: Vec<&'a Fact>,
    of_event: BTreeMap<EventId, EventId>,
}

impl<'a> Tree<'a> {
    fn of(shown: Vec<&'a Fact>) -> Self {
        let mut tree = Self { starts: Vec::new(), of_event: BTreeMap::new() };
        for fact in shown {
            let known = tree.starts.iter().find(|start| twice(start, fact)).map(|start| start.id);
            tree.of_event.insert(fact.id, known.unwrap_or(fact.id));
            if known.is_none() {
                tree.starts.push(fact);
            }
        }
        tree
    }

    fn node(&self, fact: &Fact) -> Option<Node> {
        self.of_event.get(&fact.id).map(|id| Node::Start(*id))
    }
}

/// Whether two logs tell of one start: one has a GUID, the other only the pid.
fn twice(start: &Fact, fact: &Fact) -> bool {
    let pid = |fact: &Fact| fact.get(Name::Pid).and_then(number);
    let one_guid = start.get(Name::ProcessGuid).is_some() && fact.get(Name::ProcessGuid).is_none();
    let image = start.get(Name::Image).zip(fact.get(Name::Image)).is_some_and(|(a, b)| same_image(a, b));
    one_guid && image && pid(start).is_some() && pid(start) == pid(fact) && same_host(start, fact) && near(start, fact, 2, 2)
}

/// Processes that carry the story, the nearest of each part; those with a GUID first.
fn shown<'a>(case: &Case<'a>, found: &[Found<'a>]) -> Vec<&'a Fact> {
    let carries = |one: &&Found<'_>| case.role(one.fact) == Some(Role::Process) && one.join.strength > Strength::Weak && one.fact.get(Name::Image).is_some();
    let mut shown: Vec<&Found<'_>> = found.iter().filter(carries).collect();
    shown.sort_by_key(|one| (one.part, case.distance(one.fact), one.fact.id));
    shown.dedup_by_key(|one| one.fact.id);
    shown.truncate(MOST);
    let mut facts: Vec<&Fact> = shown.into_iter().map(|one| one.fact).collect();
    facts.sort_by_key(|fact| (fact.get(Name::ProcessGuid).is_none(), fact.time, fact.id));
    facts
}

/// Under which names a fact tells of a process.
struct Names {
    guid: Name,
    pid: Name,
    image: Name,
    command: Name,
}

impl Names {
    const PARENT: Self = Self { guid: Name::ParentGuid, pid: Name::ParentPid, image: Name::ParentImage, command: Name::ParentCommand };
    const OWN: Self = Self { guid: Name::ProcessGuid, pid: Name::Pid, image: Name::Image, command: Name::Command };
}

/// The node of a process of which only this fact tells.
fn named(fact: &Fact, names: &Names, nodes: &mut Nodes) -> Option<Node> {
    let image = fact.get(names.image).filter(|image| !matches!(*image, "" | "-"))?;
    let identity = [names.guid, names.pid].into_iter().find_map(|name| Some(value_key(name, fact.get(name)?)));
    let node = Node::Named(fact.host.as_deref().map(host_key), identity, base(image));
    let process =
        Process { pid: text(fact, names.pid), image: image.to_owned(), command: text(fact, names.command), time: None, user: None, event: None, ..start(fact) };
    nodes.entry(node.clone()).or_insert((None, Process { own: false, ..process }));
    Some(node)
}

fn start(fact: &Fact) -> Process {
    Process {
        parent: None,
        time: fact.time,
        host: fact.host.as_deref().map(str::to_owned),
        user: text(fact, Name::User),
        pid: text(fact, Name::Pid),
        image: fact.get(Name::Image).unwrap_or_default().to_owned(),
        command: text(fact, Name::Command),
        event: Some(fact.id),
        own: false,
    }
}

fn text(fact: &Fact, name: Name) -> Option<String> {
    fact.get(name).filter(|value| !matches!(*value, "" | "-")).map(str::to_owned)
}

/// Marks the process that did an event of the alert, or names it where no start of it is known.
fn own(case: &Case<'_>, tree: &Tree<'_>, fact: &Fact, nodes: &mut Nodes) {
    let started = tree.node(fact).or_else(|| actor(case, fact).and_then(|(start, _)| tree.node(start)));
    let above = parent(case, fact).and_then(|(start, _)| tree.node(start));
    let node = started.or_else(|| named(fact, &Names::OWN, nodes));
    if let Some((parent, process)) = node.and_then(|node| nodes.get_mut(&node)) {
        process.own = true;
        if process.event.is_none() {
            *parent = above;
        }
    }
}

/// Parents before children, siblings by (time, event); a parent that is not there, or that stands below its own child, is none.
fn ordered(mut nodes: Nodes) -> Vec<Process> {
    let mut out: Vec<Process> = Vec::new();
    let mut places: BTreeMap<Node, usize> = BTreeMap::new();
    while !nodes.is_empty() {
        let ready = |(_, (above, _)): &(&Node, &(Option<Node>, Process))| above.as_ref().is_none_or(|above| !nodes.contains_key(above));
        let by_time = |(node, (_, process)): &(&Node, &(Option<Node>, Process))| (process.time, (*node).clone());
        let next = nodes.iter().filter(ready).min_by_key(by_time).or_else(|| nodes.iter().min_by_key(by_time)).map(|(node, _)| node.clone());
        let Some((node, (above, process))) = next.and_then(|node| nodes.remove_entry(&node)) else { break };
        places.insert(node, out.len());
        out.push(Process { parent: above.and_then(|above| places.get(&above).copied()), ..process });
    }
    out
}
