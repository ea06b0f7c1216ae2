//! What a job runs, looked at for paths that anybody can write to, programs that live off the land, what is encoded, and what is fetched.

use crate::{Job, Kind};

/// Everything that runs, as it is written and in lower case with slashes turned.
pub struct Text {
    text: String,
    lower: String,
}

/// More of an action is not looked at.
const MAX_TEXT: usize = 64 * 1024;

/// Folders of Windows below which users may write.
const WINDOWS: &[&str] = &[
    "\\users\\",
    "\\appdata\\",
    "%appdata%",
    "%localappdata%",
    "%temp%",
    "%tmp%",
    "%public%",
    "%userprofile%",
    "$env:temp",
    "$env:tmp",
    "$env:appdata",
    "$env:localappdata",
    "$env:public",
    "$env:userprofile",
    "\\programdata\\",
    "%programdata%",
    "\\temp\\",
    "\\tmp\\",
    "\\windows\\tasks\\",
    "\\windows\\tracing\\",
    "\\system32\\spool\\drivers\\color\\",
    "\\perflogs\\",
    "\\$recycle.bin\\",
    "\\intel\\logs\\",
];

/// The same of Unix; a home is looked at apart.
const UNIX: &[&str] = &["/tmp/", "/var/tmp/", "/dev/shm/", "/run/user/", "/var/www/", "/run/shm/", "/var/lock/", "/private/tmp/", "/users/shared/"];

/// Programs that come with a system and run what others bring, by name.
const LOL_BINS: &[&str] = &[
    "bitsadmin",
    "certutil",
    "cmstp",
    "cscript",
    "desktopimgdownldr",
    "esentutl",
    "extrac32",
    "forfiles",
    "hh",
    "ieexec",
    "infdefaultinstall",
    "installutil",
    "mavinject",
    "microsoft.workflow.compiler",
    "msbuild",
    "mshta",
    "msiexec",
    "msxsl",
    "odbcconf",
    "pcalua",
    "powershell",
    "powershell_ise",
    "presentationhost",
    "pwsh",
    "regasm",
    "regsvcs",
    "regsvr32",
    "rundll32",
    "scriptrunner",
    "syncappvpublishingserver",
    "verclsid",
    "wmic",
    "wscript",
    "nc",
    "ncat",
    "netcat",
    "socat",
    "osascript",
    "busybox",
];

/// Interpreters that are given their program on the command line.
const INLINE: &[(&str, &[&str])] = &[
    ("python", &["-c"]),
    ("perl", &["-e", "-mio"]),
    ("ruby", &["-e", "-rsocket"]),
    ("php", &["-r"]),
    ("node", &["-e"]),
    ("lua", &["-e"]),
    ("bash", &["-i"]),
    ("sh", &["-i"]),
    ("openssl", &["s_client"]),
];

const ENCODED: &[&str] = &[
    "frombase64string",
    "base64 -d",
    "base64 --d",
    "b64decode",
    "atob(",
    "xxd -r",
    "openssl enc -d",
    "openssl base64 -d",
    "certutil -decode",
    "certutil /decode",
    "base32 -d",
];

const FETCHERS: &[&str] = &[
    "curl",
    "wget",
    "iwr",
    "irm",
    "invoke-webrequest",
    "invoke-restmethod",
    "start-bitstransfer",
    "scp",
    "sftp",
    "tftp",
    "ftp",
    "lftp",
    "aria2c",
    "desktopimgdownldr",
];

const FETCHING: &[&str] = &[
    "downloadstring",
    "downloadfile",
    "downloaddata",
    "net.webclient",
    "net.http",
    "xmlhttp",
    "/dev/tcp/",
    "/dev/udp/",
    "-urlcache",
    "/urlcache",
    "bitsadmin /transfer",
    "urlopen",
    "urlretrieve",
];

const URLS: &[&str] = &["http://", "https://", "ftp://", "tftp://", "sftp://", "hxxp://", "hxxps://"];

/// What no name or path holds.
const ENDS: &[char] = &[' ', '\t', '\n', '\r', '"', '\'', '`', '(', ')', '<', '>', '|', ';', '&', ',', '='];

impl Text {
    pub fn new(job: &Job) -> Self {
        let whole = job.action().unwrap_or_default();
        let end = (0..=MAX_TEXT.min(whole.len())).rev().find(|at| whole.is_char_boundary(*at)).unwrap_or(0);
        let text = format!("{} {}", &whole[..end], job.folder.as_deref().unwrap_or_default());
        let lower = text.to_ascii_lowercase();
        Self { text, lower }
    }

    /// The first path that others than the job's account may write to.
    pub fn user_writable(&self, job: &Job) -> Option<String> {
        let is_windows = matches!(job.kind, Kind::WindowsTask | Kind::At);
        let program = job.command.as_deref().filter(|command| is_windows && WINDOWS.iter().any(|folder| command.to_ascii_lowercase().contains(folder)));
        if let Some(program) = program {
            return Some(program.to_owned());
        }
        let windows = WINDOWS.iter().filter_map(|folder| self.lower.find(folder)).filter(|_| is_windows);
        let unix = UNIX.iter().filter_map(|folder| self.match_path(folder));
        let homes = ["/home/", "/users/"].iter().filter_map(|folder| self.match_path(folder)).filter(|at| !self.is_own_home(*at, job));
        windows.chain(unix).chain(homes).min().map(|at| self.path(at))
    }

