//! No false company, whatever the order; and less evidence never joins more.

use crate::scene::{Scene, fact, shown};
use crate::{cloud, linux, windows};
use proptest::prelude::*;
use std::collections::BTreeMap;
use watchbell_model::EventId;
use watchbell_story::{Fact, Strength, Told};

fn scenes() -> Vec<Scene> {
    vec![windows::remote(), windows::chain(), windows::pids(), linux::intrusion(), cloud::azure(), cloud::kubernetes()]
}

fn strengths(told: &Told) -> BTreeMap<EventId, Strength> {
    told.story.entries.iter().map(|entry| (entry.event, entry.join.strength)).collect()
}

/// Unrelated events of the same hosts, hour, accounts and pids; sessions that every boot has; sessions and images of their own.
fn stranger() -> impl Strategy<Value = Fact> {
    let kind = prop::sample::select(vec!["process", "network", "file", "logon", "run", "process", "switch"]);
    let host = prop::sample::select(vec!["SRV1", "PC", "", "vm", "k1"]);
    let user = prop::sample::select(vec!["bob", "amy", "EXAMPLE\\eve", "alice", "root", "SRV1$", "dev"]);
    let pid = prop::sample::select(vec!["0x3d0", "976", "77", "0x200", "232", "241", "247", "0x414"]);
    let logon = prop::sample::select(vec!["0x3e7", "0x3e4", "0x0", "4294967295", "-1", "unset", "0xabcdef", "4711", "3 | login_user=mallory"]);
    (any::<u32>(), kind, 0_i64..600_000, host, user, (pid.clone(), pid), logon).prop_map(|(n, kind, time, host, user, (pid, parent), logon)| {
        let values = format!(
            "user={user} | logon={logon} | pid={pid} | parent_pid={parent} | image=/opt/other{n} | parent_image=/opt/parent{n} | \
             command=other{n} | file=/opt/data{n} | address=198.51.100.77 | action=other{n} | terminal=pts/9"
        );
        fact(&format!("stranger{n}"), kind, time, host, &values)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_order_of_facts_tells_the_same_story(seed in any::<prop::sample::Index>(), swaps in prop::collection::vec(any::<(prop::sample::Index, prop::sample::Index)>(), 40)) {
        let scenes = scenes();
        let scene = &scenes[seed.index(scenes.len())];
        let mut shuffled = scene.clone();
        for (a, b) in swaps {
            let many = shuffled.facts.len();
            shuffled.facts.swap(a.index(many), b.index(many));
        }
        prop_assert_eq!(shown(&scene.tell()), shown(&shuffled.tell()));
    }

    #[test]
    fn strangers_join_at_most_weakly_and_the_story_stays(which in any::<prop::sample::Index>(), strangers in prop::collection::vec(stranger(), 1..60)) {
        let scenes = scenes();
        let scene = &scenes[which.index(scenes.len())];
        let before = strengths(&scene.tell());
        let mut crowded = scene.clone();
        crowded.facts.extend(strangers.iter().cloned());
        let told = crowded.tell();
        let after = strengths(&told);
        for stranger in &strangers {
            prop_assert!(after.get(&stranger.id).is_none_or(|strength| *strength == Strength::Weak), "{}", shown(&told));
        }
        for (event, strength) in before.iter().filter(|(_, strength)| **strength > Strength::Weak) {
            prop_assert_eq!(after.get(event), Some(strength), "{}", shown(&told));
        }
    }

    #[test]
    fn less_evidence_only_weakens(which in any::<prop::sample::Index>(), kept in prop::collection::vec(any::<bool>(), 40)) {
        // Where a pid was used again, only the record of that tells whose child it is: that scene is not among these.
        let scenes: Vec<Scene> = [windows::remote(), windows::chain(), linux::intrusion(), cloud::azure(), cloud::kubernetes()].into();
        let scene = &scenes[which.index(scenes.len())];
        let whole = strengths(&scene.tell());
        let mut less = scene.clone();
        let mut kept = kept.into_iter().cycle();
        less.facts.retain(|_| kept.next() == Some(true));
        let told = less.tell();
        for (event, strength) in strengths(&told) {
            prop_assert!(strength == Strength::Weak || whole.get(&event).is_some_and(|whole| *whole >= strength), "{}", shown(&told));
        }
    }
}
