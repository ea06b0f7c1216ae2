//! One conversation with a mail server. An address that it refuses does not keep the others from being told.

use super::{Email, Security, letter};
use crate::channels::{Message, Receipt, SendError, files};
use lettre::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;

/// What a server said to addresses.
#[derive(Default)]
struct Said {
    taken: Vec<String>,
    later: Vec<String>,
    never: Vec<String>,
}

impl Email {
    pub(super) async fn tell(&self, message: &Message) -> Result<Receipt, SendError> {
        let letter = letter::letter(self, message)?;
        let mut connection = self.connect().await?;
        let told = self.hand_over(&mut connection, message, &letter).await;
        // It has the message or it has not: how it says goodbye is all the same.
        connection.abort().await;
        told
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, SendError> {
        let (hello, server) = (ClientId::Domain(self.from.email.domain().to_owned()), (self.server.as_str(), self.port));
        let at_once = self.tls.clone().filter(|_| self.security == Security::Tls);
        let mut connection = AsyncSmtpConnection::connect_tokio1(server, Some(self.patience), &hello, at_once, None).await.map_err(|e| unsure(&e))?;
        if let Some(tls) = self.tls.clone().filter(|_| self.security == Security::Starttls) {
            connection.starttls(tls, &hello).await.map_err(|error| unsure(&error))?;
        }
        if let Some((user, file)) = &self.login {
            let login = Credentials::new(user.clone(), files::secret(file).await?);
            let refused = |error: Error| SendError::later(format!("login: {}", chain(&error)));
            connection.auth(&[Mechanism::Plain, Mechanism::Login], &login).await.map_err(refused)?;
        }
        Ok(connection)
    }

    async fn hand_over(&self, connection: &mut AsyncSmtpConnection, message: &Message, letter: &[u8]) -> Result<Receipt, SendError> {
        connection.command(Mail::new(Some(self.from.email.clone()), Vec::new())).await.map_err(|error| judged(&error))?;
        let said = ask(connection, self.untold(&message.id)).await?;
        let refused = || [&said.never[..], &said.later[..]].concat().join("; ");
        if said.taken.is_empty() {
            return Err(if said.later.is_empty() { SendError::never(refused()) } else { SendError::later(refused()) });
        }
        connection.command(Data).await.map_err(|error| judged(&error))?;
        let response = connection.message(letter).await.map_err(|error| judged(&error))?;
        let answer = format!("{}{}", words(&response), if refused().is_empty() { String::new() } else { format!("; not taken: {}", refused()) });
        if said.later.is_empty() {
            self.forget(&message.id);
            return Ok(Receipt { answer });
        }
        self.note(&message.id, &said.taken);
        Err(SendError::later(answer))
    }
}

async fn ask(connection: &mut AsyncSmtpConnection, addresses: Vec<&Address>) -> Result<Said, SendError> {
    let mut said = Said::default();
    for address in addresses {
        match connection.command(Rcpt::new(address.clone(), Vec::new())).await {
            Ok(_) => said.taken.push(address.to_string()),
            Err(error) if error.is_permanent() => said.never.push(format!("{address}: {}", chain(&error))),
            Err(error) if error.is_transient() => said.later.push(format!("{address}: {}", chain(&error))),
            Err(error) => return Err(unsure(&error)),
        }
    }
    Ok(said)
}

/// A server's refusal is for good if it says so.
fn judged(error: &Error) -> SendError {
    if error.is_permanent() { SendError::never(chain(error)) } else { unsure(error) }
}

/// Whatever keeps one from talking to a server may pass.
fn unsure(error: &Error) -> SendError {
    SendError::later(chain(error))
}

fn words(response: &Response) -> String {
    format!("{} {}", response.code(), response.message().collect::<Vec<_>>().join(" "))
}

/// An error with what caused it.
fn chain(error: &Error) -> String {
    let (mut told, mut cause) = (error.to_string(), std::error::Error::source(error));
    while let Some(error) = cause {
        let text = error.to_string();
        if !told.contains(&text) {
            told = format!("{told}: {text}");
        }
        cause = error.source();
    }
    told
}
