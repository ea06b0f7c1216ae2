//! Whether a name was drawn at random: by its case, its digits, and how seldom its letters follow each other in words.

/// How surprising a letter (column) is after another (row), 0 to 9 bits, counted over English and code; rounded.
const SURPRISE: [&[u8; 26]; 26] = [
    b"85448758596343959343667768",
    b"36663778359377379446399859",
    b"38573783594478279453589979",
    b"46652668288567478556577979",
    b"57445568698453767234867479",
    b"47664379299477379454498969",
    b"47672764399454469345589989",
    b"28872988398666379564689869",
    b"55455559997442469543859796",
    b"27663798477766367747384979",
    b"46662766387565469635486869",
    b"37752679298378379755579959",
    b"25762889398557339857599879",
    b"48433538497676479833559979",
    b"66547668696442549344455889",
    b"39673785598388349354598959",
    b"87887698799367987546157998",
    b"37552768396655369544678959",
    b"58472784395567447742477969",
    b"38672684398677469345587959",
    b"54554669598443649333899798",
    b"27671768399767579666897979",
    b"38663783297574389446896989",
    b"57461696499557637863888679",
    b"46674749578344429434775868",
    b"36881896398568469666689965",
];

/// Shorter names say nothing; longer ones are sentences.
const LENGTHS: std::ops::RangeInclusive<usize> = 6..=40;

/// The last part of a name, without what says which kind of file it is.
pub fn base(name: &str) -> &str {
    let last = name.rsplit(['\\', '/']).find(|part| !part.is_empty()).unwrap_or(name);
    let (stem, extension) = last.rsplit_once('.').unwrap_or((last, ""));
    let known = ["timer", "service", "sh", "py", "exe", "xml", "job", "plist"];
    if known.iter().any(|k| extension.eq_ignore_ascii_case(k)) { stem } else { last }
}

/// Whether somebody's dice gave the name: a bare GUID, long numbers, or one word that is none.
pub fn is_drawn(name: &str) -> bool {
    let word = base(name);
    if is_guid(word) {
        return true;
    }
    if !LENGTHS.contains(&word.len()) || !word.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return word.len() == 5 && word.bytes().all(|b| b.is_ascii_digit());
    }
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    digits == word.len() || is_hex(word, digits) || alternations(word) >= 4 || has_odd_case(word) || is_no_word(word)
}

fn is_guid(word: &str) -> bool {
    let inner = word.strip_prefix('{').and_then(|w| w.strip_suffix('}')).unwrap_or(word);
    let groups: Vec<&str> = inner.split('-').collect();
    groups.iter().map(|g| g.len()).eq([8, 4, 4, 4, 12]) && groups.iter().all(|g| g.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn is_hex(word: &str, digits: usize) -> bool {
    let one_case = !word.bytes().any(|b| b.is_ascii_lowercase()) || !word.bytes().any(|b| b.is_ascii_uppercase());
    word.len() >= 8 && digits >= 2 && one_case && word.bytes().all(|b| b.is_ascii_hexdigit())
}

/// How often letters and digits take turns.
fn alternations(word: &str) -> usize {
    word.as_bytes().windows(2).filter(|pair| pair[0].is_ascii_digit() != pair[1].is_ascii_digit()).count()
}

/// Capitals where no words begin: `qKzRbTwA`, not `BackupTask`.
fn has_odd_case(word: &str) -> bool {
    let letters: Vec<u8> = word.bytes().filter(u8::is_ascii_alphabetic).collect();
    let humps = humps(&letters);
    let length = letters.len() as f64 / humps.max(1) as f64;
    humps >= 3 && (length < 2.35 || (letters.len() <= 16 && length <= 3.0 && surprise(word, true) >= 4.6))
}

/// Words of camel case; a run of capitals is one.
fn humps(letters: &[u8]) -> usize {
    let begins = |at: usize| {
        let (before, here, after) = (at.checked_sub(1).map(|b| letters[b]), letters[at], letters.get(at + 1));
        let follows = before.is_some_and(|b| b.is_ascii_uppercase()) && after.is_none_or(u8::is_ascii_uppercase);
        before.is_none() || (here.is_ascii_uppercase() && !follows)
    };
    (0..letters.len()).filter(|at| begins(*at)).count()
}

/// A word in one case whose letters do not belong together.
fn is_no_word(word: &str) -> bool {
    let upper = !word.bytes().any(|b| b.is_ascii_lowercase());
    let one_case = upper || !word.bytes().skip(1).any(|b| b.is_ascii_uppercase());
    let surprise = surprise(word, false);
    let least = if word.len() < 8 { 6.0 } else { 5.7 };
    one_case && (!upper || word.len() >= 8) && (surprise >= least || (surprise >= 4.6 && consonants(word) >= 5))
}

/// The mean surprise of neighbours. `cased`: capitals behind each other say little, and a new word may begin with anything.
fn surprise(word: &str, cased: bool) -> f64 {
    let bytes = word.as_bytes();
    let (mut sum, mut pairs) = (0_u32, 0_u32);
    for (at, pair) in bytes.windows(2).enumerate().filter(|(_, pair)| pair.iter().all(u8::is_ascii_alphabetic)) {
        let upper = [pair[0].is_ascii_uppercase(), pair[1].is_ascii_uppercase()];
        let ends = upper == [true, true] && bytes.get(at + 2).is_some_and(u8::is_ascii_lowercase);
        if cased && (upper == [false, true] || ends) {
            continue;
        }
        let index = |letter: u8| usize::from(letter.to_ascii_lowercase() - b'a');
        let bits = if cased && upper == [true, true] { 5 } else { u32::from(SURPRISE[index(pair[0])][index(pair[1])] - b'0') };
        (sum, pairs) = (sum + bits, pairs + 1);
    }
    if pairs == 0 { 0.0 } else { f64::from(sum) / f64::from(pairs) }
}

/// The longest run of consonants.
fn consonants(word: &str) -> usize {
    let vowel = |c: char| matches!(c.to_ascii_lowercase(), 'a' | 'e' | 'i' | 'o' | 'u' | 'y') || c.is_ascii_digit();
    word.split(vowel).map(str::len).max().unwrap_or(0)
}
