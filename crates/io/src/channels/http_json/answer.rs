//! What the far end's answer means: taken, not now, or never.

use crate::channels::{Receipt, Retry, SendError};
use jiff::fmt::rfc2822::DateTimeParser;
use reqwest::header::{HeaderMap, LOCATION, RETRY_AFTER};
use reqwest::{Response, StatusCode};
use std::time::Duration;
use watchbell_model::Timestamp;

/// Bytes of an answer that are kept.
const KEPT: usize = 1000;
/// Longer waits are somebody's mistake.
const LONGEST: u64 = 24 * 3600;

pub async fn judge(mut response: Response, now: Timestamp) -> Result<Receipt, SendError> {
    let (status, wait) = (response.status(), retry_after(response.headers(), now));
    let moved = response.headers().get(LOCATION).is_some();
    let answer = format!("{} {}", status.as_u16(), body(&mut response).await).trim_end().to_owned();
    if status.is_success() {
        return Ok(Receipt { answer });
    }
    let again = status.is_server_error() || matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS);
    let retry = match (again, wait) {
        (false, _) => Retry::Never,
        (true, Some(wait)) => Retry::After(wait),
        (true, None) => Retry::Later,
    };
    let what = if status.is_redirection() && moved { format!("{answer} (redirects are not followed: give the place itself)") } else { answer };
    Err(SendError { what, retry })
}

/// The beginning of a body, in one line. That it breaks off changes nothing: the status was there.
async fn body(response: &mut Response) -> String {
    let mut kept = Vec::new();
    while kept.len() < KEPT {
        let Ok(Some(chunk)) = response.chunk().await else { break };
        kept.extend_from_slice(&chunk[..chunk.len().min(KEPT - kept.len())]);
    }
    String::from_utf8_lossy(&kept).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// In seconds, or at a date.
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let date = || Some(DateTimeParser::new().parse_timestamp(text).ok()?.as_second() - now.seconds());
    let seconds = text.parse::<u64>().ok().or_else(|| Some(u64::try_from(date()?).unwrap_or(0)))?;
    Some(Duration::from_secs(seconds.min(LONGEST)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits() {
        for (text, seconds) in [
            ("120", Some(120)),
            (" 0 ", Some(0)),
            ("99999999", Some(LONGEST)),
            ("Thu, 01 Jan 1970 00:01:40 GMT", Some(90)),
            ("Thu, 01 Jan 1970 00:00:01 GMT", Some(0)),
            ("soon", None),
            ("-1", None),
        ] {
            let headers = [(RETRY_AFTER, text.parse().expect("a header"))].into_iter().collect();
            assert_eq!(retry_after(&headers, Timestamp::from_seconds(10)), seconds.map(Duration::from_secs), "{text}");
        }
    }
}
