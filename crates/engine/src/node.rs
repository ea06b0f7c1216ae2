//! Conditions over the atoms of a class: with what is known of the class folded in, and with the atoms that they need.

use watchbell_rules::{Condition, PredicateId};

/// A condition in negation normal form; an atom is a question that the class can answer.
#[derive(Clone, Debug)]
pub enum Node<A> {
    Known(bool),
    Atom(A),
    NotAtom(A),
    /// Asked of the event itself, where a value alone cannot tell.
    Late(PredicateId),
    NotLate(PredicateId),
    All(Vec<Node<A>>),
    Any(Vec<Node<A>>),
}

/// What a class makes of a predicate.
pub enum Resolved<A> {
    Known(bool),
    Atom(A),
    Late,
}

/// The condition (or its contrary) as the class sees it.
pub fn compile<A>(condition: &Condition, negated: bool, resolve: &mut impl FnMut(PredicateId) -> Resolved<A>) -> Node<A> {
    match condition {
        Condition::Not(not) => compile(not, !negated, resolve),
        Condition::All(parts) => join(parts, negated, !negated, resolve),
        Condition::Any(parts) => join(parts, negated, negated, resolve),
        Condition::Is(id) => match (resolve(*id), negated) {
            (Resolved::Known(known), _) => Node::Known(known != negated),
            (Resolved::Atom(atom), false) => Node::Atom(atom),
            (Resolved::Atom(atom), true) => Node::NotAtom(atom),
            (Resolved::Late, false) => Node::Late(*id),
            (Resolved::Late, true) => Node::NotLate(*id),
        },
    }
}

/// Parts that must all hold (`all`), or one of them.
fn join<A>(parts: &[Condition], negated: bool, all: bool, resolve: &mut impl FnMut(PredicateId) -> Resolved<A>) -> Node<A> {
    let mut nodes = Vec::new();
    for part in parts {
        match compile(part, negated, resolve) {
            Node::Known(known) if known == all => {}
            Node::Known(_) => return Node::Known(!all),
            Node::All(inner) if all => nodes.extend(inner),
            Node::Any(inner) if !all => nodes.extend(inner),
            node => nodes.push(node),
        }
    }
    match (nodes.len(), all) {
        (0, _) => Node::Known(all),
        (1, _) => nodes.swap_remove(0),
        (_, true) => Node::All(nodes),
        (_, false) => Node::Any(nodes),
    }
}

impl<A: Copy> Node<A> {
    pub fn map<B>(self, to: &impl Fn(A) -> B) -> Node<B> {
        match self {
            Self::Known(known) => Node::Known(known),
            Self::Atom(atom) => Node::Atom(to(atom)),
            Self::NotAtom(atom) => Node::NotAtom(to(atom)),
            Self::Late(id) => Node::Late(id),
            Self::NotLate(id) => Node::NotLate(id),
            Self::All(nodes) => Node::All(nodes.into_iter().map(|n| n.map(to)).collect()),
            Self::Any(nodes) => Node::Any(nodes.into_iter().map(|n| n.map(to)).collect()),
        }
    }

    pub fn atoms(&self, each: &mut impl FnMut(A)) {
        match self {
            Self::Atom(atom) | Self::NotAtom(atom) => each(*atom),
            Self::All(nodes) | Self::Any(nodes) => nodes.iter().for_each(|n| n.atoms(each)),
            Self::Known(_) | Self::Late(_) | Self::NotLate(_) => {}
        }
    }

    /// Whether it holds; `None` if only atoms that are not known yet, or a late question, can tell.
    pub fn holds(&self, atom: &impl Fn(A) -> Option<bool>) -> Option<bool> {
        match self {
            Self::Known(known) => Some(*known),
            Self::Atom(a) => atom(*a),
            Self::NotAtom(a) => atom(*a).map(|holds| !holds),
            Self::Late(_) | Self::NotLate(_) => None,
            Self::All(nodes) => decide(nodes, atom, false),
            Self::Any(nodes) => decide(nodes, atom, true),
        }
    }

    /// Atoms of which one at least must hold for the condition to hold, the cheapest such; none if there are none.
    pub fn witness(&self, cost: &impl Fn(A) -> u64) -> Option<(u64, Vec<A>)> {
        match self {
            Self::Atom(atom) => Some((cost(*atom), vec![*atom])),
            Self::All(nodes) => nodes.iter().filter_map(|n| n.witness(cost)).min_by_key(|(cost, _)| *cost),
            Self::Any(nodes) => nodes.iter().map(|n| n.witness(cost)).try_fold((0, Vec::new()), |(sum, mut all), one| {
                let (cost, atoms) = one?;
                all.extend(atoms);
                Some((sum + cost, all))
            }),
            Self::Known(_) | Self::NotAtom(_) | Self::Late(_) | Self::NotLate(_) => None,
        }
    }
}

/// Whether any (`sought`) or all (not `sought`) hold, as far as it can be told.
fn decide<A: Copy>(nodes: &[Node<A>], atom: &impl Fn(A) -> Option<bool>, sought: bool) -> Option<bool> {
    let mut sure = true;
    for node in nodes {
        match node.holds(atom) {
            Some(holds) if holds == sought => return Some(sought),
            Some(_) => {}
            None => sure = false,
        }
    }
    sure.then_some(!sought)
}
