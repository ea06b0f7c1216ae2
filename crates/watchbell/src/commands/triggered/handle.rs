//! What people do to triggered alerts.

use crate::cli::{CommentArgs, HandleArgs};
use crate::client::Client;
use crate::exit::Exit;
use crate::terminal::complain;
use anyhow::{Result, bail};
use reqwest::Method;
use serde_json::{Value, json};

pub fn acknowledge(client: &Client, args: &HandleArgs) -> Result<Exit> {
    edit(client, &args.ids, &json!({"acknowledge": true, "comment": args.comment}), "acknowledged")
}

pub fn close(client: &Client, args: &HandleArgs) -> Result<Exit> {
    let status = if args.false_positive { "false positive" } else { "closed" };
    edit(client, &args.ids, &json!({"status": status, "comment": args.comment}), status)
}

pub fn comment(client: &Client, args: &CommentArgs) -> Result<Exit> {
    edit(client, std::slice::from_ref(&args.id), &json!({"comment": args.text}), "commented")
}

fn edit(client: &Client, ids: &[String], edit: &Value, done: &str) -> Result<Exit> {
    let ids = ids.iter().map(|id| whole(client, id)).collect::<Result<Vec<_>>>()?;
    let edited = client.send(Method::POST, "/triggered-alerts/edit", Some(&json!({"ids": ids, "edit": edit})))?;
    let all = edited.as_array().cloned().unwrap_or_default();
    let good = all.iter().filter(|one| one["result"] == "done" || one["result"] == "same").count();
    for one in all.iter().filter(|one| one["result"] == "missing" || one["result"] == "conflict") {
        complain(&format!("{}: {}", one["id"].as_str().unwrap_or_default(), one["result"].as_str().unwrap_or_default()));
    }
    complain(&format!("{good} {done}"));
    Ok(if good == all.len() { Exit::Clean } else { Exit::Content })
}

/// The whole id that begins so, if only one does.
pub fn whole(client: &Client, begins: &str) -> Result<String> {
    if begins.len() == 32 {
        return Ok(begins.to_owned());
    }
    let rows = client.list("/triggered-alerts", &[("id", begins.to_owned())], 2)?;
    match rows.as_slice() {
        [one] => Ok(one["id"].as_str().unwrap_or_default().to_owned()),
        [] => bail!("no triggered alert has an id that begins with `{begins}`"),
        _ => bail!("more than one triggered alert has an id that begins with `{begins}`; give more of it"),
    }
}