    /// A path at the beginning of a word, something in the folder; not one that output only goes to.
    fn match_path(&self, folder: &str) -> Option<usize> {
        let places = self.lower.match_indices(folder).map(|(at, _)| at).take(64);
        places.into_iter().find(|at| {
            let before = &self.lower[..*at];
            let starts = before.chars().next_back().is_none_or(|c| ENDS.contains(&c) || c == ':' || c == '{');
            let inside = self.lower[at + folder.len()..].chars().next().is_some_and(|c| !ENDS.contains(&c));
            starts && inside && !before.trim_end().ends_with('>')
        })
    }

    /// A user's own job may well run from that user's home.
    fn is_own_home(&self, at: usize, job: &Job) -> bool {
        let owner = self.lower[at + 1..].split('/').nth(1).unwrap_or_default();
        job.principal.as_deref().or(job.target_user.as_deref()).is_some_and(|user| user.eq_ignore_ascii_case(owner))
    }

    /// The whole path around a place, blanks included where it is quoted.
    fn path(&self, at: usize) -> String {
        let before = &self.text[..at];
        let quote = before.rfind(['"', '\'']).filter(|q| before[..*q].matches(&before[*q..=*q]).count().is_multiple_of(2));
        let start = before.rfind(ENDS).map_or(0, |end| end + 1);
        match quote {
            Some(open) if before[open + 1..].contains([':', '\\', '/', '%']) || open + 1 == at => {
                let rest = &self.text[open + 1..];
                rest[..rest.find(&before[open..=open]).unwrap_or(rest.len())].to_owned()
            }
            _ => {
                let rest = &self.text[start..];
                rest[..rest[at - start..].find(ENDS).map_or(rest.len(), |end| at - start + end)].to_owned()
            }
        }
    }

    /// The first program that runs what others bring.
    pub fn lol_bin(&self) -> Option<String> {
        let words: Vec<&str> = self.lower.split(ENDS).filter(|w| !w.is_empty()).collect();
        words.iter().enumerate().find_map(|(at, word)| {
            let name = program(word);
            let inline = INLINE.iter().find(|(program, _)| name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.') == *program);
            let given = |options: &[&str]| words[at + 1..].iter().take(4).any(|next| options.contains(next));
            (LOL_BINS.contains(&name) || inline.is_some_and(|(_, options)| given(options))).then(|| name.to_owned())
        })
    }

    /// What stood encoded, else what would decode it.
    pub fn encoded(&self, job: &Job) -> Option<String> {
        let switched = || self.lower.split_whitespace().any(crate::decode::is_encoded_switch) && self.lower.contains("powershell");
        let plain = job.decoded.clone();
        let marker = || ENCODED.iter().find(|marker| self.lower.contains(**marker)).map(|marker| (*marker).to_owned());
        plain.or_else(marker).or_else(|| switched().then(|| "-EncodedCommand".to_owned()))
    }

    /// The first address, else what fetches.
    pub fn fetches(&self) -> Option<String> {
        let addresses = URLS.iter().flat_map(|scheme| self.lower.match_indices(scheme).take(32)).map(|(at, scheme)| (at, at + scheme.len()));
        let foreign = addresses.filter(|(_, host)| !is_here(&self.lower[*host..])).map(|(at, _)| at).min();
        if let Some(at) = foreign {
            let rest = &self.text[at..];
            return Some(rest[..rest.find(|c: char| c != '=' && c != '&' && c != ',' && ENDS.contains(&c)).unwrap_or(rest.len())].to_owned());
        }
        let here = URLS.iter().any(|scheme| self.lower.contains(scheme));
        let fetcher = || self.lower.split(ENDS).map(program).find(|name| FETCHERS.contains(name)).filter(|_| !here);
        FETCHING.iter().find(|marker| self.lower.contains(**marker)).copied().or_else(fetcher).map(str::to_owned).or_else(|| self.share())
    }

    /// `\\host\share\…`.
    fn share(&self) -> Option<String> {
        let at = self.lower.match_indices("\\\\").map(|(at, _)| at).take(64).find(|at| {
            let rest = &self.lower[at + 2..];
            let starts = self.lower[..*at].chars().next_back().is_none_or(|c| ENDS.contains(&c));
            let host = rest.split('\\').next().unwrap_or_default();
            starts
                && rest.contains('\\')
                && !host.is_empty()
                && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'@'))
                && host != "."
        })?;
        Some(self.path(at))
    }
}

/// A program's name out of a word: without folder and `.exe`.
fn program(word: &str) -> &str {
    let base = word.rsplit(['\\', '/']).next().unwrap_or(word);
    base.strip_suffix(".exe").unwrap_or(base)
}

/// Whether an address begins with the machine itself.
fn is_here(address: &str) -> bool {
    ["localhost", "127.", "[::1]", "0.0.0.0"].iter().any(|here| address.starts_with(here))
}
