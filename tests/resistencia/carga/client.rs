//! Many connections at once, each of which asks, waits for the answer, and asks again.

use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio::time::{sleep, timeout_at};

use super::figures::{End, Figures};
use super::messages::Posted;

/// What a connection waits for an answer.
const PATIENCE: Duration = Duration::from_secs(40);

/// What is asked.
#[derive(Clone)]
pub enum Questions {
    /// The same, over and over.
    Again(Arc<Posted>),
    /// Each until it is served.
    Each(Arc<Mutex<VecDeque<Posted>>>),
}

impl Questions {
    pub fn again(posted: Posted) -> Self {
        Self::Again(Arc::new(posted))
    }

    pub fn each(posted: Vec<Posted>) -> Self {
        Self::Each(Arc::new(Mutex::new(posted.into())))
    }

    fn take(&self) -> Option<Posted> {
        match self {
            Self::Again(posted) => Some(posted.to_vec()),
            Self::Each(posted) => posted.lock().unwrap().pop_front(),
        }
    }

    /// Gives back what was not served.
    fn put_back(&self, one: Posted) {
        if let Self::Each(posted) = self {
            posted.lock().unwrap().push_back(one);
        }
    }
}

/// What a client does that was turned away.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Manners {
    /// Waits for as long as it is told to.
    Polite,
    /// Asks again at once.
    Rude,
}

/// Callers with so many connections.
#[derive(Clone)]
pub struct Callers {
    pub from: IpAddr,
    pub connections: usize,
    pub questions: Questions,
    pub manners: Manners,
}

impl Callers {
    pub fn new(connections: usize, questions: Questions) -> Self {
        Self {
            from: Ipv4Addr::LOCALHOST.into(),
            connections,
            questions,
            manners: Manners::Polite,
        }
    }
}

/// Where clients run: beside the service, on no more than one core.
pub fn runtime() -> Runtime {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}

/// Has callers of several kinds ask for so long, all at once, and gives what each kind met with.
pub fn ask(address: SocketAddr, callers: &[Callers], lasting: Duration) -> Vec<Figures> {
    runtime().block_on(async {
        let began = Instant::now();
        let until = began + lasting;
        let mut kinds = Vec::new();
        for kind in callers {
            let each = (0..kind.connections).map(|_| tokio::spawn(caller(address, kind.clone(), until)));
            kinds.push(each.collect::<Vec<_>>());
        }
        let mut all = Vec::new();
        for kind in kinds {
            let mut figures = Figures {
                lasted: lasting,
                ..Figures::default()
            };
            for one in kind {
                figures.merge(one.await.expect("a caller ends well"));
            }
            all.push(figures);
        }
        all
    })
}

/// Asks on one connection until the time is over. What is on its way then is not counted.
async fn caller(address: SocketAddr, kind: Callers, until: Instant) -> Figures {
    let mut figures = Figures::default();
    let mut connection = None;
    while Instant::now() < until {
        let Some(question) = kind.questions.take() else {
            break;
        };
        let began = Instant::now();
        let answer = timeout_at(
            until.into(),
            exchange(&mut connection, address, kind.from, &question),
        )
        .await;
        let Ok(answer) = answer else {
            kind.questions.put_back(question);
            break;
        };
        let end = answer.as_ref().map_or(End::Failed, Answer::end);
        figures.add(end, began.elapsed());
        if end == End::Served {
            continue;
        }
        kind.questions.put_back(question);
        match answer {
            Ok(answer) if end == End::Refused && kind.manners == Manners::Polite => {
                sleep(answer.retry_after.unwrap_or(Duration::from_secs(1))).await;
            }
            Ok(answer) if end == End::Failed => figures.strange = Some(answer.beginning()),
            Ok(_) => {}
            Err(error) => {
                figures.strange = Some(error.to_string());
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
    figures
}

/// What was answered.
pub struct Answer {
    pub status: u16,
    pub retry_after: Option<Duration>,
    pub body: Vec<u8>,
    closes: bool,
}

impl Answer {
    /// Whether what was asked was done.
    pub fn end(&self) -> End {
        match self.status {
            200 if self.says_no() => End::Failed,
            200 => End::Served,
            503 => End::Refused,
            500 if self.retry_after.is_some() => End::Refused,
            _ => End::Failed,
        }
    }

    /// Whether there is an error in it: in contract WSCN there always is one, of code 0 if there is none.
    fn says_no(&self) -> bool {
        let has = |what: &[u8]| self.body.windows(what.len()).any(|some| some == what);
        has(b"error>") && !has(b"<codigo>0</codigo>")
    }

    fn beginning(&self) -> String {
        let text = String::from_utf8_lossy(&self.body);
        format!("{} {:.200}", self.status, text)
    }
}

/// Asks on a connection, which is made if there is none, and left if it may not be used again.
async fn exchange(
    connection: &mut Option<TcpStream>,
    address: SocketAddr,
    from: IpAddr,
    question: &[u8],
) -> io::Result<Answer> {
    let mut stream = match connection.take() {
        Some(stream) => stream,
        None => connect(address, from).await?,
    };
    stream.write_all(question).await?;
    let answer = read(&mut stream).await?;
    if !answer.closes {
        *connection = Some(stream);
    }
    Ok(answer)
}

/// A connection from one of the addresses of this machine.
pub async fn connect(address: SocketAddr, from: IpAddr) -> io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::new(from, 0))?;
    let stream = socket.connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Reads an answer.
pub async fn read(stream: &mut TcpStream) -> io::Result<Answer> {
    let until = tokio::time::Instant::now() + PATIENCE;
    let mut octets = Vec::with_capacity(8 << 10);
    let end = loop {
        if let Some(at) = octets.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        more(stream, &mut octets, until).await?;
    };
    let head = String::from_utf8_lossy(&octets[..end]).to_ascii_lowercase();
    let field = |name: &str| {
        let line = head.lines().find_map(|line| line.strip_prefix(name))?;
        Some(line.trim().to_owned())
    };
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    let length: usize = field("content-length:")
        .and_then(|length| length.parse().ok())
        .unwrap_or(0);
    let seconds = field("retry-after:").and_then(|seconds| seconds.parse().ok());
    let closes = field("connection:").is_some_and(|how| how == "close");
    while octets.len() < end + length {
        more(stream, &mut octets, until).await?;
    }
    Ok(Answer {
        status: status.unwrap_or(0),
        retry_after: seconds.map(Duration::from_secs),
        body: octets.split_off(end),
        closes,
    })
}

async fn more(stream: &mut TcpStream, octets: &mut Vec<u8>, until: tokio::time::Instant) -> io::Result<()> {
    match timeout_at(until, stream.read_buf(octets)).await {
        Ok(Ok(0)) => Err(io::ErrorKind::UnexpectedEof.into()),
        Ok(read) => read.map(drop),
        Err(_) => Err(io::ErrorKind::TimedOut.into()),
    }
}
