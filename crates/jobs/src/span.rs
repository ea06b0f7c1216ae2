//! Lengths of time in seconds, as each scheduler writes them.

/// Longer spans are none that anybody means.
const LONGEST: u64 = 100 * 366 * 86_400;

const MONTH: u64 = 30 * 86_400 + 37_800;
const YEAR: u64 = 365 * 86_400 + 21_600;

/// ISO 8601 as task XML has it: `PT1H30M`, `P1D`, `P1Y2M`. Months are 30 days, years 365.
pub fn iso(text: &str) -> Option<u64> {
    let mut rest = text.trim().strip_prefix('P')?;
    let mut clock = false;
    let mut total: u64 = 0;
    let mut parts = 0;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('T') {
            (clock, rest) = (true, after);
            continue;
        }
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').filter(|end| *end > 0)?;
        let unit = match (rest.as_bytes()[end], clock) {
            (b'Y', false) => 365 * 86_400,
            (b'M', false) => 30 * 86_400,
            (b'W', false) => 7 * 86_400,
            (b'D', false) => 86_400,
            (b'H', true) => 3600,
            (b'M', true) => 60,
            (b'S', true) => 1,
            _ => return None,
        };
        let number: u64 = rest[..end].split('.').next()?.parse().ok()?;
        total = total.checked_add(number.checked_mul(unit)?)?;
        parts += 1;
        rest = &rest[end + 1..];
    }
    (parts > 0 && total <= LONGEST).then_some(total)
}

/// systemd's: `5min 20s`, `1h30m`, `90` (seconds), `1.5h`, `2 weeks`.
pub fn systemd(text: &str) -> Option<u64> {
    let mut rest = text.trim();
    let mut total = 0.0;
    let mut parts = 0;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let number: f64 = rest[..end].parse().ok()?;
        let after = rest[end..].trim_start();
        let end = after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len());
        total += number * unit(&after[..end])?;
        parts += 1;
        rest = after[end..].trim_start();
    }
    (parts > 0 && total <= LONGEST as f64).then_some(total.round() as u64)
}

fn unit(name: &str) -> Option<f64> {
    Some(match name {
        "" | "s" | "sec" | "second" | "seconds" => 1.0,
        "ms" | "msec" => 1e-3,
        "us" | "usec" | "µs" | "μs" => 1e-6,
        "ns" | "nsec" => 1e-9,
        "m" | "min" | "minute" | "minutes" => 60.0,
        "h" | "hr" | "hour" | "hours" => 3600.0,
        "d" | "day" | "days" => 86_400.0,
        "w" | "week" | "weeks" => 7.0 * 86_400.0,
        "M" | "month" | "months" => MONTH as f64,
        "y" | "year" | "years" => YEAR as f64,
        _ => return None,
    })
}

/// Go's: `1h30m`, `90s`.
pub fn go(text: &str) -> Option<u64> {
    let text = text.trim();
    let plain = !text.contains(char::is_whitespace) && text.ends_with(['s', 'm', 'h']);
    systemd(text).filter(|seconds| plain && *seconds > 0)
}

/// PowerShell's: `5 minutes` (of `New-TimeSpan`), `00:05:00`, `1.00:00:00`, `PT5M`; none for `TimeSpan.MaxValue`, which has no end.
pub fn powershell(text: &str) -> Option<u64> {
    let text = text.trim();
    if text.starts_with('P') {
        return iso(text);
    }
    let Some((hours, rest)) = text.split_once(':') else { return systemd(text) };
    let (days, hours) = hours.split_once('.').unwrap_or(("0", hours));
    let (minutes, seconds) = rest.split_once(':').unwrap_or((rest, "0"));
    let number = |text: &str| text.split('.').next()?.parse::<u64>().ok().filter(|n| *n < 1_000_000);
    Some(number(days)? * 86_400 + number(hours)? * 3600 + number(minutes)? * 60 + number(seconds)?)
}
