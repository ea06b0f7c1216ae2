//! What is said, in the order in which somebody who was woken asks: what, how bad, when it runs, what to do, where to look.

use super::Telling;
use super::safe::{clipped, command, one_line};
use watchbell_alerts::Triggered;
use watchbell_model::{Ladder, Outcome, Step, Timestamp};
use watchbell_store::Priority;

pub struct Page {
    pub subject: String,
    pub priority: Priority,
    pub outcome: Outcome,
    pub title: String,
    pub host: String,
    pub user: String,
    /// What is new about it, for who was told before.
    pub news: Option<String>,
    /// At most three.
    pub sentences: Vec<String>,
    /// Steps of the ladder with what is known of each; empty where it climbs none.
    pub ladder: Vec<(&'static str, Option<Outcome>)>,
    pub countdown: Option<String>,
    /// Name and value.
    pub rows: Vec<(&'static str, String)>,
    pub triage: Vec<String>,
    pub commands: Vec<String>,
    pub link: Option<String>,
    pub id: String,
}

const SENTENCE: usize = 600;
const COMMANDS: usize = 6;
const QUESTIONS: usize = 4;
const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

pub fn page(telling: &Telling<'_>) -> Page {
    let (alert, row) = (&telling.case.alert, &telling.case.row);
    let (host, user, title) = (one_line(&row.host), one_line(&row.user), one_line(&alert.definition.title));
    let news = telling.update.then(|| news(telling));
    Page {
        subject: subject(telling, &host, &title),
        priority: row.priority,
        outcome: alert.outcome,
        title,
        host,
        user,
        news,
        sentences: sentences(alert),
        ladder: alert.background.as_deref().map(|background| steps(&background.ladder)).unwrap_or_default(),
        countdown: countdown(alert, telling.now),
        rows: rows(telling),
        triage: alert.definition.triage.iter().take(QUESTIONS).map(|question| one_line(&alert.fill(question))).collect(),
        commands: alert.definition.respond.iter().take(COMMANDS).map(|text| command(&alert.fill_command(text))).collect(),
        link: link(telling.public_url, &row.id),
        id: row.id.clone(),
    }
}

/// Where it is looked at; none where the configuration does not tell how this server is reached.
pub fn link(public_url: &str, id: &str) -> Option<String> {
    (!public_url.is_empty()).then(|| format!("{}/api/v1/triggered-alerts/{id}", public_url.trim_end_matches('/')))
}

fn subject(telling: &Telling<'_>, host: &str, title: &str) -> String {
    let row = &telling.case.row;
    let whose = if host.is_empty() { String::new() } else { format!("{}: ", clipped(host, 40)) };
    let what = match (telling.update, step(telling.case.facts.step)) {
        (true, Some(step)) => format!("now at \"{}\": {title}", step_word(step)),
        (true, None) => format!("more urgent: {title}"),
        (false, _) => title.to_owned(),
    };
    let failed = match telling.case.alert.outcome {
        Outcome::Done => "",
        Outcome::Failed => " (failed)",
        Outcome::Tried => " (tried)",
    };
    clipped(&format!("[{}] {whose}{what}{failed}", row.priority.word()), 180)
}

fn news(telling: &Telling<'_>) -> String {
    let (facts, before) = (&telling.case.facts, telling.case.facts.told.unwrap_or_default());
    let mut parts = Vec::new();
    if facts.step > before.step {
        let now = step(facts.step).map_or("a first step", step_word);
        parts.push(match step(before.step) {
            Some(before) => format!("it got from \"{}\" to \"{now}\"", step_word(before)),
            None => format!("it got to \"{now}\""),
        });
    }
    if facts.priority > before.priority && facts.told.is_some() {
        parts.push(format!("its priority is {} instead of {}", facts.priority.word(), before.priority.word()));
    }
    if parts.is_empty() { "There is more to tell since the last message.".to_owned() } else { format!("Since the last message {}.", parts.join(", and ")) }
}

/// What happened, in the story's words; without a story in the alert's own.
fn sentences(alert: &Triggered) -> Vec<String> {
    let told = alert.background.as_deref().map(|background| &background.story.summary[..]).unwrap_or_default();
    let own = [alert.summary()];
    let told = if told.is_empty() { &own[..] } else { told };
    told.iter().take(3).map(|sentence| clipped(&one_line(sentence), SENTENCE)).collect()
}

fn steps(ladder: &Ladder) -> Vec<(&'static str, Option<Outcome>)> {
    if ladder.steps.is_empty() {
        return Vec::new();
    }
    Step::ALL.into_iter().map(|step| (step_word(step), ladder.steps.get(&step).map(|rung| rung.outcome))).collect()
}

pub fn step_word(step: Step) -> &'static str {
    match step {
        Step::CleanUp => "clean up",
        other => other.as_str(),
    }
}

/// By the store's number.
fn step(number: u8) -> Option<Step> {
    Step::ALL.get(usize::from(number).checked_sub(1)?).copied()
}

/// When the job runs, and how long that is from now.
fn countdown(alert: &Triggered, now: Timestamp) -> Option<String> {
    let next = alert.background.as_deref()?.next.as_ref()?;
    let coming = next.runs.iter().find(|run| run.at.nanos > now.nanos);
    let run = coming.or(next.runs.first())?;
    let at = at(run.at, run.about, now);
    let seconds = run.at.seconds() - now.seconds();
    Some(if coming.is_some() { format!("Runs next at {at}, in {}", span(seconds)) } else { format!("Was to run at {at}, {} ago", span(-seconds)) })
}

/// `07:51 UTC`, with the day where it is another.
fn at(run: Timestamp, about: bool, now: Timestamp) -> String {
    let text = run.to_string();
    let (day, clock) = (text.get(..10).unwrap_or_default(), text.get(11..19).unwrap_or_default());
    let clock = clock.strip_suffix(":00").unwrap_or(clock);
    let about = if about { "about " } else { "" };
    let day = if now.to_string().get(..10) == Some(day) { String::new() } else { format!("{day} ") };
    format!("{about}{day}{clock} UTC")
}

/// `41 s`, `12 min`, `3 h 5 min`, `2 days`.
pub fn span(seconds: i64) -> String {
    match seconds.max(0) {
        seconds if seconds < 2 * MINUTE => format!("{seconds} s"),
        seconds if seconds < 2 * HOUR => format!("{} min", seconds / MINUTE),
        seconds if seconds < 2 * DAY => format!("{} h {} min", seconds / HOUR, seconds % HOUR / MINUTE),
        seconds => format!("{} days", seconds / DAY),
    }
}

fn rows(telling: &Telling<'_>) -> Vec<(&'static str, String)> {
    let (alert, row) = (&telling.case.alert, &telling.case.row);
    let moment = |time: Option<Timestamp>| time.map(|time| Timestamp { digits: 0, ..time }.to_string().replace('T', " ").replace('Z', " UTC"));
    let job = alert.job.as_deref();
    let whole = job.and_then(|job| Some([job.command.clone()?, job.arguments.clone().unwrap_or_default()].join(" ")));
    let count = if row.count > 1 { format!("{} times, last {}", row.count, moment(alert.last).unwrap_or_default()) } else { String::new() };
    let acknowledged = row.acknowledged_by.as_ref().map(|who| format!("by {}", one_line(who)));
    let ladder = alert.scope().filter(|scope| scope.count > 1).map(|scope| format!("{} triggered alerts", scope.count));
    let rows = [
        ("When", moment(alert.time)),
        ("Seen", Some(count)),
        ("Job", job.and_then(|job| job.name.clone())),
        ("Runs", whole),
        ("Technique", alert.definition.attack.first().cloned()),
        ("Alert", Some(alert.definition.name.clone())),
        ("One doing", ladder),
        ("Acknowledged", acknowledged),
        ("Assigned to", row.assignee.clone()),
    ];
    let told = rows.into_iter().filter_map(|(name, value)| Some((name, clipped(&one_line(&value?), 300))));
    told.filter(|(_, value)| !value.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::span;

    #[test]
    fn spans() {
        for (seconds, wanted) in [(-1, "0 s"), (41, "41 s"), (119, "119 s"), (720, "12 min"), (11_100, "3 h 5 min"), (200_000, "2 days")] {
            assert_eq!(span(seconds), wanted);
        }
    }
}
