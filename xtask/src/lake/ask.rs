//! What is asked of a filled lake, and how long it takes, the first time and when it is asked again.

use crate::load::server::Server;
use serde_json::Value;
use std::time::{Duration, Instant};

/// An alert of the flagship pack.
const ALERT: &str = "SecOpsWinTaskCreated";
/// Times that each is asked again.
const AGAIN: usize = 3;

pub fn until_searched(server: &Server, events: u64, patience: Duration) -> Result<(), String> {
    let (began, mut before) = (Instant::now(), (0, Instant::now()));
    loop {
        let count = search(server, "SELECT count(*) AS n FROM events", 1)?.0[0]["n"].as_u64().unwrap_or(0);
        if count != before.0 {
            before = (count, Instant::now());
        }
        // Captures hold the same event twice here and there.
        let still = server.behind()? == 0 && before.1.elapsed() > Duration::from_secs(5);
        if count >= events || (still && count > events / 2) {
            println!("  {count} rows");
            return Ok(());
        }
        if began.elapsed() > patience {
            return Err(format!("only {count} of {events} events can be searched"));
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}

pub fn all(server: &Server) -> Result<(), String> {
    // One process of the middle of the lake, with its host and hour.
    let probe = "SELECT process_guid, host, time FROM events WHERE process_guid IS NOT NULL AND event_code = '1' AND host IS NOT NULL ORDER BY id LIMIT 1";
    let (rows, took) = search(server, probe, 1)?;
    let text = |key: &str| rows[0][key].as_str().unwrap_or_default().to_owned();
    let (guid, host, time) = (text("process_guid"), text("host"), text("time"));
    let hour = time.get(..13).unwrap_or_default().to_owned();
    println!("  (found {guid} of {host} at {time} in {took:.3} s)");
    let between = format!("time >= '{hour}:00:00Z' AND time <= '{hour}:59:59.999Z'");
    let count = "SELECT count(*) AS n FROM events";
    told(server, "host and hour, counted", &format!("{count} WHERE host = '{host}' AND {between}"))?;
    told(server, "host and hour, first 1000 events whole", &format!("SELECT * FROM events WHERE host = '{host}' AND {between} LIMIT 1000"))?;
    told(
        server,
        "one process id, all events of it",
        &format!("SELECT time, event_code, raw FROM events WHERE process_guid = '{guid}' ORDER BY time LIMIT 1000"),
    )?;
    let around = format!("time >= TIMESTAMP '{time}' - INTERVAL '6 hours' AND time <= TIMESTAMP '{time}' + INTERVAL '1 hour'");
    told(
        server,
        "a story's window: host, seven hours, raw",
        &format!("SELECT time, raw FROM events WHERE host = '{host}' AND {around} ORDER BY time LIMIT 5000"),
    )?;
    told(
        server,
        "an hour of all hosts, by host and code",
        &format!("SELECT host, event_code, count(*) AS n FROM events WHERE {between} GROUP BY host, event_code"),
    )?;
    told(
        server,
        "everything by host and day",
        "SELECT host, date_trunc('day', time) AS day, count(*) AS n FROM events GROUP BY host, day ORDER BY n DESC LIMIT 10",
    )?;
    told(server, "a text in everything, counted", &format!("{count} WHERE has('mimikatz')"))?;
    told(
        server,
        "a text in one day, counted",
        &format!("{count} WHERE has('mimikatz') AND time >= TIMESTAMP '{time}' - INTERVAL '1 day' AND time <= TIMESTAMP '{time}'"),
    )?;
    hunt(server)
}

fn told(server: &Server, what: &str, sql: &str) -> Result<(), String> {
    let (rows, first) = search(server, sql, 5000)?;
    let mut again = Vec::new();
    for _ in 0..AGAIN {
        again.push(search(server, sql, 5000)?.1);
    }
    let best = again.iter().copied().fold(f64::MAX, f64::min);
    let answer = rows.first().and_then(|row| row["n"].as_u64()).filter(|_| rows.len() == 1).map(|n| format!("{n} counted"));
    println!("  {what:<42} {first:>8.3} s, again {best:.3} s   ({})", answer.unwrap_or_else(|| format!("{} rows", rows.len())));
    Ok(())
}

fn hunt(server: &Server) -> Result<(), String> {
    let began = Instant::now();
    let (_, told) = server.output(&["hunt", ALERT, "--format", "none"])?;
    println!("  a hunt with {ALERT} over everything     {:>6.1} s   ({})", began.elapsed().as_secs_f64(), told.trim());
    Ok(())
}

/// Rows, and seconds as the server tells them.
fn search(server: &Server, sql: &str, limit: u32) -> Result<(Vec<Value>, f64), String> {
    let (rows, told) = server.output(&["search", sql, "--format", "ndjson", "--time", "--seconds", "600", "--limit", &limit.to_string()])?;
    let rows: Vec<Value> = rows.lines().map(|line| serde_json::from_str(line).map_err(|error| error.to_string())).collect::<Result<_, _>>()?;
    let seconds = told.split(" in ").nth(1).and_then(|rest| rest.split(' ').next()?.parse().ok());
    Ok((rows, seconds.ok_or_else(|| format!("the search told no time: {told}"))?))
}
