//! Servers on this machine that answer as a case says, over plain HTTP or over TLS.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// What is answered at a path.
#[derive(Clone, Default)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

/// What a server answers: by path, then to `OPTIONS`.
#[derive(Clone, Default)]
pub(crate) struct Served {
    pub(crate) pages: Vec<(String, Answer)>,
    pub(crate) options: Vec<(String, String)>,
}

/// An authority of certificates, and one certificate for this machine that it signed.
pub(crate) struct Authority {
    config: Arc<ServerConfig>,
    pem: String,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new(Vec::new()).expect("parameters");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        // Where both bear one name, some take the certificate for its own authority.
        params.distinguished_name.push(DnType::CommonName, "Authority of a test");
        let pem = params.self_signed(&key).expect("a certificate").pem();
        let issuer = Issuer::new(params, key);
        let own_key = KeyPair::generate().expect("a key");
        let names = ["localhost", "127.0.0.1"].map(str::to_owned).to_vec();
        let own =
            CertificateParams::new(names).expect("parameters").signed_by(&own_key, &issuer).expect("a certificate");
        let chain = vec![CertificateDer::from(own.der().to_vec())];
        let own_key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(own_key.serialize_der()));
        let config = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, own_key);
        Self { config: Arc::new(config.expect("a configuration")), pem }
    }

    /// Writes the certificate of the authority, for those who are to trust it.
    pub(crate) fn write(&self, path: &Path) {
        std::fs::write(path, &self.pem).expect("a file");
    }
}

/// A port that is listened on; `serve` starts answering there.
pub(crate) struct Port(TcpListener);

impl Port {
    pub(crate) fn open() -> Self {
        Self(TcpListener::bind("127.0.0.1:0").expect("a port"))
    }

    pub(crate) fn number(&self) -> u16 {
        self.0.local_addr().expect("an address").port()
    }

    /// Answers each connection by a function, in a thread of its own, until the test ends.
    pub(crate) fn each(self, answer: impl Fn(TcpStream) + Send + Sync + 'static) {
        let answer = Arc::new(answer);
        std::thread::spawn(move || {
            for stream in self.0.incoming().flatten() {
                let answer = Arc::clone(&answer);
                std::thread::spawn(move || {
                    let _ = stream.set_read_timeout(Some(Duration::from_secs(20)));
                    answer(stream);
                });
            }
        });
    }

    /// Answers pages.
    pub(crate) fn serve(self, served: Served, tls: Option<&Authority>) {
        let config = tls.map(|authority| Arc::clone(&authority.config));
        self.each(move |mut stream| match &config {
            None => reply(&mut stream, &served),
            Some(config) => {
                let Ok(connection) = ServerConnection::new(Arc::clone(config)) else { return };
                let mut stream = StreamOwned::new(connection, stream);
                reply(&mut stream, &served);
                // To go on with a handshake that failed would wait for a client that has left.
                if !stream.conn.is_handshaking() {
                    stream.conn.send_close_notify();
                    let _ = stream.flush();
                }
            }
        });
    }
}

/// Reads one request and answers it.
fn reply(stream: &mut (impl Read + Write), served: &Served) {
    let Some((method, path)) = request(stream) else { return };
    let missing = Answer { status: 404, ..Answer::default() };
    let found = served.pages.iter().find(|(own, _)| *own == path).map_or(&missing, |(_, answer)| answer);
    let options = Answer { status: 204, headers: served.options.clone(), body: String::new() };
    let answer = if method == "OPTIONS" { &options } else { found };
    let mut text = format!("HTTP/1.1 {} x\r\n", answer.status);
    for (name, value) in &answer.headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str(&format!("content-length: {}\r\nconnection: close\r\n\r\n{}", answer.body.len(), answer.body));
    let _ = stream.write_all(text.as_bytes());
    let _ = stream.flush();
}

/// The method and path of a request, once its headers are read.
pub(crate) fn request(stream: &mut impl Read) -> Option<(String, String)> {
    let (mut bytes, mut one) = (Vec::new(), [0]);
    while !bytes.ends_with(b"\r\n\r\n") {
        if stream.read(&mut one).ok()? == 0 || bytes.len() > 65_536 {
            return None;
        }
        bytes.push(one[0]);
    }
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let mut words = text.split_whitespace();
    Some((words.next()?.to_owned(), words.next()?.to_owned()))
}
