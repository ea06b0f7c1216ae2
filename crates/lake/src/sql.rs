//! The SQL that a search may say: one query that reads, not too deep, with our functions' short forms written out.

use crate::{
    error::Error,
    rule::{self, Which},
};
use datafusion::sql::{
    parser::{DFParserBuilder, Statement},
    sqlparser::ast::{self, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, ObjectName, Query, SetExpr, Value, VisitMut, VisitorMut},
};
use std::{collections::BTreeSet, ops::ControlFlow};

const MAX_BYTES: usize = 1 << 15;
/// Of brackets and subqueries.
const MAX_NESTING: usize = 50;
/// Of expressions: `a OR b OR c` is three deep. What is planned is walked by functions that call themselves.
const MAX_DEPTH: usize = 600;
const MAX_TABLES: usize = 64;
/// Different rules that one search asks.
const MAX_RULES: usize = 16;
const FIELDS: [&str; 2] = ["fields", "raw"];

/// A query that reads, and what it names beside events.
#[derive(Debug)]
pub(crate) struct Reading {
    pub statement: Statement,
    pub tables: BTreeSet<String>,
    pub rules: BTreeSet<(Which, String)>,
}

pub(crate) fn read_only(sql: &str) -> Result<Reading, Error> {
    if sql.len() > MAX_BYTES {
        return Err(Error::Query(format!("a query has at most {MAX_BYTES} bytes")));
    }
    let mut parser = DFParserBuilder::new(sql).with_recursion_limit(MAX_NESTING).build()?;
    let mut statements = parser.parse_statements()?;
    let (Some(mut statement), true) = (statements.pop_front(), statements.is_empty()) else {
        return Err(Error::Query("write one query".to_owned()));
    };
    let mut walk = Walk::default();
    check(&mut statement, &mut walk)?;
    Ok(Reading { statement, tables: walk.named, rules: walk.rules })
}

fn check(statement: &mut Statement, walk: &mut Walk) -> Result<(), Error> {
    match statement {
        Statement::Statement(inner) => match &mut **inner {
            ast::Statement::Query(query) => match query.visit(walk) {
                ControlFlow::Continue(()) => Ok(()),
                ControlFlow::Break(error) => Err(error),
            },
            ast::Statement::ExplainTable { table_name, .. } => {
                walk.name(table_name);
                Ok(())
            }
            other => Err(refused(&other.to_string())),
        },
        Statement::Explain(explain) => check(&mut explain.statement, walk),
        other => Err(refused(&other.to_string())),
    }
}

fn refused(statement: &str) -> Error {
    let first: String = statement.chars().take(40).collect();
    Error::Refused(format!("`{first}` does not read"))
}

/// Goes through a query once.
#[derive(Default)]
struct Walk {
    depth: usize,
    tables: usize,
    named: BTreeSet<String>,
    rules: BTreeSet<(Which, String)>,
}

impl VisitorMut for Walk {
    type Break = Error;

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<Error> {
        let mut body = &*query.body;
        while let SetExpr::SetOperation { left, .. } = body {
            self.tables += 1;
            body = left;
        }
        match body {
            SetExpr::Insert(_) | SetExpr::Update(_) | SetExpr::Delete(_) | SetExpr::Merge(_) => ControlFlow::Break(refused(&query.to_string())),
            _ => self.bounded(),
        }
    }

    fn pre_visit_relation(&mut self, table: &mut ObjectName) -> ControlFlow<Error> {
        self.tables += 1;
        self.name(table);
        self.bounded()
    }

    fn pre_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<Error> {
        self.depth += 1;
        write_out(expression);
        self.note_rule(expression)?;
        self.bounded()
    }

    fn post_visit_expr(&mut self, _: &mut Expr) -> ControlFlow<Error> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }
}

impl Walk {
    fn name(&mut self, table: &ObjectName) {
        let last = table.0.last().and_then(|part| part.as_ident());
        self.named.extend(last.map(|name| if name.quote_style.is_some() { name.value.clone() } else { name.value.to_lowercase() }));
    }

    /// What `matches('…')` and `sigma('…')` name, once they are written out.
    fn note_rule(&mut self, expression: &Expr) -> ControlFlow<Error> {
        let Expr::Function(function) = expression else { return ControlFlow::Continue(()) };
        let Some(which) = of(function) else { return ControlFlow::Continue(()) };
        let text = match &function.args {
            FunctionArguments::List(list) if list.args.len() == 1 + rule::COLUMNS.len() => list.args.last().and_then(literal),
            _ => None,
        };
        let Some(text) = text else { return ControlFlow::Break(Error::Query(format!("a rule must be written out, as in {}('…')", which.name()))) };
        self.rules.insert((which, text));
        if self.rules.len() > MAX_RULES {
            return ControlFlow::Break(Error::Query(format!("a search asks at most {MAX_RULES} different rules")));
        }
        ControlFlow::Continue(())
    }

    fn bounded(&self) -> ControlFlow<Error> {
        let what = match (self.depth > MAX_DEPTH, self.tables > MAX_TABLES) {
            (true, _) => "too many conditions in a row; `x IN (…)` takes any number of values",
            (_, true) => "too many tables",
            _ => return ControlFlow::Continue(()),
        };
        ControlFlow::Break(Error::Query(what.to_owned()))
    }
}

/// `matches('X')` and `sigma('X')` are given the columns of [`rule::COLUMNS`] before the rule, in the same way as:
/// `field('X')` becomes `field(fields, raw, 'X')`; `field(e, 'X')` and `field(e.raw, 'X')` become `field(e.fields, e.raw, 'X')`.
fn write_out(expression: &mut Expr) {
    let Expr::Function(function) = expression else { return };
    let columns: &[&str] = match (of(function), function.name.to_string().to_ascii_lowercase().as_str()) {
        (Some(_), _) => &rule::COLUMNS,
        (None, "field" | "has") => &FIELDS,
        _ => return,
    };
    let FunctionArguments::List(list) = &mut function.args else { return };
    let of: Vec<Ident> = match list.args.as_slice() {
        [_] => Vec::new(),
        [FunctionArg::Unnamed(FunctionArgExpr::Expr(of)), _] => match of {
            Expr::Identifier(column) if ["raw", "fields"].contains(&column.value.as_str()) => Vec::new(),
            Expr::Identifier(table) => vec![table.clone()],
            Expr::CompoundIdentifier(parts) => parts[..parts.len() - 1].to_vec(),
            _ => return,
        },
        _ => return,
    };
    let column = |name: &str| {
        let parts: Vec<Ident> = of.iter().cloned().chain([Ident::new(name)]).collect();
        FunctionArg::Unnamed(FunctionArgExpr::Expr(if of.is_empty() { Expr::Identifier(Ident::new(name)) } else { Expr::CompoundIdentifier(parts) }))
    };
    let last = list.args.pop();
    list.args = columns.iter().map(|name| column(name)).chain(last).collect();
}

fn of(function: &ast::Function) -> Option<Which> {
    let name = function.name.to_string();
    Which::ALL.into_iter().find(|which| name.eq_ignore_ascii_case(which.name()))
}

fn literal(argument: &FunctionArg) -> Option<String> {
    match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Value(value))) => match &value.value {
            Value::SingleQuotedString(text) | Value::EscapedStringLiteral(text) => Some(text.clone()),
            Value::DollarQuotedString(text) => Some(text.value.clone()),
            _ => None,
        },
        _ => None,
    }
}
