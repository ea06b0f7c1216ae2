//! The signature of Standard Webhooks: HMAC-SHA256 over id, time and body.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Of a secret that is base64.
const PREFIX: &str = "whsec_";

/// `v1,` and the signature.
pub fn sign(secret: &str, id: &str, seconds: i64, body: &str) -> Result<String, String> {
    let key = match secret.strip_prefix(PREFIX) {
        Some(text) => STANDARD.decode(text).map_err(|_| format!("what follows `{PREFIX}` in the secret is no base64"))?,
        None => secret.as_bytes().to_vec(),
    };
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).map_err(|error| error.to_string())?;
    mac.update(format!("{id}.{seconds}.").as_bytes());
    mac.update(body.as_bytes());
    Ok(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::sign;

    #[test]
    fn the_example_of_the_specification() {
        let (secret, id) = ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek");
        let signed = sign(secret, id, 1_614_265_330, r#"{"test": 2432232314}"#).expect("a signature");
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert!(sign("whsec_?", id, 0, "").is_err());
        assert!(sign("any line", id, 0, "").is_ok());
    }
}
