//! What a server shows of itself when a TLS connection is opened: its certificate, and the versions that it accepts.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    ClientConfig, ClientConnection, DigitallySignedStruct, SignatureScheme, SupportedProtocolVersion, version,
};
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::base::reach::Reach;

/// The certificate that a server shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// From when it holds, in seconds since 1970.
    pub from: i64,
    /// Until when it holds, in seconds since 1970.
    pub until: i64,
    /// Who signed it.
    pub issuer: String,
    /// How many certificates the server shows, its own included.
    pub chain: usize,
}

/// What a connection showed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    /// The certificate, where one could be read.
    pub certificate: Option<Certificate>,
    /// The versions that the server accepts: `1.0`, `1.1`, `1.2`, `1.3`.
    pub versions: Vec<&'static str>,
}

/// How long each of its questions may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Opens a connection for each version, all at once, and says what was seen; nothing is sent over them.
pub fn look(host: &str, port: u16) -> Shown {
    look_within(host, port, Reach::Anywhere)
}

/// The same, of the addresses of a host that are within reach.
pub(crate) fn look_within(host: &str, port: u16, reach: Reach) -> Shown {
    let old = [("1.0", 1), ("1.1", 2)];
    let new = [("1.2", &version::TLS12), ("1.3", &version::TLS13)];
    std::thread::scope(|scope| {
        let old = old.map(|(name, minor)| (name, scope.spawn(move || accepts_old(host, port, minor, reach))));
        let new = new.map(|(name, version)| (name, scope.spawn(move || handshake(host, port, version, reach))));
        let mut shown = Shown::default();
        for (name, asked) in old {
            if asked.join().ok().flatten() == Some(true) {
                shown.versions.push(name);
            }
        }
        for (name, asked) in new {
            if let Some(chain) = asked.join().ok().flatten() {
                shown.versions.push(name);
                shown.certificate = shown.certificate.or_else(|| read(&chain));
            }
        }
        shown
    })
}

fn connect(host: &str, port: u16, reach: Reach) -> Option<TcpStream> {
    let addresses = reach.addresses(host, port).ok()?;
    let stream = addresses.iter().find_map(|address| TcpStream::connect_timeout(address, PATIENCE).ok())?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    stream.set_write_timeout(Some(PATIENCE)).ok()?;
    Some(stream)
}

/// A handshake in one version; the certificates that the server showed.
fn handshake(
    host: &str,
    port: u16,
    version: &'static SupportedProtocolVersion,
    reach: Reach,
) -> Option<Vec<CertificateDer<'static>>> {
    let provider = Arc::new(ring::default_provider());
    let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(&[version])
        .ok()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(AcceptAnyCertificate(provider)))
        .with_no_client_auth();
    let name = ServerName::try_from(host.trim_start_matches('[').trim_end_matches(']').to_owned()).ok()?;
    let mut connection = ClientConnection::new(Arc::new(config), name).ok()?;
    let mut stream = connect(host, port, reach)?;
    while connection.is_handshaking() {
        connection.complete_io(&mut stream).ok()?;
    }
    Some(connection.peer_certificates()?.to_vec())
}

fn read(chain: &[CertificateDer<'_>]) -> Option<Certificate> {
    let (_, own) = X509Certificate::from_der(chain.first()?).ok()?;
    let validity = own.validity();
    Some(Certificate {
        from: validity.not_before.timestamp(),
        until: validity.not_after.timestamp(),
        issuer: own.issuer().to_string(),
        chain: chain.len(),
    })
}

/// Looks at certificates without judging them: a visit that is checked has judged them already.
#[derive(Debug)]
struct AcceptAnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AcceptAnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        own: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, own, signature, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        own: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, own, signature, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// Whether a server answers the greeting of TLS 1.0 (`minor` 1) or 1.1 (2) in that version. No library speaks them any
/// more, so that the greeting is written here (RFC 4346, section 7.4.1.2); the connection is left after the answer.
fn accepts_old(host: &str, port: u16, minor: u8, reach: Reach) -> Option<bool> {
    let mut stream = connect(host, port, reach)?;
    stream.write_all(&greeting(host, minor)).ok()?;
    // A record: its kind, its version, its length. A refusal is one of another kind, and often the end.
    let mut record = [0; 5];
    stream.read_exact(&mut record).ok()?;
    if record[0] != 22 {
        return Some(false);
    }
    // A message: its kind, its length, then the version that was chosen.
    let mut message = [0; 6];
    stream.read_exact(&mut message).ok()?;
    Some(message[0] == 2 && message[4..] == [3, minor])
}

fn greeting(host: &str, minor: u8) -> Vec<u8> {
    /// ECDHE and RSA key exchange with AES or 3DES in CBC mode: what those versions have.
    const SUITES: &[[u8; 2]] = &[
        [0xc0, 0x13],
        [0xc0, 0x14],
        [0xc0, 0x09],
        [0xc0, 0x0a],
        [0x00, 0x2f],
        [0x00, 0x35],
        [0x00, 0x33],
        [0x00, 0x39],
        [0x00, 0x0a],
    ];
    let sized = |bytes: &[u8]| [&u16::try_from(bytes.len()).unwrap_or(0).to_be_bytes(), bytes].concat();
    let name = [&[0], sized(host.as_bytes()).as_slice()].concat();
    let extension = |number: u16, bytes: &[u8]| [&number.to_be_bytes(), sized(bytes).as_slice()].concat();
    let extensions = [
        extension(0, &sized(&name)),
        // The curves secp256r1, secp384r1 and x25519, and uncompressed points.
        extension(10, &sized(&[0, 23, 0, 24, 0, 29])),
        extension(11, &[1, 0]),
    ]
    .concat();
    let body = [
        &[3, minor][..],
        // Nothing is agreed on with these 32 bytes: they need not be random.
        &[0x5e; 32],
        &[0],
        &sized(&SUITES.concat()),
        &[1, 0],
        &sized(&extensions),
    ]
    .concat();
    let message = [&[1, 0][..], &sized(&body)].concat();
    [&[22, 3, 1][..], &sized(&message)].concat()
}
