//! The SQL that a search may say: one query that reads, not too deep, with our functions' short forms written out.

use crate::error::Error;
use datafusion::sql::{
    parser::{DFParserBuilder, Statement},
    sqlparser::ast::{self, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, ObjectName, Query, SetExpr, VisitMut, VisitorMut},
};
use std::ops::ControlFlow;

const MAX_BYTES: usize = 1 << 15;
/// Of brackets and subqueries.
const MAX_NESTING: usize = 50;
/// Of expressions: `a OR b OR c` is three deep. What is planned is walked by functions that call themselves.
const MAX_DEPTH: usize = 600;
const MAX_TABLES: usize = 64;
const FUNCTIONS: [&str; 2] = ["field", "has"];

pub(crate) fn read_only(sql: &str) -> Result<Statement, Error> {
    if sql.len() > MAX_BYTES {
        return Err(Error::Query(format!("a query has at most {MAX_BYTES} bytes")));
    }
    let mut parser = DFParserBuilder::new(sql).with_recursion_limit(MAX_NESTING).build()?;
    let mut statements = parser.parse_statements()?;
    let (Some(mut statement), true) = (statements.pop_front(), statements.is_empty()) else {
        return Err(Error::Query("write one query".to_owned()));
    };
    check(&mut statement)?;
    Ok(statement)
}

fn check(statement: &mut Statement) -> Result<(), Error> {
    match statement {
        Statement::Statement(inner) => match &mut **inner {
            ast::Statement::Query(query) => match query.visit(&mut Walk::default()) {
                ControlFlow::Continue(()) => Ok(()),
                ControlFlow::Break(error) => Err(error),
            },
            ast::Statement::ExplainTable { .. } => Ok(()),
            other => Err(refused(&other.to_string())),
        },
        Statement::Explain(explain) => check(&mut explain.statement),
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

    fn pre_visit_relation(&mut self, _: &mut ObjectName) -> ControlFlow<Error> {
        self.tables += 1;
        self.bounded()
    }

    fn pre_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<Error> {
        self.depth += 1;
        write_out(expression);
        self.bounded()
    }

    fn post_visit_expr(&mut self, _: &mut Expr) -> ControlFlow<Error> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }
}

impl Walk {
    fn bounded(&self) -> ControlFlow<Error> {
        let what = match (self.depth > MAX_DEPTH, self.tables > MAX_TABLES) {
            (true, _) => "too many conditions in a row; `x IN (…)` takes any number of values",
            (_, true) => "too many tables",
            _ => return ControlFlow::Continue(()),
        };
        ControlFlow::Break(Error::Query(what.to_owned()))
    }
}

/// `field('X')` becomes `field(fields, raw, 'X')`; `field(e, 'X')` and `field(e.raw, 'X')` become `field(e.fields, e.raw, 'X')`.
fn write_out(expression: &mut Expr) {
    let Expr::Function(function) = expression else { return };
    let name = function.name.to_string().to_ascii_lowercase();
    let FunctionArguments::List(list) = &mut function.args else { return };
    if !FUNCTIONS.contains(&name.as_str()) {
        return;
    }
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
    list.args = [column("fields"), column("raw")].into_iter().chain(last).collect();
}
