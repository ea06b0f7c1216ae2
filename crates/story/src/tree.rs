//! The processes of a story as a tree: parents before children; one that only its child names is a node without an event.

use crate::case::Case;
use crate::found::{Found, Part};
use crate::keys::{base, host_key};
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
    let mut nodes: BTreeMap<Node, (Option<Node>, Process)> = BTreeMap::new();
    for one in shown(case, found) {
        let above = parent(case, one.fact).map(|(start, _)| start);
        let above = above.map(|start| Node::Start(start.id)).or_else(|| named(one.fact, &Names::PARENT, &mut nodes));
        nodes.insert(Node::Start(one.fact.id), (above, start(one.fact)));
    }
    for fact in case.own.iter().filter(|fact| case.role(fact) != Some(Role::Process)) {
        own(case, fact, &mut nodes);
    }
    ordered(nodes)
}

/// Processes that carry the story, the nearest first.
fn shown<'f, 'a>(case: &Case<'a>, found: &'f [Found<'a>]) -> Vec<&'f Found<'a>> {
    let carries = |one: &&Found<'_>| case.role(one.fact) == Some(Role::Process) && one.join.strength > Strength::Weak && one.fact.get(Name::Image).is_some();
    let mut shown: Vec<&Found<'_>> = found.iter().filter(carries).filter(|one| one.part != Part::Company).collect();
    shown.sort_by_key(|one| (one.part, case.distance(one.fact), one.fact.id));
    shown.dedup_by_key(|one| one.fact.id);
    shown.truncate(MOST);
    shown
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
fn named(fact: &Fact, names: &Names, nodes: &mut BTreeMap<Node, (Option<Node>, Process)>) -> Option<Node> {
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
fn own(case: &Case<'_>, fact: &Fact, nodes: &mut BTreeMap<Node, (Option<Node>, Process)>) {
    let done_by = actor(case, fact).map(|(start, _)| Node::Start(start.id)).filter(|node| nodes.contains_key(node));
    let started_here = case.own.iter().any(|other| other.id == fact.id && case.role(other) == Some(Role::Process));
    let node = done_by.or_else(|| if started_here { None } else { named(fact, &Names::OWN, nodes) });
    let above = parent(case, fact).map(|(start, _)| Node::Start(start.id));
    if let Some((parent, process)) = node.and_then(|node| nodes.get_mut(&node)) {
        process.own = true;
        if process.event.is_none() {
            *parent = above;
        }
    }
}

/// Parents before children, siblings by (time, event); a parent that is not there, or that stands below its own child, is none.
fn ordered(mut nodes: BTreeMap<Node, (Option<Node>, Process)>) -> Vec<Process> {
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
