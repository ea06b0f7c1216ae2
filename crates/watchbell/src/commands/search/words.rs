//! What was typed after `watchbell search`: SQL, or terms of the simple form as the shell left them.

#[derive(Debug, PartialEq, Eq)]
pub enum Asked {
    Sql(String),
    Form(String),
}

/// What SQL that reads begins with, followed by more.
const SQL: [&str; 3] = ["select", "with", "explain"];

/// One argument is a whole search; of several each is a term, which the shell has taken its quotes from.
pub fn asked(arguments: &[String]) -> Asked {
    let whole = arguments.join(" ");
    let begins = whole.trim_start().to_ascii_lowercase();
    let is_sql = SQL.iter().any(|word| begins.strip_prefix(word).is_some_and(|rest| rest.trim_start() != rest && !rest.trim().is_empty()));
    match arguments {
        _ if is_sql => Asked::Sql(whole),
        [_] => Asked::Form(whole),
        terms => Asked::Form(terms.iter().map(|term| quoted(term)).collect::<Vec<_>>().join(" ")),
    }
}

/// The term with its value in quotes, where it would fall apart without.
fn quoted(term: &str) -> String {
    if !term.contains(char::is_whitespace) || term.contains('"') {
        return term.to_owned();
    }
    let named = term.split_once('=').filter(|(name, _)| !name.contains(char::is_whitespace));
    match named {
        Some((name, value)) => format!("{name}=\"{value}\""),
        None => match term.strip_prefix('-') {
            Some(text) => format!("-\"{text}\""),
            None => format!("\"{term}\""),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(arguments: &[&str], expected: &Asked) {
        let arguments: Vec<String> = arguments.iter().map(|word| (*word).to_owned()).collect();
        assert_eq!(asked(&arguments), *expected);
    }

    #[test]
    fn sql_begins_as_queries_do_and_all_else_is_the_form() {
        let sql = |text: &str| Asked::Sql(text.to_owned());
        let form = |text: &str| Asked::Form(text.to_owned());
        check(&["SELECT 1"], &sql("SELECT 1"));
        check(&["select", "host", "from", "events"], &sql("select host from events"));
        check(&["\n  with x as (select 1) select * from x"], &sql("\n  with x as (select 1) select * from x"));
        check(&["EXPLAIN SELECT 1"], &sql("EXPLAIN SELECT 1"));
        check(&["select"], &form("select"));
        check(&["selection", "host=a"], &form("selection host=a"));
        check(&["host=dc1 user=bob"], &form("host=dc1 user=bob"));
        check(&["host=dc1", "net user", "-known good", "CommandLine=*a b*"], &form(r#"host=dc1 "net user" -"known good" CommandLine="*a b*""#));
        check(&["host=dc1", "a!=b c"], &form(r#"host=dc1 a!="b c""#));
    }
}
