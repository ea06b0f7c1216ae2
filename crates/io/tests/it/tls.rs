//! TLS: certificates of both sides, and reading them again.

use crate::fake::Fake;
use crate::world::World;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore, crypto};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use watchbell_io::Count;

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/certificates").join(name)
}

/// Sends over TLS, with a certificate or without; whether the server kept the connection to its end.
async fn send(world: &World, certified: bool, text: &[u8]) -> bool {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(file("ca.pem")).unwrap()).unwrap();
    let builder = ClientConfig::builder_with_provider(Arc::new(crypto::ring::default_provider())).with_safe_default_protocol_versions().unwrap();
    let builder = builder.with_root_certificates(roots);
    let config = if certified {
        let chain = vec![CertificateDer::from_pem_file(file("client.pem")).unwrap()];
        builder.with_client_auth_cert(chain, PrivateKeyDer::from_pem_file(file("client.key")).unwrap()).unwrap()
    } else {
        builder.with_no_client_auth()
    };
    let stream = TcpStream::connect(world.addresses[0]).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let Ok(mut stream) = TlsConnector::from(Arc::new(config)).connect(name, stream).await else { return false };
    stream.write_all(text).await.is_ok() && stream.shutdown().await.is_ok() && stream.read_to_end(&mut Vec::new()).await.is_ok()
}

fn config(folder: &Path, more: &str) -> String {
    let (certificate, key) = (folder.join("server.pem"), folder.join("server.key"));
    format!("sources: {{test: {{kind: syslog, tls: {{listen: '127.0.0.1:0', certificate: '{}', key: '{}'{more}}}}}}}", certificate.display(), key.display())
}

#[tokio::test]
async fn clients_show_certificates_where_they_must() {
    let authorities = format!(", client_authorities: '{}'", file("ca.pem").display());
    let optional = format!("{authorities}, client_optional: true");
    for (more, certified, taken) in
        [("", false, true), ("", true, true), (&authorities, true, true), (&authorities, false, false), (&optional, true, true), (&optional, false, true)]
    {
        let fake = Fake::new();
        let world = World::new(&config(&file(""), more), &fake);
        assert_eq!(send(&world, certified, b"5 <1>ab").await, taken, "{more} {certified}");
        assert_eq!(fake.lines(), if taken { vec!["<1>ab"] } else { vec![] }, "{more} {certified}");
        if !taken {
            fake.until(|seen| seen.counts.get(&Count::Refused("bad_handshake")) == Some(&1)).await;
        }
        world.end().await;
    }
}

#[tokio::test]
async fn certificates_are_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let put = |certificate: &str, key: &str| {
        fs::copy(file(certificate), folder.path().join("server.pem")).unwrap();
        fs::copy(file(key), folder.path().join("server.key")).unwrap();
    };
    put("server.pem", "server.key");
    let fake = Fake::new();
    let world = World::new(&config(folder.path(), ""), &fake);
    put("client.pem", "server.key");
    assert_eq!(world.certificates[0].reload().unwrap_err().code(), "tls/unusable");
    assert!(send(&world, false, b"5 <1>ab").await, "what was there goes on");
    put("client.pem", "client.key");
    world.certificates[0].reload().unwrap();
    assert!(send(&world, false, b"5 <1>cd").await);
    assert_eq!(fake.lines(), ["<1>ab", "<1>cd"]);
    world.end().await;
}
