//! Answers of forges: one server on this machine gives the same bytes to whatever the three clients ask.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use equerre::internals::forge::{Address, Client, Forge, Forges, Limits};

pub(super) const ANSWERS: &[&str] = &[
    r#"{"private": false, "archived": true, "default_branch": "main", "protected": true, "id": 7}"#,
    r#"[{"id": 1, "sha": "a1b2", "environment": "production", "created_at": "2025-12-01T00:00:00Z", "state": "success", "status": "success", "type": "pull_request", "parameters": {"required_approving_review_count": 1}}]"#,
    r#"{"total_count": 1, "workflow_runs": [{"name": "ci", "created_at": "2025-12-01T00:00:00Z", "conclusion": "success"}]}"#,
    r#"[{"tag_name": "v1", "published_at": "2025-12-01T00:00:00Z", "prerelease": false, "draft": false, "released_at": "2025-12-01T00:00:00Z"}]"#,
    r#"{"protected": true, "protection": {"required_status_checks": {"contexts": ["ci"], "enforcement_level": "everyone"}}, "visibility": "public"}"#,
];

/// A server and what it answers now.
struct Server {
    port: u16,
    answer: Arc<Mutex<Vec<u8>>>,
}

impl Server {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let answer: Arc<Mutex<Vec<u8>>> = Arc::default();
        let given = Arc::clone(&answer);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let given = Arc::clone(&given);
                std::thread::spawn(move || serve(stream, &given));
            }
        });
        Self { port, answer }
    }
}

/// Answers one request after the other on a connection that stays open: ports are few.
fn serve(mut stream: TcpStream, answer: &Mutex<Vec<u8>>) {
    let Ok(reading) = stream.try_clone() else { return };
    let mut reader = BufReader::new(reading);
    loop {
        let mut line = String::new();
        loop {
            line.clear();
            match reader.read_line(&mut line) {
                Ok(0) | Err(_) => return,
                Ok(_) if line == "\r\n" => break,
                Ok(_) => {}
            }
        }
        let body = answer.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut reply = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len()).into_bytes();
        reply.extend(body);
        if stream.write_all(&reply).is_err() {
            return;
        }
    }
}

/// A client of each software, as patient as a million cases need.
fn clients(port: u16) -> Vec<Client> {
    let long = Duration::from_secs(1_000_000);
    let limits = Limits { all: long, pause: Duration::ZERO, bytes: u64::MAX / 16, pages: 3, ..Limits::default() };
    let urls = ["https://github.com/o/r", "https://gitlab.com/o/r", "https://codeberg.org/o/r"];
    let client = |url: &str| {
        let address = Address::of(url, &Forges::default(), &|_| None).expect("a known forge");
        let address = Address { api: format!("http://127.0.0.1:{port}"), ..address };
        Client::new(address, None, limits.clone()).expect("a client")
    };
    urls.map(client).into()
}

/// Whatever a forge answers, it is asked to the end.
pub(super) fn run(bytes: &[u8]) {
    thread_local! {
        static SERVED: (Server, Vec<Client>) = {
            let server = Server::start();
            let clients = clients(server.port);
            (server, clients)
        };
    }
    SERVED.with(|(server, clients)| {
        *server.answer.lock().unwrap_or_else(PoisonError::into_inner) = bytes.to_vec();
        for client in clients {
            let _ = Forge::ask(client, 1_767_225_600);
        }
    });
}
