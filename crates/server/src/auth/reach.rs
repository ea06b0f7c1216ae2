//! What somebody reaches: everything, or the packs and categories that their role was given.

use watchbell_store::{Grant, Level, Role, Visible};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    All,
    Granted {
        view: Visible,
        /// Part of `view`.
        manage: Visible,
    },
}

/// What a route asks of somebody who does not reach everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reaches {
    /// It answers with what their grants reach.
    Granted,
    /// It is for those who reach everything.
    All,
}

impl Reach {
    pub fn of(role: &Role) -> Self {
        if !role.limited {
            return Self::All;
        }
        let (mut view, mut manage) = (Visible::default(), Visible::default());
        for grant in &role.grants {
            let (level, list): (_, fn(&mut Visible) -> &mut Vec<String>) = match grant {
                Grant::Pack { level, .. } => (level, |visible| &mut visible.packs),
                Grant::Category { level, .. } => (level, |visible| &mut visible.categories),
            };
            let (Grant::Pack { id: target, .. } | Grant::Category { name: target, .. }) = grant;
            list(&mut view).push(target.clone());
            if *level == Level::Manage {
                list(&mut manage).push(target.clone());
            }
        }
        Self::Granted { view, manage }
    }

    /// What both reach.
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::All, reach) | (reach, Self::All) => reach,
            (Self::Granted { view, manage }, Self::Granted { view: others, manage: managed }) => {
                Self::Granted { view: common(view, &others), manage: common(manage, &managed) }
            }
        }
    }

    /// As a condition of lists; none: everything.
    pub fn visible(&self) -> Option<Visible> {
        match self {
            Self::All => None,
            Self::Granted { view, .. } => Some(view.clone()),
        }
    }

    pub fn sees(&self, pack: &str, category: &str) -> bool {
        match self {
            Self::All => true,
            Self::Granted { view, .. } => has(view, pack, category),
        }
    }

    pub fn manages(&self, pack: &str, category: &str) -> bool {
        match self {
            Self::All => true,
            Self::Granted { manage, .. } => has(manage, pack, category),
        }
    }
}

fn has(visible: &Visible, pack: &str, category: &str) -> bool {
    visible.packs.iter().any(|granted| granted == pack) || visible.categories.iter().any(|granted| granted == category)
}

fn common(mut one: Visible, other: &Visible) -> Visible {
    one.packs.retain(|pack| other.packs.contains(pack));
    one.categories.retain(|category| other.categories.contains(category));
    one
}
