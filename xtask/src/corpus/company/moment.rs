//! Times as logs write them, in milliseconds since 1970.

/// `2020-12-19T07:00:22.176Z`, with any fraction; the zone is taken for UTC.
pub fn parse(text: &str) -> Option<i64> {
    let part = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
    let days = days(part(0, 4)?, part(5, 7)?, part(8, 10)?);
    let seconds = part(11, 13)? * 3600 + part(14, 16)? * 60 + part(17, 19)?;
    let fraction: String = text.get(20..).unwrap_or_default().chars().take_while(char::is_ascii_digit).chain("000".chars()).take(3).collect();
    Some((days * 86_400 + seconds) * 1000 + fraction.parse::<i64>().ok()?)
}

/// Another time in the layout of this one: its separator, its digits of a fraction, its ending. As if the host kept UTC.
pub fn like(model: &str, moment: i64) -> Option<String> {
    parse(model)?;
    let (date, rest) = (model.get(..10)?, model.get(19..)?);
    let digits = rest.strip_prefix('.').map_or(0, |rest| rest.chars().take_while(char::is_ascii_digit).count());
    let ending = rest.get(if digits == 0 { 0 } else { digits + 1 }..)?;
    let (year, month, day) = civil(moment.div_euclid(86_400_000));
    let (second, millis) = (moment.div_euclid(1000).rem_euclid(86_400), moment.rem_euclid(1000));
    let fraction = if digits == 0 { String::new() } else { format!(".{millis:03}000000")[..=digits.min(9)].to_owned() };
    let separator = model.get(date.len()..11)?;
    let clock = format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
    Some(format!("{year:04}-{month:02}-{day:02}{separator}{clock}{fraction}{ending}"))
}

/// Days since 1970 of a date of our calendar (Howard Hinnant's `days_from_civil`).
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn civil(days: i64) -> (i64, i64, i64) {
    let (era, of_era) = ((days + 719_468).div_euclid(146_097), (days + 719_468).rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let (day, month) = (of_year - (153 * month + 2) / 5 + 1, if month < 10 { month + 3 } else { month - 9 });
    (year + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_as_its_model_was() {
        for (model, moment) in
            [("2020-02-29T23:59:59.123Z", 1_582_937_654_321), ("1999-12-31 00:00:00", 1_583_020_800_000), ("2024-01-01T00:00:00.1234567Z", 0)]
        {
            let written = like(model, moment).expect("a model with a time");
            assert_eq!(written.len(), model.len(), "{written}");
            assert_eq!(parse(&written).map(|read| read / 1000), Some(moment / 1000), "{written}");
        }
    }
}
