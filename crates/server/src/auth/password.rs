//! Passwords: what a new one must be, and Argon2id, off the threads that serve.

use super::secret::random;
use crate::api::Problem;
use crate::app::House;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Argon2, Params};
use std::sync::OnceLock;

/// As it is kept: a PHC string with its own parameters and salt.
pub struct Password;

/// In characters and bytes.
const LEAST: usize = 12;
const MOST: usize = 512;
/// KiB, passes and lanes: the second of OWASP's equal choices.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);

/// Whether somebody may take this as a password.
pub fn check_new(password: &str, name: &str) -> Result<(), Problem> {
    if password.chars().count() < LEAST {
        return Err(Problem::bad("password/short", format!("a password has at least {LEAST} characters")));
    }
    if password.len() > MOST {
        return Err(Problem::bad("password/long", format!("a password has at most {MOST} bytes")));
    }
    if password.to_lowercase().contains(&name.to_lowercase()) {
        return Err(Problem::bad("password/name", "a password must not have the user's name in it"));
    }
    Ok(())
}

impl Password {
    /// Hashes one that [`check_new`] took.
    pub async fn hash(house: &House, password: String) -> Result<String, Problem> {
        let _turn = house.auth.hashing.acquire().await.map_err(Problem::fault)?;
        tokio::task::spawn_blocking(move || hashed(&password)).await.map_err(Problem::fault)?
    }

    /// Whether it is the one. Without a hash to compare with it takes as long, and is wrong.
    pub fn is_right(password: &str, kept: Option<&str>) -> bool {
        let right = argon2().verify_password(password.as_bytes(), kept.unwrap_or_else(|| nobodys())).is_ok();
        right && kept.is_some() && password.len() <= MOST
    }
}

fn hashed(password: &str) -> Result<String, Problem> {
    let salt = random::<16>()?;
    let hash = argon2().hash_password_with_salt(password.as_bytes(), &salt).map_err(Problem::fault)?;
    Ok(hash.to_string())
}

fn argon2() -> Argon2<'static> {
    let (memory, passes, lanes) = COST;
    Argon2::from(Params::new(memory, passes, lanes, None).unwrap_or_default())
}

/// Of nobody: what the password of an unknown name is compared with.
fn nobodys() -> &'static str {
    static NOBODYS: OnceLock<String> = OnceLock::new();
    NOBODYS.get_or_init(|| hashed("nobody has this password").unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_right_password_and_no_other() {
        let kept = hashed("correct horse battery").expect("a hash");
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(Password::is_right("correct horse battery", Some(&kept)));
        assert!(!Password::is_right("correct horse", Some(&kept)));
        assert!(!Password::is_right("nobody has this password", None));
        assert!(!Password::is_right("x", Some("no hash")));
    }

    #[test]
    fn what_a_new_one_must_be() {
        let code = |password: &str| check_new(password, "ada").err().map(|problem| problem.code);
        assert_eq!(code("short"), Some("password/short"));
        assert_eq!(code("i am ADA myself"), Some("password/name"));
        assert_eq!(code(&"x".repeat(600)), Some("password/long"));
        assert_eq!(code("correct horse battery"), None);
    }
}
